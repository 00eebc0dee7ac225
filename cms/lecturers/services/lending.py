"""How an organisation lends its lecturers."""

from collections.abc import Iterable

from django.db import transaction

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.lecturers.models import LendingRule
from cms.organisations.models import Organisation


@transaction.atomic
def set_lending_rule(
    organisation: Organisation,
    *,
    approval: str,
    pending_occupies: bool,
    answer_days: int,
    open_to: Iterable[Organisation] = (),
    actor: User | None,
) -> LendingRule:
    """Write the rule of an organisation and everything below it that has none of its own.

    `open_to` names the organisations to which lecturers are lent, with all below them; none means every one.

    Raises ValidationError for an order of approvals or a number of days that cannot be.
    """
    # The first rule has no row to wait for; of two who write it at once the second changes the first one's.
    Organisation.objects.select_for_update(no_key=True, of=("self",)).get(pk=organisation.pk)
    rule = LendingRule.objects.filter(organisation=organisation).first() or LendingRule(organisation=organisation)
    before = rule_shown(rule) if rule.pk else None
    rule.approval, rule.pending_occupies, rule.answer_days = approval, pending_occupies, answer_days
    rule.full_clean()
    rule.save()
    rule.open_to.set(open_to)
    record_act("lecturers.set_rule", actor=actor, target=rule, before=before, after=rule_shown(rule))
    return rule


def rule_shown(rule: LendingRule) -> dict[str, object]:
    """Return a rule as it stands in the audit log."""
    return {
        "approval": rule.approval,
        "pending_occupies": rule.pending_occupies,
        "answer_days": rule.answer_days,
        "open_to": [str(organisation) for organisation in rule.open_to.all()],
    }
