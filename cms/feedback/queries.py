"""Reads of reports."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cms.accounts.models import User
from cms.feedback.enums import ReportStatus
from cms.feedback.models import ProblemReport
from cms.organisations.enums import Role
from cms.organisations.queries import standing_of

HANDLING_ROLES = (Role.EDITOR, Role.BRANCH_ADMIN, Role.BRANCH_SECRETARY)


def reports_of(user: User | AnonymousUser) -> QuerySet[ProblemReport]:
    """Return what the person reported, newest first; nothing for visitors."""
    if not isinstance(user, User):
        return ProblemReport.objects.none()
    return ProblemReport.objects.filter(reporter=user).order_by("-created_at", "-pk")


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
