"""The only writer of the status of disputes."""

from django.utils.translation import gettext as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import StaleState
from cms.organisations.enums import DisputeStatus
from cms.organisations.models import DataDispute

TRANSITIONS = {DisputeStatus.ANSWERED: (DisputeStatus.OPEN,)}


def advance(dispute: DataDispute, to: DisputeStatus, *, actor: User, reason: str) -> None:
    """Move the dispute on; `reason` is the answer that the person reads.

    Raises StaleState when it is no longer in a state from which this is possible.
    """
    changed = DataDispute.objects.filter(pk=dispute.pk, status__in=TRANSITIONS[to]).update(
        status=to, answer=reason, answered_by=actor, answered_at=now()
    )
    if not changed:
        raise StaleState(_("Somebody else has answered this already."))
    before = {"status": dispute.status}
    dispute.refresh_from_db()
    record_act("organisations.answer_dispute", actor=actor, target=dispute, before=before, after={"status": to})
