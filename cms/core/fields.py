"""A StreamField whose migrations do not repeat every block.

Wagtail writes all block definitions into each migration, so that renaming a help text makes a new one. The database
column does not depend on blocks: leaving them out keeps migrations about the schema.
"""

from typing import Any

from wagtail.fields import StreamField


class CompactStreamField(StreamField):
    """StreamField that leaves its blocks out of migrations."""

    def __init__(self, block_types: Any = None, **kwargs: Any) -> None:
        # Migrations call the constructor without blocks; Wagtail then expects an empty list.
        super().__init__(block_types or [], **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Return the field without block types and without Wagtail's block lookup."""
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
