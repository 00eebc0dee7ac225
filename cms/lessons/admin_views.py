"""The admin's views of lessons: every object is checked against the organisation, nobody publishes past the review."""

from typing import Any

import django_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import EditView, UnpublishView

from cms.core.clock import today
from cms.lessons.enums import LessonState, WorkType
from cms.lessons.models import LessonCaption, MicroLesson
from cms.lessons.queries import in_state, state_of
from cms.organisations.models import Organisation
from cms.taxonomy.models import Topic


class ObjectGuard:
    """Refuses every view of one lesson to people who are not responsible for its organisation."""

    guarded_action = "view"

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        pk = kwargs.get("pk", args[0] if args else None)
        if pk is not None:
            lesson = get_object_or_404(MicroLesson.objects.select_related("organisation"), pk=unquote(str(pk)))
            policy = policy_registry.get_by_type(MicroLesson)
            if not policy.user_has_permission_for_instance(request.user, self.guarded_action, lesson):
                raise PermissionDenied
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # a mixin for views


class LessonEditView(EditView):
    """Editing keeps drafts; publishing is the review's last step, also for a request made by hand."""

    def get_available_actions(self) -> list[str]:
        return [action for action in super().get_available_actions() if action not in ("publish", "submit")]


class LessonUnpublishView(UnpublishView):
    """Asks for the permission to take back, which editors have; "publish" alone is the review's."""

    permission_required = "unpublish"


class LessonFilterSet(WagtailFilterSet):
    """State, organisation, topic, kind of work, captions, due for another look."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=LessonState.choices, method="narrow_state")
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation and all below it"), queryset=Organisation.objects.all(), method="narrow_organisation"
    )
    topics = django_filters.ModelChoiceFilter(label=_("Topic"), queryset=Topic.objects.all())
    work_type = django_filters.ChoiceFilter(label=_("Kind of work"), choices=WorkType.choices)
    no_captions = django_filters.BooleanFilter(label=_("Without captions"), method="narrow_captions")
    review_due = django_filters.BooleanFilter(label=_("Should be looked at again"), method="narrow_due")

    class Meta:
        model = MicroLesson
        fields = ["state", "organisation", "topics", "work_type", "no_captions", "review_due"]

    def narrow_state(self, rows: QuerySet[MicroLesson], name: str, value: str) -> QuerySet[MicroLesson]:
        return in_state(rows, value)

    def narrow_organisation(
        self, rows: QuerySet[MicroLesson], name: str, value: Organisation
    ) -> QuerySet[MicroLesson]:
        return rows.filter(organisation__path__startswith=value.path)

    def narrow_captions(self, rows: QuerySet[MicroLesson], name: str, value: bool) -> QuerySet[MicroLesson]:  # noqa: FBT001  # django-filter's signature
        captioned = Exists(LessonCaption.objects.filter(lesson=OuterRef("pk")))
        return rows.filter(~captioned if value else captioned)

    def narrow_due(self, rows: QuerySet[MicroLesson], name: str, value: bool) -> QuerySet[MicroLesson]:  # noqa: FBT001  # see above
        due = rows.filter(review_by__lte=today())
        return due if value else rows.exclude(pk__in=due.values("pk"))


def state_words(lesson: MicroLesson) -> str:
    """Return the state in words for the admin's list."""
    return str(LessonState(state_of(lesson)).label)
