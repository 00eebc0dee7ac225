"""Reads of notices."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from cms.accounts.models import User
from cms.notices.enums import AREAS, NEVER_MUTED, Area, Channel, DeliveryStatus
from cms.notices.models import Delivery, MailSetting, MutedArea, Notice

# Longer than any mail server takes; a worker that is silent for so long is lost.
CLAIM_HOLDS = timedelta(minutes=10)


def notices_of(user: User) -> QuerySet[Notice]:
    """Return the person's notices, newest first."""
    return Notice.objects.filter(user=user)


def unread_count(user: User) -> int:
    """Return how many notices the person has not read (one query on a partial index)."""
    return Notice.objects.filter(user=user, read_at__isnull=True).count()


def muting(kind: str, user_ids: Iterable[int], channel: str = Channel.SITE) -> set[int]:
    """Return which of the people do not want notices of this kind on this way."""
    area = AREAS.get(kind, Area.DUTY)
    if kind in NEVER_MUTED or (channel == Channel.SITE and area == Area.DUTY):
        return set()
    muted = MutedArea.objects.filter(area=area, channel=channel, user__in=user_ids)
    return set(muted.values_list("user_id", flat=True))


def told_before(dedupe_key: str, user_ids: Iterable[int]) -> set[int]:
    """Return which of the people were told something under the key already."""
    if not dedupe_key:
        return set()
    return set(Notice.objects.filter(dedupe_key=dedupe_key, user__in=user_ids).values_list("user_id", flat=True))


def muted_areas(user: User, channel: str = Channel.SITE) -> set[str]:
    """Return the areas of which the person wants no notices on this way."""
    return set(MutedArea.objects.filter(user=user, channel=channel).values_list("area", flat=True))


def mail_setting_of(user: User) -> MailSetting | None:
    """Return the person's e-mail setting, confirmed or not."""
    return MailSetting.objects.filter(user=user).first()


def confirmed_settings(user_ids: Iterable[int]) -> dict[int, MailSetting]:
    """Return the e-mail settings of those people whose address is confirmed, by their keys."""
    return {
        row.user_id: row
        for row in MailSetting.objects.filter(user__in=user_ids, verified_at__isnull=False).select_related("user")
    }


def claimable(at: datetime) -> QuerySet[Delivery]:
    """Return what is due: it waits, or whoever had taken it is long silent."""
    waiting = Q(status=DeliveryStatus.WAITING)
    abandoned = Q(status=DeliveryStatus.SENDING, claimed_at__lt=at - CLAIM_HOLDS)
    return Delivery.objects.filter(waiting | abandoned, due_at__lte=at)


def users_with_due_mail(at: datetime) -> list[int]:
    """Return the keys of the people for whom e-mail is due."""
    return sorted(set(claimable(at).order_by().values_list("notice__user_id", flat=True)))
