"""Part of the admin's form: where the place will lie as it is stored, and what speaks against it."""

from typing import Any

from django.forms import Media
from django.forms.widgets import Script
from wagtail.admin.panels import Panel

from cms.venues.cards import position_words


class PositionPanel(Panel):
    """Shows the position as it is stored; a script asks anew while one types, without it the panel follows on saving."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "venues/admin/position_panel.html"

        @property
        def media(self) -> Media:
            scripts: list[Any] = [Script("weike/position.js", type="module")]
            return Media(js=scripts)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | position_words(self.instance) | {"checked_by": self.instance.verified_by}
