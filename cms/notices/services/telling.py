"""Telling people something: a notice on the site and, where wanted, a delivery by e-mail in the same transaction."""

from collections.abc import Callable, Iterable
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.functional import Promise

from cms.accounts.models import User
from cms.core.clock import now
from cms.notices.enums import Channel
from cms.notices.models import Delivery, Notice
from cms.notices.queries import confirmed_settings, muting, told_before
from cms.notices.quiet import due_at
from cms.notices.services.sending import offer

TITLE_LENGTH = 200
URL_LENGTH = 500
KEPT = timedelta(days=365)
# A sentence with values in it is given as a function, so that it can be said in each person's language.
Words = str | Promise | Callable[[], str]


@transaction.atomic
def notify(
    users: Iterable[User],
    *,
    kind: str,
    title: Words,
    body: Words = "",
    url: str = "",
    dedupe_key: str = "",
    urgent: bool = False,
) -> list[Notice]:
    """Write one notice for each active person (each once) in the caller's transaction and return them.

    `kind` is a dotted word such as "review.returned". Lazy sentences and functions are rendered in each person's
    language: `title=lambda: _("%(title)s was returned") % {"title": lesson.title}`. Whoever was told something under
    the same `dedupe_key` before is left out. `urgent` ones are marked, and as e-mail they keep no quiet hours.
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
                    is_urgent=urgent,
                    created_at=sent_at,
                )
            )
    written = write_all(notices)
    plan_mails(kind, written)
    return written


def plan_mails(kind: str, notices: list[Notice]) -> None:
    """Write a delivery for each person with a confirmed address who wants such notices by e-mail."""
    if not settings.MAIL_IS_SENT or not notices:
        return
    wanted = confirmed_settings([notice.user_id for notice in notices])
    muted = muting(kind, wanted, Channel.EMAIL) if wanted else set()
    for notice in notices:
        chosen = wanted.get(notice.user_id)
        if chosen is None or notice.user_id in muted:
            continue
        due = due_at(
            timezone.localtime(notice.created_at),
            quiet_from=chosen.quiet_from,
            quiet_to=chosen.quiet_to,
            daily=chosen.daily,
            urgent=notice.is_urgent,
        )
        Delivery.objects.create(notice=notice, due_at=due)
        offer(notice.user_id, due)


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


def forget_old_notices() -> int:
    """Delete notices older than a year, as "my data" promises, and return how many there were."""
    return Notice.objects.filter(created_at__lt=now() - KEPT).delete()[0]
