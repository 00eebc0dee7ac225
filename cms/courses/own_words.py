"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_fields
from cms.courses.enums import WishStatus

register_acts(
    {
        "courses.adapt_guide": _("Changed a branch's guide"),
        "courses.add_to_playlist": _("Put a lesson on a playlist"),
        "courses.assign": _("Asked for a course in an organisation"),
        "courses.change_playlist": _("Changed a playlist"),
        "courses.copy_guide": _("Copied a guide for a branch"),
        "courses.delete_playlist": _("Deleted a playlist"),
        "courses.end_assignment": _("Ended a request for a course"),
        "courses.give_badge": _("Made a course a selected one"),
        "courses.make_playlist": _("Began a playlist"),
        "courses.remove_from_playlist": _("Took a lesson off a playlist"),
        "courses.take_pack": _("Took a pack for use without a line"),
        "courses.take_over_guide": _("Took changes of a guide over"),
        "courses.wish_declined": _("Answered a topic without a playlist"),
        "courses.wish_taken": _("Answered a topic with a playlist"),
        "courses.withdraw_badge": _("Withdrew the badge of a selected course"),
    }
)
register_fields(
    {
        "audience": _("Audience"),
        "completed": _("Completed"),
        "course": _("Course"),
        "films": _("With films"),
        "page": _("Page"),
        "restricted": _("Things for one organisation only"),
    }
)
register_choices("courses.status", WishStatus)
