"""A StreamField whose migrations do not repeat every block.

Wagtail writes all block definitions into each migration, so that renaming a help text makes a new one. The database
column does not depend on blocks: leaving them out keeps migrations about the schema. Its forms describe the blocks to
the browser once in each language: put together anew, they would be a tenth of the time of every editor's page.
"""

from typing import Any

from django.utils.translation import get_language
from wagtail.admin.telepath import JSContext
from wagtail.blocks.base import BlockWidget
from wagtail.fields import StreamField

Description = tuple[JSContext, str]


class KeptBlockWidget(BlockWidget):
    """Wagtail's widget, which keeps what it tells the browser about its blocks: that is the same for everybody."""

    _js_context: Any
    _block_json: Any

    def __init__(self, block: Any, kept: dict[str | None, Description]) -> None:
        super().__init__(block)
        self.kept = kept

    def _build_block_json(self) -> None:
        language = get_language()
        if language not in self.kept:
            super()._build_block_json()
            self.kept[language] = (self._js_context, self._block_json)
        self._js_context, self._block_json = self.kept[language]


class CompactStreamField(StreamField):
    """StreamField that leaves its blocks out of migrations."""

    def __init__(self, block_types: Any = None, **kwargs: Any) -> None:
        # Migrations call the constructor without blocks; Wagtail then expects an empty list.
        super().__init__(block_types or [], **kwargs)
        self.described: dict[str | None, Description] = {}

    def formfield(self, **kwargs: Any) -> Any:
        """Return the field of a form, whose widget shares what it says about the blocks with all others."""
        return super().formfield(**{"widget": KeptBlockWidget(self.stream_block, self.described), **kwargs})

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Return the field without block types and without Wagtail's block lookup."""
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs
