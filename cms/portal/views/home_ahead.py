"""The part of the first page about the days to come: agreed lessons and visits of the reader's branch.

Everybody of the branch reads it, so it holds time, title and place; who speaks, who comes and whom to call stays with
those who agreed it.
"""

from datetime import datetime, timedelta
from typing import Any

from cms.accounts.models import User
from cms.booking.models import BookingRequest
from cms.booking.queries import lessons_ahead
from cms.core.clock import now
from cms.core.logs import mask
from cms.core.templatetags.core_tags import local_date, local_datetime, local_time
from cms.organisations.models import Organisation
from cms.taxonomy.queries import is_visible_to
from cms.venues.models import VenueVisit
from cms.venues.queries import visits_ahead

DAYS_AHEAD = timedelta(days=14)


def ahead_part(user: User, branch: Organisation, most: int) -> list[dict[str, Any]]:
    """Return what the branch has agreed for the coming days, the next first; room kept for a lesson is no second line."""
    until = now() + DAYS_AHEAD
    lessons = list(lessons_ahead(branch, until)[:most])
    kept = [lesson.visit_id for lesson in lessons if lesson.visit_id]
    visits = visits_ahead(branch, until, user).exclude(pk__in=kept)[:most]
    rows = [lesson_row(lesson, user) for lesson in lessons] + [visit_row(visit) for visit in visits]
    return sorted(rows, key=lambda row: row["starts_at"])[:most]


def lesson_row(lesson: BookingRequest, user: User) -> dict[str, Any]:
    """Return an agreed lesson: what it is about, when, where, and whether it may still change."""
    shown = lesson.venue is None or (lesson.venue.live and is_visible_to(lesson.venue, user))
    return {
        "starts_at": lesson.starts_at,
        "title": mask(lesson.topic),
        "url": "",
        "kind": lesson.get_mode_display(),
        "time": span_in_words(lesson.starts_at, lesson.ends_at),
        "where": mask(lesson.where if shown else lesson.place),
        "open": lesson.waits_for_decision,
    }


def visit_row(visit: VenueVisit) -> dict[str, Any]:
    """Return an agreed visit to a place, with its address, and whether the place can still take it."""
    return {
        "starts_at": visit.starts_at,
        "title": visit.venue.name,
        "url": visit.venue.get_absolute_url(),
        "kind": VenueVisit._meta.verbose_name,
        "time": span_in_words(visit.starts_at, visit.ends_at),
        "where": mask(visit.venue.address),
        "open": visit.is_shut,
    }


def span_in_words(starts_at: datetime, ends_at: datetime) -> str:
    """Return day, beginning and end; the day of the end too where it is another one."""
    same_day = local_date(starts_at) == local_date(ends_at)
    return f"{local_datetime(starts_at)}–{local_time(ends_at) if same_day else local_datetime(ends_at)}"
