"""What the acts of this room are called, and the fields that they change."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_fields

register_acts(
    {
        "taxonomy.add_label": _("Added a topic, an audience or a teaching method"),
        "taxonomy.change_label": _("Changed a topic, an audience or a teaching method"),
        "taxonomy.delete_label": _("Deleted a topic, an audience or a teaching method"),
    }
)
register_fields(
    {
        "taxonomy.name_en": _("English name"),
        "taxonomy.order": _("Place in the order"),
        "taxonomy.slug": _("Slug"),
    }
)
