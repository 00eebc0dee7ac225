"""How the admin's forms ask for an organisation: in a window with a search box.

A county has hundreds and a province tens of thousands; a list of all of them is a wall, twice in every form.
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets import BaseChooser

from cms.core.converters import is_key

ALL, OWN = "organisation_chooser", "own_organisation_chooser"


class OrganisationChooser(BaseChooser):
    """Any organisation that is active: those that may see a thing."""

    model = "organisations.Organisation"
    chooser_modal_url_name = f"{ALL}:choose"
    icon = "group"
    choose_one_text = _("Choose an organisation")
    choose_another_text = _("Choose another organisation")
    show_edit_link = False

    def get_instance(self, value: Any) -> Any:
        """Return the organisation of a key or of itself; what is no key is refused by the field, not by the database."""
        if value is None or isinstance(value, self.model_class):
            return value
        return super().get_instance(value) if is_key(str(value)) else None


class KeeperChooser(OrganisationChooser):
    """Organisations for which the person has an editor's or a reviewer's duty: those that keep a thing."""

    chooser_modal_url_name = f"{OWN}:choose"
