"""Panels of the admin's first page: which pages need care, within the person's organisations."""

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from laces.components import Component

from cms.core.clock import today
from cms.library import queries
from cms.library.models import ContentPage

ROWS = 5


class CarePanel(Component):
    """Some pages under a heading, with a link to all of them in the report of the same name."""

    template_name = "lessons/admin/panel.html"

    def __init__(self, name: str, heading: Promise, find: Callable[[], QuerySet[ContentPage]], *, order: int) -> None:
        self.name, self.heading, self.find, self.order = name, heading, find, order

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        mine = queries.cared_for_by(parent_context["request"].user).order_by().values("pk")
        rows = self.find().filter(pk__in=mine)
        return {
            "heading": self.heading,
            "name": f"library_{self.name}",
            "count": rows.count(),
            "rows": [
                {"title": row.title, "url": reverse("wagtailadmin_pages:edit", args=[row.pk])} for row in rows[:ROWS]
            ],
            "all_url": f"{reverse('library_care')}?show={self.name}",
        }


def due_pages() -> QuerySet[ContentPage]:
    """Return pages whose day to be looked at again has come."""
    return queries.due_for_review(today())


CARE_PANELS = (
    CarePanel("due", _("Pages to be looked at again"), due_pages, order=140),
    CarePanel("links", _("Pages with links that lead nowhere"), queries.with_broken_links, order=150),
    CarePanel("unowned", _("Pages about which nobody is asked"), queries.unowned, order=160),
)
