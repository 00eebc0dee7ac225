"""The admin's chooser of lessons offers and names what the person is responsible for, nothing else."""

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
from cms.lessons.models import MicroLesson


class InReach:
    """Mixin for the chooser's views: reads through the policy, as the list of lessons does."""

    request: HttpRequest

    def get_object_list(self) -> QuerySet[MicroLesson]:
        policy = policy_registry.get_by_type(MicroLesson)
        seen: QuerySet[MicroLesson] = policy.instances_user_has_permission_for(self.request.user, "view")
        return seen

    def get_object(self, pk: Any) -> MicroLesson:
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks: list[Any]) -> QuerySet[MicroLesson]:
        return self.get_object_list().filter(pk__in=pks)


class LessonChooseView(InReach, ChooseView):
    """The whole window."""

    filter_form_class = search_by("title")


class LessonChooseResultsView(InReach, ChooseResultsView):
    """A page of the list, also after a search."""

    filter_form_class = search_by("title")


class LessonChosenView(InReach, SnippetChosenView):
    """The title of a lesson that was chosen."""


class LessonChosenMultipleView(InReach, SnippetChosenMultipleView):
    """The titles of several."""


class LessonChooserViewSet(SnippetChooserViewSet):
    """Wagtail makes a chooser for every snippet, used or not, and shows all rows there."""

    choose_view_class = LessonChooseView
    choose_results_view_class = LessonChooseResultsView
    chosen_view_class = LessonChosenView
    chosen_multiple_view_class = LessonChosenMultipleView
