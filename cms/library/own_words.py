"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_fields

register_acts(
    {
        "library.add_page": _("Began a page"),
        "library.change_page": _("Changed a page"),
        "library.delete_page": _("Deleted a page"),
        "library.restore": _("Allowed work on a page again"),
        "library.set_review_by": _("Set until when a page is to be looked at again"),
        "library.take_down": _("Took a page down"),
        "library.unpublish": _("Withdrew a page from the site"),
        "library.upload": _("Brought many files into the library"),
    }
)
register_fields(
    {
        "files": _("Files"),
        "marked_as_read": _("Marked as read"),
        "library.slug": _("Slug"),
        "library.visibility": _("Visible to"),
        "library.visible_role": _("Visible to the role"),
    }
)
