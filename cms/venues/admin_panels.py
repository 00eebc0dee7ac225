"""Part of the admin's form: where the place lies as it is stored, and what speaks against it."""

from typing import Any

from django.utils.translation import gettext as _
from wagtail.admin.panels import Panel

from cms.venues.datum import from_wgs
from cms.venues.enums import Datum
from cms.venues.models import Venue
from cms.venues.plausibility import doubt_about


def doubt_words(venue: Venue) -> str:
    """Return a sentence about what speaks against the position as it was entered, or nothing."""
    entered = venue.entered
    if entered is None:
        return ""
    box = venue.region.box if venue.region is not None else None
    doubt = doubt_about(entered, venue.entered_datum, box)
    if doubt is None:
        return ""
    where = str(venue.region) if box is not None else _("China")
    if doubt.code == "datum":
        return _(
            "Read as %(given)s the point lies outside of %(where)s; read as %(other)s it lies inside. Is the datum right?"
        ) % {"given": Datum(venue.entered_datum).label, "other": Datum(doubt.datum).label, "where": where}
    if doubt.code == "swapped":
        return _("The point lies outside of %(where)s. Latitude and longitude seem to be swapped.") % {"where": where}
    return _("The point lies outside of %(where)s. Please look at it again.") % {"where": where}


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
