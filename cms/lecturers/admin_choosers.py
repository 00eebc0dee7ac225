"""The admin's chooser of lecturers: people of one name are told apart by their organisation."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from cms.core.choosers import OfferedChooseResultsView, OfferedChooserViewSet, OfferedChooseView


class WithOrganisation:
    """Mixin for the window: beside each name where the person belongs."""

    @cached_property
    def columns(self) -> list[Any]:
        own: list[Any] = super().columns  # type: ignore[misc]  # the view's, which this is mixed into
        return [*own, Column("organisation", label=_("organisation"), accessor="organisation")]

    def get_object_list(self) -> Any:
        return super().get_object_list().select_related("organisation")  # type: ignore[misc]  # as above


class LecturerChooseView(WithOrganisation, OfferedChooseView):
    """The whole window."""


class LecturerChooseResultsView(WithOrganisation, OfferedChooseResultsView):
    """A page of the list, also after a search."""


class LecturerChooserViewSet(OfferedChooserViewSet):
    """The lecturer who speaks at a stop of a route, and wherever else one is chosen."""

    columns = ("name", "post")
    choose_view_class = LecturerChooseView
    choose_results_view_class = LecturerChooseResultsView
