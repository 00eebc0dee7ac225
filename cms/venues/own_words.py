"""What the acts and records of this room are called, for the audit log and "my data"."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_fields

register_acts(
    {
        "venues.publish": _("Showed a place"),
        "venues.unpublish": _("Showed a place no longer"),
        "venues.lock": _("Locked a place for others"),
        "venues.unlock": _("Opened a place for others again"),
        "venues.agree_visit": _("Agreed a visit to a place"),
        "venues.release_visit": _("Gave a visit back"),
        "venues.see_contact": _("Looked up the contact of a place"),
        "venues.see_guest": _("Looked up whom to ask about a visit"),
        "venues.add_region": _("Added a region"),
        "venues.change_region": _("Changed a region"),
        "venues.delete_region": _("Deleted a region"),
    }
)
register_fields(
    {
        "heads": _("How many people"),
        "venues.note": _("What the place should know"),
        "venue": _("Place"),
        "starts_at": _("From"),
        "ends_at": _("To"),
        "venues.order": _("Place in the order"),
        "venues.slug": _("Slug"),
        "venues.name_en": _("English name"),
        "venues.box": _("Edges of the region"),
    }
)
