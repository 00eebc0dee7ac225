"""The admin's chooser of lessons: its window offers what readers see too, for one not shown would leave a gap on a page.

What was chosen keeps its name, also when it is shown no longer.
"""

from django.db.models import QuerySet
from django.http import HttpRequest

from cms.core.choosers import OfferedChooseResultsView, OfferedChooserViewSet, OfferedChooseView
from cms.lessons.models import MicroLesson
from cms.lessons.queries import visible_lessons


class Shown:
    """Mixin for the window: published, and to be seen by who chooses; the newest first."""

    request: HttpRequest

    def get_object_list(self) -> QuerySet[MicroLesson]:
        return visible_lessons(self.request.user)


class LessonChooseView(Shown, OfferedChooseView):
    """The whole window."""


class LessonChooseResultsView(Shown, OfferedChooseResultsView):
    """A page of the list, also after a search."""


class LessonChooserViewSet(OfferedChooserViewSet):
    """Lessons wherever one is chosen."""

    columns = ("title",)
    choose_view_class = LessonChooseView
    choose_results_view_class = LessonChooseResultsView
