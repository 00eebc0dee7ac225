"""How the admin's forms ask for an organisation, and for who is asked about a thing: in a window with a search box.

A county has hundreds and a province tens of thousands; a list of all of them is a wall, twice in every form.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import BaseChooser

from cms.core.converters import is_key

ALL, OWN, PEOPLE = "organisation_chooser", "own_organisation_chooser", "keeper_chooser"
EDITED = "edited_organisation_chooser"


class KeyChooser(BaseChooser):
    """A chooser of rows that nobody edits from there."""

    show_edit_link = False

    def get_instance(self, value: Any) -> Any:
        """Return the row of a key or of itself; what is no key is refused by the field, not by the database."""
        if value is None or isinstance(value, self.model_class):
            return value
        return super().get_instance(value) if is_key(str(value)) else None


class OrganisationChooser(KeyChooser):
    """Any organisation that is active: those that may see a thing."""

    model = "organisations.Organisation"
    chooser_modal_url_name = f"{ALL}:choose"
    icon = "group"
    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")


class KeeperChooser(OrganisationChooser):
    """Organisations for which the person has an editor's or a reviewer's duty: those that keep a thing."""

    chooser_modal_url_name = f"{OWN}:choose"


class EditedChooser(OrganisationChooser):
    """Organisations for which the person has an editor's duty: a reviewer's alone makes nothing."""

    chooser_modal_url_name = f"{EDITED}:choose"


class PersonChooser(KeyChooser):
    """Somebody with an editor's or a reviewer's duty: who is asked about a thing."""

    model = "accounts.User"
    chooser_modal_url_name = f"{PEOPLE}:choose"
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose somebody else")

    def get_instance(self, value: Any) -> Any:
        """Return the person only where the window would offer them: a number typed by hand names nobody."""
        offered = self.choices.queryset if hasattr(self, "choices") else None
        key = getattr(value, "pk", value)
        return offered.filter(pk=key).first() if offered is not None and is_key(str(key)) else None
