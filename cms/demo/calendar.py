"""Letting the demonstration's past happen on its days, through the same services that people use."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from unittest import mock

from django.utils import timezone


@contextmanager
def living_at(moment: datetime) -> Iterator[None]:
    """Let every service called in the block believe that it is the given moment.

    For building the demonstration only, in a process of its own: the whole process lives then. Rows cannot be dated
    back afterwards where they are append-only, and deadlines follow from the day on which something is done.
    """
    with mock.patch.object(timezone, "now", return_value=moment):
        yield


def days_ago(days: float) -> datetime:
    """Return the moment so many days ago."""
    return timezone.now() - timedelta(days=days)
