"""The admin's chooser of lessons offers what readers see too, and names what the person looks after besides.

A lesson that is not shown would leave a gap on the page that leads to it.
"""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from wagtail.snippets.views.chooser import (
    ChooseResultsView,
    ChooseView,
    SnippetChooserViewSet,
    SnippetChosenMultipleView,
    SnippetChosenView,
)

from cms.core.chooser_search import search_by
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import lessons_offered
from cms.lessons.queries import visible_lessons


class InReach:
    """Mixin for the chooser's views: what was chosen keeps its name, also when it is shown no longer."""

    request: HttpRequest

    def get_object_list(self) -> QuerySet[MicroLesson]:
        return lessons_offered(self.request.user)

    def get_object(self, pk: Any) -> MicroLesson:
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks: list[Any]) -> QuerySet[MicroLesson]:
        return self.get_object_list().filter(pk__in=pks)


class Shown(InReach):
    """Mixin for the window: published, and to be seen by who chooses; the newest first."""

    def get_object_list(self) -> QuerySet[MicroLesson]:
        return visible_lessons(self.request.user)


class LessonChooseView(Shown, ChooseView):
    """The whole window."""

    filter_form_class = search_by("title")


class LessonChooseResultsView(Shown, ChooseResultsView):
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
