"""Routes that meet a closed door: the admin's report, and its panel on the first page."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.core.clock import today
from cms.core.panels import ListPanel
from cms.core.templatetags.core_tags import local_date
from cms.itineraries.feasibility import closed_weekdays
from cms.itineraries.models import ItineraryPage, ItineraryStop
from cms.itineraries.permissions import reported_paths
from cms.itineraries.plans import as_stop, clash_words, default_ask, reckon
from cms.itineraries.queries import kept_routes, planned_routes
from cms.venues.enums import WEEKDAY_CHOICES

# Of so many routes, the soonest first, the admin's first page looks whether they meet a closed door.
PANEL_LOOKS = 50


def closed_days(request: HttpRequest) -> HttpResponse:
    """List the routes of the person's organisations with the day they are planned for and their closed weekdays."""
    return render(request, "itineraries/admin/closed_days.html", {"rows": rows_for(request.user)})


def rows_for(user: Any) -> list[dict[str, Any]]:
    """Return the routes that the person looks after and that meet a closed door, with what speaks against each."""
    return [row for page in kept_routes(reported_paths(user)) if (row := row_of(page)) is not None]


def coming_clashes(user: Any) -> list[ItineraryPage]:
    """Return the routes in the person's care that meet a closed door on the day they are planned for, the soonest first."""
    pages = planned_routes(reported_paths(user), PANEL_LOOKS)
    return [page for page in pages if planned_clashes(page, stops_in_order(page))]


def line_of(page: ItineraryPage) -> tuple[str, str]:
    """Return what the route is called and where it is changed."""
    return page.title, reverse("wagtailadmin_pages:edit", args=[page.pk])


CLOSED_DAYS_PANEL = ListPanel(
    "closed-days",
    gettext_lazy("Routes that meet a closed door"),
    coming_clashes,
    line_of,
    all_url=reverse_lazy("itineraries_closed_days"),
    # After the panels of pages that need care.
    order=170,
)


def stops_in_order(page: ItineraryPage) -> list[ItineraryStop]:
    """Return the stops that were fetched with the page, in their order."""
    return sorted(page.stops.all(), key=lambda stop: (stop.day, stop.sort_order or 0))


def row_of(page: ItineraryPage) -> dict[str, Any] | None:
    """Return what speaks against the route, or None where every stop is open on every day."""
    stops = stops_in_order(page)
    planned = planned_clashes(page, stops)
    weekly = weekly_clashes(stops)
    if not planned and not weekly:
        return None
    title, url = line_of(page)
    return {
        "title": title,
        "url": url,
        "organisation": str(page.organisation),
        "planned_on": local_date(page.planned_on) if planned else "",
        "planned": planned,
        "weekly": weekly,
    }


def planned_clashes(page: ItineraryPage, stops: list[ItineraryStop]) -> list[str]:
    """Return what clashes on the planned day, while it is to come."""
    if page.planned_on is None or page.planned_on < today():
        return []
    # Who keeps a route has named its places in its form.
    calls = reckon(page, stops, default_ask(page), {stop.venue_id for stop in stops})
    return [
        f"{station.number} {station.stop.venue.name}: {clash_words(station, clash)}"
        for station in calls
        for clash in station.visit.clashes
        if clash.is_hard
    ]


def weekly_clashes(stops: list[ItineraryStop]) -> list[str]:
    """Return the weekdays of setting out on which a stop is closed by its weekly rules."""
    names = dict(WEEKDAY_CHOICES)
    shut = closed_weekdays(as_stop(stop, None) for stop in stops)
    return [
        _("setting out on %(day)s: %(places)s")
        % {"day": names[weekday], "places": _(", ").join(stops[place].venue.name for place in places)}
        for weekday, places in sorted(shut.items())
    ]
