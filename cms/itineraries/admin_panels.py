"""How Wagtail's page editor asks for a route.

Its form knows more than the model may (`forms`), so the editor is given to the page when all is there (`apps.ready`).
"""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.compare import TextFieldComparison
from wagtail.admin.panels import FieldRowPanel, InlinePanel, MultiFieldPanel, TabbedInterface

from cms.core.panels import FieldPanel
from cms.itineraries.forms import RoutePageForm
from cms.itineraries.models import ItineraryPage
from cms.itineraries.order import MOST_STOPS
from cms.library.editing import BODY, content_tabs


class ThemesComparison(TextFieldComparison):
    """Themes of two versions in words."""

    def __init__(self, field: Any, obj_a: ItineraryPage, obj_b: ItineraryPage) -> None:
        super().__init__(field, obj_a, obj_b)
        self.val_a, self.val_b = (" · ".join(page.theme_words) for page in (obj_a, obj_b))


class ThemesPanel(FieldPanel):
    """The themes as boxes."""

    def get_comparison_class(self) -> Any:
        return ThemesComparison


def route_editor() -> TabbedInterface:
    """Return the editor of a route."""
    editor = content_tabs(
        [
            ThemesPanel("themes"),
            FieldRowPanel([FieldPanel("season"), FieldPanel("effort")]),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("meeting_point"), FieldPanel("starts_at")]),
                    FieldRowPanel([FieldPanel("first_way_minutes"), FieldPanel("planned_on")]),
                    FieldPanel("group_size"),
                ],
                heading=_("Setting out"),
            ),
            FieldPanel("prepare"),
            BODY,
        ],
        parts=[InlinePanel("stops", label=_("Stop"), min_num=1, max_num=4 * MOST_STOPS)],
    )
    editor.base_form_class = RoutePageForm
    return editor
