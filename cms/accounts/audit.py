"""The one door that writes the audit log."""

from typing import Any

from django.db.models import Model

from cms.accounts.models import AuditEntry, User
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

    `action` is a dotted verb such as "lessons.take_down"; `actor` None means the system itself.
    """
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
