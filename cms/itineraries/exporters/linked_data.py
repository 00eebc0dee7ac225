"""A route in the words of schema.org/TouristTrip, for search engines."""

import json
from typing import Any

from django.utils.safestring import SafeString, mark_safe

from cms.itineraries.models import ItineraryPage
from cms.itineraries.plans import Plan, Station

# What could end the script element, or begin another, inside a text.
ESCAPES = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026", 0x2028: "\\u2028", 0x2029: "\\u2029"}


def trip_of(page: ItineraryPage, plan: Plan) -> SafeString:
    """Return the JSON-LD of the route, days as parts of it; places not open to the person are left out."""
    shown = [row for row in plan.calls if not row.hidden]
    days = sorted({row.stop.day for row in shown})
    trip: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "TouristTrip",
        "name": page.title,
        "description": page.lead,
        # Whom it suits, and what for: no other word of a trip holds an interest.
        "touristType": [*(str(audience) for audience in page.audiences.all()), *page.theme_words],
        "itinerary": listed(shown),
    }
    if len(days) > 1:
        trip["subTrip"] = [
            {
                "@type": "Trip",
                "name": f"{page.title} {day}",
                "itinerary": listed([row for row in shown if row.stop.day == day]),
            }
            for day in days
        ]
    text = json.dumps({name: value for name, value in trip.items() if value}, ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))  # noqa: S308  # what is markup to HTML was escaped


def listed(rows: list[Station]) -> dict[str, Any]:
    """Return stops in their order."""
    return {
        "@type": "ItemList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "item": place_of(row)} for place, row in enumerate(rows, 1)
        ],
    }


def place_of(row: Station) -> dict[str, Any]:
    """Return a place with its position in WGS-84."""
    venue = row.stop.venue
    found: dict[str, Any] = {"@type": "TouristAttraction", "name": venue.name}
    if venue.address:
        found["address"] = venue.address
    if venue.point is not None:
        found["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": round(venue.point.latitude, 6),
            "longitude": round(venue.point.longitude, 6),
        }
    return found
