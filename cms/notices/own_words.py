"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_fields

register_acts(
    {
        "notices.confirm_address": _("Confirmed the e-mail address"),
        "notices.forget_address": _("Deleted the e-mail address"),
        "notices.set_address": _("Gave an e-mail address"),
    }
)
register_fields(
    {
        "read": _("Read"),
        "sent": _("Sent"),
        "email": _("E-mail address"),
        "confirmed": _("Confirmed"),
        "muted": _("Not wanted"),
        "way": _("Way"),
    }
)
