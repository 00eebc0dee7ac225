"""Correcting what was recorded of a lesson: the record takes the new figures, the ledger a counter-entry."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.booking.enums import EventKind, Party
from cms.booking.lifecycle import write_event
from cms.booking.models import BookingRequest, Delivery
from cms.booking.permissions import may_correct
from cms.booking.queries import SOURCE_KIND, locked
from cms.booking.services.answering import need_reason
from cms.booking.services.ending import check_figures
from cms.booking.services.telling import tell_corrected
from cms.core.errors import DomainError, InvalidInput, StaleState
from cms.evaluations.services import correct_heads
from cms.ledger.services import recount_teaching


@transaction.atomic
def correct_delivery(booking: BookingRequest, *, actor: User, heads: int, minutes: int, reason: str) -> Delivery:
    """Write other figures of a held lesson, with a reason; hours follow by a counter-entry, the lecturer is told.

    Raises InvalidInput without a reason, for impossible figures or when nothing would change, StaleState before the
    lesson was recorded, DomainError (`not_yours`, 403) for anybody but the branch, and for who taught.
    """
    reason = need_reason(reason)
    check_figures(heads, minutes)
    row = locked(booking.pk)
    held = Delivery.objects.filter(booking=row).select_related("evaluation").first()
    if held is None:
        raise StaleState(_("Only what was recorded can be corrected."))
    if not may_correct(actor, row):
        raise DomainError(_("The branch corrects what it recorded, never who taught."), code="not_yours", status=403)
    changed = {"heads": (held.heads, heads), "minutes": (held.minutes, minutes)}
    changed = {name: (old, new) for name, (old, new) in changed.items() if old != new}
    if not changed:
        raise InvalidInput(_("These figures are recorded already."), code="no_change")
    held.heads, held.minutes = heads, minutes
    held.save(update_fields=["heads", "minutes"])
    if "minutes" in changed:
        recount_teaching((SOURCE_KIND, row.pk), minutes=minutes, actor=actor, reason=reason)
    if "heads" in changed and held.evaluation is not None:
        correct_heads(held.evaluation, heads, actor=actor)
    write_event(row, EventKind.CORRECTED, actor=actor, party=Party.REQUESTER, reason=reason, changed=changed)
    tell_corrected(row, actor=actor)
    return held
