"""Parts of the admin's pages that every room uses: a field of a form, a list on the first page."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from laces.components import Component
from wagtail.admin import panels

ROWS = 5


class BoundFieldPanel(panels.FieldPanel.BoundPanel):  # noqa: TID251  # the one place that may
    """A field of a form that is drawn once.

    Wagtail draws each field that stands in no list a second time, empty, for scripts of a site that fill in other
    fields: neither it nor we have any, and it would be a tenth of the time of a form.
    """

    def js_opts(self) -> dict[str, Any]:
        """Return what the browser is told of the field; without a picture of it, its errors can still be shown."""
        return {**super().js_opts(), "widget": {}}


class FieldPanel(panels.FieldPanel):  # noqa: TID251  # the one place that may
    """A field of an admin form, without Wagtail's button for a comment.

    What a reviewer has to say is written down with the decision, where the author reads and answers it; our forms have no
    panel for comments, and the buttons and their pictures would be a fifth of the parts of a form that are put together.
    """

    BoundPanel = BoundFieldPanel

    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name, **{"disable_comments": True, **options})


class PageChooserPanel(panels.PageChooserPanel):  # noqa: TID251  # the one place that may
    """A field that leads to a page, without Wagtail's button for a comment."""

    BoundPanel = BoundFieldPanel

    def __init__(self, field_name: str, **options: Any) -> None:
        super().__init__(field_name, **{"disable_comments": True, **options})


class ListPanel(Component):
    """A list on the admin's first page: how many there are of something, the first of them, the way to all.

    What `find` finds for the person, each as `line` tells it (its title and its address), under a heading.

    `name` stands in the panel's id; `all_url` leads to the whole list.
    """

    template_name = "core/admin/list_panel.html"

    def __init__(
        self,
        name: str,
        heading: Promise,
        find: Callable[[Any], QuerySet[Any] | Sequence[Any]],
        line: Callable[[Any], tuple[str, str]],
        *,
        all_url: str | Promise,
        order: int,
    ) -> None:
        self.name, self.heading, self.find, self.line = name, heading, find, line
        self.all_url, self.order = all_url, order

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        found = self.find(parent_context["request"].user)
        lines = map(self.line, found[:ROWS])
        return {
            "name": self.name,
            "heading": self.heading,
            "count": found.count() if isinstance(found, QuerySet) else len(found),
            "rows": [{"title": title, "url": url} for title, url in lines],
            "all_url": self.all_url,
        }
