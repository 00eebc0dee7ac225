"""What the acts of this room are called, and the fields that they change."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_fields

register_acts(
    {
        "portal.add_synonyms": _("Added a synonym set"),
        "portal.change_synonyms": _("Changed a synonym set"),
        "portal.delete_synonyms": _("Deleted a synonym set"),
        "portal.index_again": _("Had a document put into search again"),
    }
)
register_fields(
    {
        "words": _("words"),
        "one_way": _("one way"),
        "in_use": _("in use"),
        "portal.note": _("remark"),
        "portal.search": _("Search"),
        "portal.saved": _("Saved"),
        "portal.address": _("Address"),
    }
)
