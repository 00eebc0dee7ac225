"""Fetch doors: a report opens for its reporter and for those responsible for the thing it is about."""

from django.http import Http404

from cms.accounts.models import User
from cms.feedback.models import ProblemReport
from cms.feedback.queries import HANDLING_ROLES, reports_for, reports_of
from cms.organisations.queries import standing_of


def get_own_report_for(user: User, pk: int) -> ProblemReport:
    """Return a report the person wrote; raises Http404 for any other."""
    report = reports_of(user).filter(pk=pk).first()
    if report is None:
        raise Http404
    return report


def get_report_for(user: User, pk: int) -> ProblemReport:
    """Return a report the person is responsible for; raises Http404 otherwise."""
    report = reports_for(user).filter(pk=pk).first()
    if report is None:
        raise Http404
    return report


def may_handle_reports(user: User) -> bool:
    """Return whether the person holds a duty that answers reports."""
    return standing_of(user).has_role(*HANDLING_ROLES)
