"""Part of the admin's form: where the place lies as it is stored, and what speaks against it."""

from typing import Any

from wagtail.admin.panels import Panel

from cms.venues.cards import doubt_words
from cms.venues.datum import from_wgs
from cms.venues.enums import Datum


class PositionPanel(Panel):
    """Shows the stored position in each datum; it follows when the form is saved."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "venues/admin/position.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            point = self.instance.point
            shown = [(datum, from_wgs(point, datum)) for datum in Datum] if point is not None else []
            context["positions"] = [
                (datum.label, f"{place.latitude:.6f}, {place.longitude:.6f}") for datum, place in shown
            ]
            context["doubt"] = doubt_words(self.instance)
            context["checked_by"] = self.instance.verified_by
            return context
