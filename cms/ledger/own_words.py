"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_fields
from cms.ledger.enums import DisputeStatus, RuleKind

register_acts(
    {
        "ledger.answer_dispute": _("Answered a question about hours"),
        "ledger.correct": _("Corrected hours"),
        "ledger.forget_old_hours": _("Deleted hours whose time was over"),
        "ledger.rule": _("Changed a rule for study hours"),
    }
)
register_fields(
    {
        "cap": _("Most for one item"),
        "correction": _("Correction"),
        "for": _("For what"),
        "hours": _("Hours"),
        "least": _("Least for one item"),
        "minutes_per_hour": _("Minutes in a study hour"),
        "on": _("Day"),
        "rule": _("Rule"),
        "valid_from": _("From"),
        "valid_to": _("Until"),
        "why": _("Why"),
    }
)
register_choices("ledger.kind", RuleKind)
register_choices("ledger.status", DisputeStatus)
