"""Telling members once a day which lessons of their own branch are new."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.core.clock import now
from cms.jobs.services import due_at
from cms.lessons.models import MicroLesson
from cms.lessons.queries import first_shown
from cms.notices.models import Notice
from cms.notices.services import notify
from cms.organisations.models import Organisation
from cms.organisations.queries import people_of

KIND = "lessons.new"
DAY = timedelta(days=1)


@transaction.atomic
def announce_new_lessons(at: datetime | None = None) -> int:
    """Send each member at most one notice about what the own branch showed first in the last full day; return how many.

    Whoever has the day's notice already gets no second one, so that a job that runs twice tells once.
    """
    until = due_at(DAY, at or now())
    by_branch: dict[Organisation, list[MicroLesson]] = {}
    for lesson in first_shown(until - DAY, until):
        by_branch.setdefault(lesson.organisation, []).append(lesson)
    return sum(announce_in(branch, lessons, until) for branch, lessons in by_branch.items())


def announce_in(branch: Organisation, lessons: Sequence[MicroLesson], until: datetime) -> int:
    """Tell the people of one branch, nobody about the own works; return how many were told."""
    told_already = Notice.objects.filter(kind=KIND, created_at__gte=until)
    people = people_of(branch).exclude(pk__in=told_already.values("user"))
    authors = people.filter(pk__in=[lesson.author_id for lesson in lessons])
    told = tell(people.exclude(pk__in=authors.values("pk")), lessons)
    return told + sum(tell([one], [lesson for lesson in lessons if lesson.author_id != one.pk]) for one in authors)


def tell(people: Iterable[User], lessons: Sequence[MicroLesson]) -> int:
    """Send one notice about the lessons to each; one lesson opens itself, several the list with the newest first."""
    if not lessons:
        return 0
    alone = len(lessons) == 1
    body = "" if alone else "\n".join(lesson.title for lesson in lessons)
    url = lessons[0].get_absolute_url() if alone else reverse("lessons:browse")
    return len(notify(people, kind=KIND, title=lambda: title_of(lessons), body=body, url=url))


def title_of(lessons: Sequence[MicroLesson]) -> str:
    """Return the notice's title in the language that is active now."""
    if len(lessons) == 1:
        return _("New from your branch: %(title)s") % {"title": lessons[0].title}
    return _("%(number)s new lessons from your branch") % {"number": len(lessons)}
