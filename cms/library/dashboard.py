"""Panels of the admin's first page: which pages need care, within the person's organisations."""

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
    """Some pages under a heading, with a link to all of them."""

    template_name = "lessons/admin/panel.html"
    name = ""
    heading: str | Promise = ""
    order = 140

    def found(self) -> QuerySet[ContentPage]:
        """Return all pages that this panel is about."""
        raise NotImplementedError

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        mine = queries.cared_for_by(parent_context["request"].user).order_by().values("pk")
        rows = self.found().filter(pk__in=mine)
        return {
            "heading": self.heading,
            "name": f"library_{self.name}",
            "count": rows.count(),
            "rows": [
                {"title": row.title, "url": reverse("wagtailadmin_pages:edit", args=[row.pk])} for row in rows[:ROWS]
            ],
            "all_url": f"{reverse('library_care')}?show={self.name}",
        }


class DuePagesPanel(CarePanel):
    """Pages whose day to be looked at again has come."""

    name = "due"
    heading = _("Pages to be looked at again")

    def found(self) -> QuerySet[ContentPage]:
        return queries.due_for_review(today())


class BrokenLinksPanel(CarePanel):
    """Pages with links that lead nowhere."""

    name = "links"
    heading = _("Pages with links that lead nowhere")
    order = 150

    def found(self) -> QuerySet[ContentPage]:
        return queries.with_broken_links()


class UnownedPanel(CarePanel):
    """Pages about which nobody can be asked."""

    name = "unowned"
    heading = _("Pages about which nobody is asked")
    order = 160

    def found(self) -> QuerySet[ContentPage]:
        return queries.unowned()
