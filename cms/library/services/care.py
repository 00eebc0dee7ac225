"""Remembering to look at pages again."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import InvalidInput
from cms.core.templatetags.core_tags import local_date
from cms.library.models import ContentPage
from cms.library.queries import due_for_review
from cms.notices.services import notify
from cms.organisations.enums import Role
from cms.organisations.queries import holders_of

REMIND_BEFORE = timedelta(days=7)


@transaction.atomic
def set_page_review_by(pages: Iterable[ContentPage], day: date, *, actor: User) -> int:
    """Set until when pages should be looked at again; return how many. Raises InvalidInput for a past day."""
    if day <= today():
        words = _("Please choose a day that is still to come.")
        raise InvalidInput(words, fields={"review_by": [words]})
    changed = 0
    for page in pages:
        before = {"review_by": page.review_by.isoformat() if page.review_by else None}
        changed += ContentPage.objects.filter(pk=page.pk).update(review_by=day)
        record_act(
            "library.set_review_by", actor=actor, target=page, before=before, after={"review_by": day.isoformat()}
        )
    return changed


@transaction.atomic
def remind_of_pages(day: date | None = None) -> int:
    """Tell once about each page that should be looked at again within a week; return how many.

    Who is asked about it is told; where that is nobody, the editors of the organisation that keeps it.
    """
    until = (day or today()) + REMIND_BEFORE
    due = due_for_review(until).exclude(reminded_for=F("review_by")).select_related("organisation", "responsible")
    reminded = 0
    for page in due:
        asked = page.responsible
        people = [asked] if asked and asked.is_active else list(holders_of(Role.EDITOR, page.organisation))
        notify(
            people,
            kind="review.due",
            title=lambda page=page: (
                _("Please look at “%(title)s” again by %(day)s")  # type: ignore[misc]  # bound to this turn of the loop
                % {"title": page, "day": local_date(page.review_by)}
            ),
            url=page.author_page_url(),
        )
        ContentPage.objects.filter(pk=page.pk).update(reminded_for=page.review_by)
        reminded += 1
    return reminded
