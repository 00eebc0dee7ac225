"""Reads of reports."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet

from cms.accounts.models import User
from cms.core.clock import today
from cms.feedback.enums import ReportStatus
from cms.feedback.models import ProblemReport
from cms.feedback.subjects import BRANCH
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import holders_of, standing_of

HANDLING_ROLES = (Role.EDITOR, Role.BRANCH_ADMIN, Role.BRANCH_SECRETARY)
BRANCH_FIRST = (Role.BRANCH_SECRETARY, Role.BRANCH_ADMIN, Role.EDITOR)


def reports_of(user: User | AnonymousUser) -> QuerySet[ProblemReport]:
    """Return what the person reported, newest first; nothing for visitors."""
    if not isinstance(user, User):
        return ProblemReport.objects.none()
    return ProblemReport.objects.filter(reporter=user).select_related("assigned_to").order_by("-created_at", "-pk")


def reports_for(user: User) -> QuerySet[ProblemReport]:
    """Return reports about things of the organisations for which the person holds a duty."""
    within = Q(pk__in=[])
    for path in standing_of(user).paths_of(*HANDLING_ROLES):
        within |= Q(organisation__path__startswith=path)
    return ProblemReport.objects.filter(within).select_related("organisation", "assigned_to")


def all_reports_for(user: User) -> QuerySet[ProblemReport]:
    """Return all reports that are this person's to answer, also answered and closed ones, newest first."""
    return reports_for(user).order_by("-created_at", "-pk")


def open_reports_for(user: User) -> QuerySet[ProblemReport]:
    """Return what waits for an answer of this person, the soonest due first; the workbench counts and lists it."""
    return reports_for(user).filter(status=ReportStatus.OPEN).order_by("due_on", "pk")


def overdue_reports_for(user: User) -> QuerySet[ProblemReport]:
    """Return what should have been answered before today, the longest overdue first."""
    return open_reports_for(user).filter(due_on__lt=today())


def public_answers() -> QuerySet[ProblemReport]:
    """Return the answers that everybody may read, newest first; who asked is not read from the database at all."""
    shown = ProblemReport.objects.filter(is_public=True).select_related("organisation")
    return shown.defer("text", "reporter", "token").order_by("-answered_at", "-pk")


def on_duty_for(organisation: Organisation, *, subject_kind: str = "") -> list[User]:
    """Return those who answer for the organisation, the nearest role that has holders; a branch's own come first there."""
    roles = BRANCH_FIRST if subject_kind == BRANCH else HANDLING_ROLES
    for role in roles:
        if found := list(holders_of(role, organisation).order_by("pk")):
            return found
    return []


def everybody_on_duty(organisation: Organisation) -> QuerySet[User]:
    """Return all who may answer for the organisation, by name."""
    found = User.objects.none()
    for role in HANDLING_ROLES:
        found |= holders_of(role, organisation)
    return found.distinct().order_by("name", "pk")


def least_busy(people: Iterable[User]) -> User | None:
    """Return who looks after the fewest open reports, the first by key among equals; None of nobody."""
    by_key = {person.pk: person for person in people}
    rows = ProblemReport.objects.filter(status=ReportStatus.OPEN, assigned_to__in=by_key).order_by()
    busy = dict(rows.values_list("assigned_to").annotate(Count("pk")))
    return min(by_key.values(), key=lambda person: (busy.get(person.pk, 0), person.pk), default=None)


def due_soon(first: date, last: date) -> QuerySet[ProblemReport]:
    """Return what waits for an answer and is due between two days."""
    found = ProblemReport.objects.filter(status=ReportStatus.OPEN, due_on__range=(first, last))
    return found.select_related("assigned_to", "organisation").order_by("pk")


def personal_reports(user: User) -> Iterable[dict[str, Any]]:
    """Return the person's reports and their answers for "my data", oldest first."""
    for report in reports_of(user).reverse():
        yield {
            "at": report.created_at.isoformat(),
            "about": report.subject_label,
            "what": str(report.get_category_display()),
            "text": report.text,
            "state": str(report.get_status_display()),
            "answer": report.answer,
        }
