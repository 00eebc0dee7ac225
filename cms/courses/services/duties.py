"""Badges, "this course is for us, until", and the reminder that names nobody."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.core.reasons import reason_given
from cms.core.templatetags.core_tags import local_date
from cms.courses.models import Assignment, CoursePage, Selection
from cms.courses.permissions import may_give_badge
from cms.courses.queries.courses import people_to_remind
from cms.courses.queries.playlists import managed_organisations
from cms.notices.services import notify
from cms.organisations.models import Organisation
from search.outbox import record_change

REMIND_BEFORE = timedelta(days=7)
LONGEST = timedelta(days=730)


@transaction.atomic
def give_badge(course: CoursePage, *, actor: User, reason: str) -> Selection:
    """Make the course a selected one, under the reviewer's name and with the reason.

    Raises PermissionDenied, InvalidInput without a reason, StaleState when it holds the badge already.
    """
    if not may_give_badge(actor, course):
        raise PermissionDenied
    sentence = reason_given(reason)
    try:
        with transaction.atomic():
            badge = Selection.objects.create(course_id=course.pk, given_by=actor, reason=sentence)
    except IntegrityError as error:
        raise StaleState(gettext_lazy("This course is a selected one already."), code="selected") from error
    record_act("courses.give_badge", actor=actor, target=course, reason=sentence)
    record_change("course", course.pk)
    return badge


@transaction.atomic
def withdraw_badge(course: CoursePage, *, actor: User, reason: str) -> None:
    """Withdraw the badge; who gave it, who withdrew it and both reasons stay.

    Raises PermissionDenied, InvalidInput without a reason, StaleState when the course holds none.
    """
    if not may_give_badge(actor, course):
        raise PermissionDenied
    sentence = reason_given(reason)
    held = Selection.objects.filter(course=course.pk, withdrawn_at__isnull=True)
    if not held.update(withdrawn_by=actor, withdrawn_at=now(), withdrawn_reason=sentence):
        raise StaleState(gettext_lazy("This course is no selected one."), code="not_selected")
    record_act("courses.withdraw_badge", actor=actor, target=course, reason=sentence)
    record_change("course", course.pk)


@transaction.atomic
def assign_course(course: CoursePage, organisation: Organisation, *, until: date, actor: User) -> Assignment:
    """Say that the course is for an organisation and all below it, until the day; again changes the day.

    Raises PermissionDenied outside the person's duty, InvalidInput for a day that is over or farther than two years.
    """
    if not managed_organisations(actor).filter(pk=organisation.pk).exists():
        raise PermissionDenied
    if not today() <= until <= today() + LONGEST:
        words = gettext_lazy("Please choose a day from today on, within two years.")
        raise InvalidInput(words, fields={"until": [words]})
    values = {"until": until, "given_by": actor, "given_at": now()}
    row, made = Assignment.objects.update_or_create(course_id=course.pk, organisation=organisation, defaults=values)
    record_act("courses.assign", actor=actor, target=course, after={"for": str(organisation), "on": until.isoformat()})
    if made:
        tell_people(row, partial(request_words, row))
    return row


@transaction.atomic
def end_assignment(row: Assignment, *, actor: User) -> None:
    """Take an assignment back; what people did in the course stays theirs."""
    record_act("courses.end_assignment", actor=actor, target=row.course, before={"for": str(row.organisation)})
    row.delete()


def request_words(row: Assignment) -> str:
    """Return the sentence about a new assignment in the language that is active now."""
    return _("“%(course)s” is for %(branch)s, until %(day)s") % words_of(row)


def reminder(row: Assignment) -> str:
    """Return the sentence of the last week in the language that is active now."""
    return _("“%(course)s” may still be done until %(day)s, if you like") % words_of(row)


def words_of(row: Assignment) -> dict[str, str]:
    """Return what a sentence about the assignment names."""
    return {"course": str(row.course), "branch": str(row.organisation), "day": local_date(row.until)}


def tell_people(row: Assignment, title: Callable[[], str]) -> None:
    """Tell each person of the subtree who has not completed the course; nobody hears about anybody else."""
    notify(people_to_remind(row), kind="courses.assigned", title=title, url=str(row.course.url or "/courses/"))


@transaction.atomic
def remind_of_courses(day: date | None = None) -> int:
    """Remind once, in the week before the day, those who have not completed an assigned course; return how many courses."""
    on = day or today()
    due = Assignment.objects.filter(until__gte=on, until__lte=on + REMIND_BEFORE, course__live=True)
    rows = due.filter(Q(reminded_for__isnull=True) | ~Q(reminded_for=F("until"))).select_related(
        "course", "organisation"
    )
    reminded = 0
    for row in rows:
        tell_people(row, partial(reminder, row))
        Assignment.objects.filter(pk=row.pk).update(reminded_for=row.until)
        reminded += 1
    return reminded
