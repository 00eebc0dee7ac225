"""The one clock: UTC instants for storing, the county's calendar for people."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """Return the present instant with time zone."""
    return timezone.now()


def today() -> date:
    """Return today's date in the zone that pages show (settings.TIME_ZONE)."""
    return timezone.localdate()
