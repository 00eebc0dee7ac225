"""Reads of notices."""

from collections.abc import Iterable

from django.db.models import QuerySet

from cms.accounts.models import User
from cms.notices.enums import AREAS
from cms.notices.models import MutedArea, Notice


def notices_of(user: User) -> QuerySet[Notice]:
    """Return the person's notices, newest first."""
    return Notice.objects.filter(user=user)


def unread_count(user: User) -> int:
    """Return how many notices the person has not read (one query on a partial index)."""
    return Notice.objects.filter(user=user, read_at__isnull=True).count()


def muting(kind: str, user_ids: Iterable[int]) -> set[int]:
    """Return which of the people do not want notices of this kind."""
    area = AREAS.get(kind)
    if area is None:
        return set()
    return set(MutedArea.objects.filter(area=area, user__in=user_ids).values_list("user_id", flat=True))


def told_before(dedupe_key: str, user_ids: Iterable[int]) -> set[int]:
    """Return which of the people were told something under the key already."""
    if not dedupe_key:
        return set()
    return set(Notice.objects.filter(dedupe_key=dedupe_key, user__in=user_ids).values_list("user_id", flat=True))


def muted_areas(user: User) -> set[str]:
    """Return the areas of which the person wants no notices."""
    return set(MutedArea.objects.filter(user=user).values_list("area", flat=True))
