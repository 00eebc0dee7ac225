"""What the acts of this room are called, and the fields that they change."""

from django.utils.translation import gettext_lazy as _

from cms.accounts.record_words import register_acts, register_choices, register_fields
from cms.organisations.enums import Role
from cms.taxonomy.enums import Visibility

register_acts(
    {
        "assets.add_file": _("Added a file to the library"),
        "assets.change_file": _("Changed a file of the library"),
        "assets.delete_file": _("Deleted a file of the library"),
        "assets.tag_file": _("Gave a file of the library tags"),
    }
)
register_fields(
    {
        "assets.alt_text": _("Description for people who cannot see it"),
        "assets.file": _("File"),
        "assets.tags": _("Tags"),
        "assets.visibility": _("Visible to"),
        "assets.visible_organisation": _("Visible below"),
        "assets.visible_role": _("Visible to the role"),
    }
)
register_choices("assets.visibility", Visibility)
register_choices("assets.visible_role", Role)
