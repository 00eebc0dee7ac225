"""What this room stores about people, and how its rows stand in the log."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from cms.core.personal_data import PersonalDataSource
from cms.venues.models import Region
from cms.venues.queries import personal_visits

VISITS = PersonalDataSource(
    slug="venue-visits",
    label=_("Visits that you agreed"),
    reason=_("So that the place knows who comes and whom to ask."),
    kept=_("2 years after the visit."),
    collect=personal_visits,
)


def picture_of_region(region: Region) -> dict[str, Any]:
    """Return how a region stands in the audit log."""
    return {
        "name": region.name,
        "name_en": region.name_en,
        "slug": region.slug,
        "order": region.order,
        "box": list(region.box) if region.box else "",
    }
