"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_fields

register_acts(
    {
        "lessons.correct": _("Corrected a lesson"),
        "lessons.restore": _("Allowed work on a lesson again"),
        "lessons.set_review_by": _("Set until when a lesson is to be looked at again"),
        "lessons.take_down": _("Took a lesson down"),
        "lessons.unpublish": _("Withdrew a lesson from the site"),
    }
)
register_fields(
    {
        "author": _("Author"),
        "begun": _("Begun"),
        "children_in_the_picture": _("Children in the picture"),
        "first_published": _("First shown"),
        "named_as_speaker": _("Named as speaker"),
        "people_in_the_picture": _("People in the picture"),
        "taken_down_reason": _("Reason for taking it down"),
    }
)
