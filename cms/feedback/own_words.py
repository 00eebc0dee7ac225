"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_fields
from cms.feedback.enums import ReportStatus

register_acts(
    {
        "feedback.answered": _("Answered a problem report"),
        "feedback.closed": _("Closed a problem report"),
        "feedback.hand_over": _("Handed a problem report over"),
        "feedback.keep_private": _("Took a public answer off the page"),
        "feedback.take_on": _("Took on a problem report"),
    }
)
register_fields(
    {
        "feedback.by": _("Looked after by"),
        "what": _("Kind"),
        "feedback.public": _("Public"),
    }
)
register_choices("feedback.status", ReportStatus)
