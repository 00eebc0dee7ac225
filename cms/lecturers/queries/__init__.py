"""Reads about lecturers and their time."""

from cms.lecturers.queries.availability import (
    Calendar,
    alternatives_near,
    calendars_of,
    free_slots,
    is_free,
    live_occupations,
    occupied_span,
    rule_for,
)

__all__ = [
    "Calendar",
    "alternatives_near",
    "calendars_of",
    "free_slots",
    "is_free",
    "live_occupations",
    "occupied_span",
    "rule_for",
]
