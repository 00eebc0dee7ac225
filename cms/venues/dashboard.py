"""Panel of the admin's first page: which places are to be looked at again, within the person's organisations."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from laces.components import Component
from wagtail.permissions import policy_registry

from cms.core.clock import today
from cms.venues.models import Venue
from cms.venues.queries import overdue

ROWS = 5
REPORT = "review_due=true&live=true"


class DuePlacesPanel(Component):
    """Shown places whose day to be looked at again has come, with a link to all of them in the list of places."""

    template_name = "lessons/admin/panel.html"
    # After the panel of pages to be looked at again.
    order = 145

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        policy = policy_registry.get_by_type(Venue)
        mine = policy.instances_user_has_permission_for(parent_context["request"].user, "view")
        rows = overdue(today()).filter(pk__in=mine.order_by().values("pk"))
        edit = "wagtailsnippets_venues_venue:edit"
        return {
            "heading": _("Places to be looked at again"),
            "name": "venues_due",
            "count": rows.count(),
            "rows": [{"title": row.name, "url": reverse(edit, args=[row.pk])} for row in rows[:ROWS]],
            "all_url": f"{reverse('wagtailsnippets_venues_venue:list')}?{REPORT}",
        }
