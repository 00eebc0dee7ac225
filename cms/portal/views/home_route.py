"""The part of the first page about the next activity day: a route that is open on it."""

from calendar import monthrange
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.templatetags.core_tags import local_date
from cms.courses.queries.courses import audiences_of
from cms.courses.queries.guides import next_meeting_for
from cms.itineraries.cards import route_for_day


def route_part(request: HttpRequest) -> dict[str, Any] | None:
    """Return a route for the next activity day of the reader's branch and for the reader's audiences, or None."""
    user = request.user
    chosen = set(audiences_of(user).values_list("slug", flat=True)) if isinstance(user, User) else set()
    own = next_meeting_for(user, today()) if isinstance(user, User) else None
    day = own or next_activity_day(today())
    route = route_for_day(request, day, chosen)
    return None if route is None else {"route": route, "day": local_date(day), "own": own is not None}


def next_activity_day(day: date) -> date:
    """Return the next monthly activity day, from this day on; a month that is shorter has it on its last day."""
    wanted = max(1, settings.ACTIVITY_DAY)
    this = day.replace(day=min(wanted, monthrange(day.year, day.month)[1]))
    if this >= day:
        return this
    year, month = (day.year, day.month + 1) if day.month < 12 else (day.year + 1, 1)  # noqa: PLR2004  # December
    return date(year, month, min(wanted, monthrange(year, month)[1]))
