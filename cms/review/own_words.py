"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_fields
from cms.review.enums import Stage

register_acts(
    {
        "review.approve": _("Approved a lesson"),
        "review.return": _("Returned a lesson with a remark"),
    }
)
register_fields(
    {
        "decided_by": _("Decided by"),
        "fulfilled": _("What is fulfilled"),
        "remark": _("Remark"),
        "stage": _("Stage"),
    }
)
register_choices("review.stage", Stage)
