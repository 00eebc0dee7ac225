"""Fetch doors: an entry opens for its person, a dispute for those responsible in the own branch."""

from django.http import Http404

from cms.accounts.models import User
from cms.ledger.models import HourDispute, HourEntry
from cms.ledger.queries import HANDLING_ROLES, disputes_for
from cms.organisations.queries import standing_of


def get_entry_for(user: User, pk: int) -> HourEntry:
    """Return the person's own entry (never a correction row); raises Http404 for anybody else's."""
    entry = HourEntry.objects.select_related("rule").filter(pk=pk, user_id=user.pk, corrects__isnull=True).first()
    if entry is None:
        raise Http404
    return entry


def get_dispute_for(user: User, pk: int) -> HourDispute:
    """Return a dispute the person is responsible for; raises Http404 otherwise, also for the own one."""
    dispute = disputes_for(user).filter(pk=pk).first()
    if dispute is None:
        raise Http404
    return dispute


def may_handle_disputes(user: User) -> bool:
    """Return whether the person holds a duty that answers questions about hours."""
    return standing_of(user).has_role(*HANDLING_ROLES)
