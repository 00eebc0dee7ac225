"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_fields
from cms.booking.enums import BookingStatus

register_acts(
    {
        "booking.accepted": _("Accepted a request for a lecturer"),
        "booking.approved": _("Agreed to a request for a lecturer"),
        "booking.cancelled": _("Called a lesson off"),
        "booking.contact_read": _("Looked at the contacts of an agreed lesson"),
        "booking.corrected": _("Corrected what was recorded of a lesson"),
        "booking.countered": _("Proposed another time for a lesson"),
        "booking.declined": _("Declined a request for a lecturer"),
        "booking.delivered": _("Recorded a lesson as held"),
        "booking.not_held": _("Wrote down that a lesson did not take place"),
        "booking.kept": _("Decided that a lesson takes place"),
        "booking.make_calendar": _("Made a calendar address"),
        "booking.name_catch_up": _("Named a list for those who missed a lesson"),
        "booking.requested": _("Asked for a lecturer"),
        "booking.said": _("Wrote about a request for a lecturer"),
        "booking.withdraw_calendar": _("Withdrew a calendar address"),
    }
)
register_fields(
    {
        "booking.heads": _("Listeners"),
        "booking.minutes": _("Minutes taught"),
        "lecturer": _("Lecturer"),
        "note": _("Note"),
        "place": _("Place"),
        "playlist": _("Playlist"),
        "starts": _("Begins"),
        "withdrawn": _("Withdrawn"),
    }
)
register_choices("booking.status", BookingStatus)
