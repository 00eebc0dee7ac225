"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_fields

register_acts(
    {
        "feedback.answered": _("Answered a problem report"),
        "feedback.closed": _("Closed a problem report"),
        "feedback.take_on": _("Took on a problem report"),
    }
)
register_fields(
    {
        "what": _("Kind"),
    }
)
