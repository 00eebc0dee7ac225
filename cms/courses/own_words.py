"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices
from cms.courses.enums import WishStatus

register_acts(
    {
        "courses.add_to_playlist": _("Put a lesson on a playlist"),
        "courses.change_playlist": _("Changed a playlist"),
        "courses.delete_playlist": _("Deleted a playlist"),
        "courses.make_playlist": _("Began a playlist"),
        "courses.remove_from_playlist": _("Took a lesson off a playlist"),
        "courses.wish_declined": _("Answered a topic without a playlist"),
        "courses.wish_taken": _("Answered a topic with a playlist"),
    }
)
register_choices("courses.status", WishStatus)
