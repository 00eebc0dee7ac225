"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_fields
from cms.evaluations.enums import EvaluationStatus

register_acts(
    {
        "evaluations.close": _("Closed an evaluation"),
        "evaluations.end_codes": _("Ended ballot codes that were more than the listeners"),
        "evaluations.forget_old": _("Deleted remarks whose time was over"),
        "evaluations.open": _("Opened an evaluation"),
        "evaluations.print_codes": _("Printed ballot codes"),
    }
)
register_fields(
    {
        "evaluations.closes_on": _("Marks until"),
        "evaluations.heads": _("Listeners"),
        "evaluations.number": _("Number"),
        "marks_until": _("Marks until"),
    }
)
register_choices("evaluations.status", EvaluationStatus)
