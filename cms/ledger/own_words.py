"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_fields

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
        "for": _("For what"),
        "hours": _("Hours"),
        "on": _("Day"),
        "rule": _("Rule"),
        "why": _("Why"),
    }
)
