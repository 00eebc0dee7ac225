"""The admin's chooser of lecturers offers those of the own organisations and those who are shown to the person."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.permissions import policy_registry
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)

from cms.core.chooser_search import search_by
from cms.lecturers.models import Lecturer
from cms.lecturers.queries import shown_lecturers


class InReach:
    """Mixin for the chooser's views."""

    request: HttpRequest

    def get_object_list(self) -> QuerySet[Lecturer]:
        policy = policy_registry.get_by_type(Lecturer)
        kept = policy.instances_user_has_permission_for(self.request.user, "view").values("pk")
        shown = shown_lecturers(self.request.user).values("pk")
        return Lecturer.objects.filter(pk__in=kept) | Lecturer.objects.filter(pk__in=shown)

    def get_object(self, pk: Any) -> Lecturer:
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks: list[Any]) -> QuerySet[Lecturer]:
        return self.get_object_list().filter(pk__in=pks)


class LecturerChooseView(InReach, ChooseView):
    """The whole window."""

    filter_form_class = search_by("name")


class LecturerChooseResultsView(InReach, ChooseResultsView):
    """A page of the list, also after a search."""

    filter_form_class = search_by("name")


class LecturerChosenView(InReach, SnippetChosenView):
    """The name of a lecturer who was chosen."""


class LecturerChosenMultipleView(InReach, SnippetChosenMultipleView):
    """The names of several."""


class LecturerChooserViewSet(SnippetChooserViewSet):
    """Lecturers wherever one is chosen."""

    choose_view_class = LecturerChooseView
    choose_results_view_class = LecturerChooseResultsView
    chosen_view_class = LecturerChosenView
    chosen_multiple_view_class = LecturerChosenMultipleView
