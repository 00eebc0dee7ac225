"""Telling people something inside the site, and their marking it as read."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.functional import Promise

from cms.accounts.models import User
from cms.core.clock import now
from cms.notices.models import MutedArea, Notice
from cms.notices.queries import muting, told_before

TITLE_LENGTH = 200
URL_LENGTH = 500
KEPT = timedelta(days=365)
# A sentence with values in it is given as a function, so that it can be said in each person's language.
Words = str | Promise | Callable[[], str]


@transaction.atomic
def notify(
    users: Iterable[User], *, kind: str, title: Words, body: Words = "", url: str = "", dedupe_key: str = ""
) -> list[Notice]:
    """Write one notice for each active person (each once) in the caller's transaction and return them.

    `kind` is a dotted word such as "review.returned". Lazy sentences and functions are rendered in each person's
    language: `title=lambda: _("%(title)s was returned") % {"title": lesson.title}`. Whoever was told something under
    the same `dedupe_key` before is left out.
    """
    unmuted = {user.pk: user for user in users if user.is_active}
    for pk in muting(kind, unmuted):
        del unmuted[pk]
    for pk in told_before(dedupe_key, unmuted):
        del unmuted[pk]
    sent_at = now()
    notices = []
    for user in unmuted.values():
        with translation.override(user.language or settings.LANGUAGE_CODE):
            notices.append(
                Notice(
                    user=user,
                    kind=kind,
                    title=say(title)[:TITLE_LENGTH],
                    body=say(body),
                    url=url[:URL_LENGTH],
                    dedupe_key=dedupe_key,
                    created_at=sent_at,
                )
            )
    return write_all(notices)


def write_all(notices: list[Notice]) -> list[Notice]:
    """Write the notices together; where somebody else told a person the same at the same instant, each alone."""
    try:
        with transaction.atomic():
            return Notice.objects.bulk_create(notices)
    except IntegrityError:
        return [notice for notice in notices if write_one(notice)]


def write_one(notice: Notice) -> bool:
    """Write one notice and return whether it was the first under its key."""
    notice.pk = None
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def say(words: Words) -> str:
    """Return the words in the language that is active now."""
    return str(words() if not isinstance(words, str | Promise) else words)


def mark_read(notice: Notice) -> None:
    """Remember when the person read it; the first time counts."""
    Notice.objects.filter(pk=notice.pk, read_at__isnull=True).update(read_at=now())


def mark_all_read(user: User) -> int:
    """Mark every unread notice of the person as read and return how many there were."""
    return Notice.objects.filter(user=user, read_at__isnull=True).update(read_at=now())


@transaction.atomic
def mute_areas(user: User, areas: Iterable[str]) -> None:
    """Send the person no more notices of exactly these areas; `areas` are values of `enums.Area`."""
    chosen = set(areas)
    MutedArea.objects.filter(user=user).exclude(area__in=chosen).delete()
    MutedArea.objects.bulk_create([MutedArea(user=user, area=area) for area in chosen], ignore_conflicts=True)


def forget_old_notices() -> int:
    """Delete notices older than a year, as "my data" promises, and return how many there were."""
    return Notice.objects.filter(created_at__lt=now() - KEPT).delete()[0]
