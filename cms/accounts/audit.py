"""The one door that writes the audit log."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Model

from cms.accounts.models import AuditEntry, User
from cms.accounts.record_words import unnamed_in
from cms.core.clock import now


def record_act(
    action: str,
    *,
    actor: User | None,
    target: Model | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """Write one entry in the caller's transaction, so that an act and its trace stand or fall together.

    `action` is a dotted verb such as "lessons.take_down" that its room named in `own_words.py`; `actor` None means the
    system itself. Raises LookupError for an act or a field without words while the site is tested: in service an act
    never fails for a missing word.
    """
    if settings.ACTS_NEED_WORDS and (unnamed := unnamed_in(action, {**(before or {}), **(after or {})})):
        raise LookupError(f"No room says in its own_words.py what these are called: {', '.join(unnamed)}")
    return AuditEntry.objects.create(
        at=now(),
        actor_id=actor.pk if actor else None,
        actor_name=str(actor)[:60] if actor else "",
        action=action,
        target_kind=target._meta.label_lower if target else "",
        target_id=str(target.pk) if target else "",
        target_label=str(target)[:200] if target else "",
        before=before or {},
        after=after or {},
        reason=reason,
    )


@transaction.atomic
def forget_old_acts(at: datetime | None = None) -> int:
    """Remove entries that were kept as long as they must be, leave one that says so, and return how many went.

    The table's triggers let only rows of more than five years go, whoever asks.
    """
    before = (at or now()) - settings.AUDIT_KEEP
    count, _of_kind = AuditEntry.objects.filter(at__lt=before).delete()
    if count:
        record_act("accounts.forget_old_acts", actor=None, after={"before": before.isoformat(), "rows": count})
    return count
