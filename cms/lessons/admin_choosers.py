"""The admin's chooser of lessons: its window offers what readers see too, for one not shown would leave a gap on a page.

What was chosen keeps its name, also when it is shown no longer. A second window is for the documents of a lesson.
"""

from typing import Any

from django.db.models import Q, QuerySet
from django.forms.models import modelform_factory
from django.http import HttpRequest
from wagtail.documents.forms import formfield_for_dbfield
from wagtail.documents.views.chooser import (
    DocumentChooseResultsView,
    DocumentChooserUploadView,
    DocumentChooserViewSet,
    DocumentChooseView,
    DocumentChosenMultipleView,
    DocumentChosenView,
)
from wagtail.permissions import policy_registry

from cms.assets.models import SiteDocument
from cms.core.choosers import OfferedChooseResultsView, OfferedChooserViewSet, OfferedChooseView
from cms.lessons.forms.attachments import WINDOW, LessonFileForm
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


class ForLesson:
    """Mixin for the window of documents: what the library offers the person, and what they brought for lessons.

    A file that is sent from here takes over the reach of the lesson that shows it, and waits in no library.
    """

    request: HttpRequest

    def get_creation_form_class(self) -> Any:
        """Return the form of a new file; who may see it is not asked, and neither is where it lies."""
        fields = [*SiteDocument.admin_form_fields, "collection"]
        return modelform_factory(
            SiteDocument, form=LessonFileForm, fields=fields, formfield_callback=formfield_for_dbfield
        )

    def get_object_list(self) -> QuerySet[SiteDocument]:
        """Return what the window offers."""
        policy = policy_registry.get_by_type(SiteDocument)
        library = policy.instances_user_has_any_permission_for(self.request.user, ["choose"])
        chosen_from = Q(pk__in=library.order_by().values("pk")) | Q(uploaded_by_user=self.request.user.pk)
        found: QuerySet[SiteDocument] = SiteDocument.objects.filter(chosen_from)
        return found

    def get_object(self, pk: Any) -> SiteDocument:
        """Return one of them."""
        return self.get_object_list().get(pk=pk)

    def get_objects(self, pks: list[Any]) -> QuerySet[SiteDocument]:
        """Return several of them."""
        return self.get_object_list().filter(pk__in=pks)


class LessonDocumentView(ForLesson, DocumentChooseView):
    """The whole window."""


class LessonDocumentResultsView(ForLesson, DocumentChooseResultsView):
    """A page of the list, also after a search."""


class LessonDocumentChosenView(ForLesson, DocumentChosenView):
    """The name of what was chosen."""


class LessonDocumentsChosenView(ForLesson, DocumentChosenMultipleView):
    """The names of several."""


class LessonDocumentUploadView(ForLesson, DocumentChooserUploadView):
    """A new file."""


class LessonDocumentChooserViewSet(DocumentChooserViewSet):
    """The documents of a lesson; everywhere else the library's own window opens."""

    register_widget = False
    choose_view_class = LessonDocumentView
    choose_results_view_class = LessonDocumentResultsView
    chosen_view_class = LessonDocumentChosenView
    chosen_multiple_view_class = LessonDocumentsChosenView
    create_view_class = LessonDocumentUploadView


LESSON_DOCUMENTS = LessonDocumentChooserViewSet(WINDOW, model=SiteDocument)
