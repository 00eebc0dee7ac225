"""Part of the form of a set of words: what would be found first, before and after."""

from typing import Any

from django.forms import Media
from django.forms.widgets import Script
from wagtail.admin.panels import Panel


class ComparisonPanel(Panel):
    """A box for a question; a script asks for both lists while one types, and shows them below."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "portal/admin/comparison_panel.html"

        @property
        def media(self) -> Media:
            scripts: list[Any] = [Script("weike/synonyms.js", type="module")]
            return Media(js=scripts)

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            return context | {"set": self.instance.pk or ""}
