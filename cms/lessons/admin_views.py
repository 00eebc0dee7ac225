"""The admin's views of lessons: every object is checked against the organisation, nobody publishes past the review."""

from typing import Any

import django_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.widgets.button import Button
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import EditView, LockView, UnlockView, UnpublishView

from cms.core.clock import today
from cms.core.errors import DomainError
from cms.lessons.enums import LessonState, WorkType
from cms.lessons.models import LessonCaption, MicroLesson
from cms.lessons.permissions import may_correct, may_restore, may_take_down, may_unpublish
from cms.lessons.queries import in_state, state_of
from cms.lessons.services import submit_correction
from cms.organisations.models import Organisation
from cms.organisations.queries import holding
from cms.review.admin_views import NotedLock, ReviewedEdit, say
from cms.taxonomy.models import Topic


class ObjectGuard:
    """Refuses every view of one lesson to people who are not responsible for its organisation."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        pk = kwargs.get("pk", args[0] if args else None)
        if pk is not None:
            lesson = get_object_or_404(MicroLesson.objects.select_related("organisation"), pk=unquote(str(pk)))
            policy = policy_registry.get_by_type(MicroLesson)
            if not policy.user_has_permission_for_instance(request.user, "view", lesson):
                raise PermissionDenied
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # a mixin for views


class LessonEditView(ReviewedEdit, EditView):
    """Editing keeps drafts; who may not correct the lesson hands nothing in."""

    def get_available_actions(self) -> list[str]:
        actions = super().get_available_actions()
        if "submit" in actions and not may_correct(self.object, self.request.user):
            actions.remove("submit")
        return actions

    def submit_action(self) -> HttpResponse | None:
        """Hand the saved change in; what is missing is said, and the change stays as a draft."""
        try:
            submit_correction(self.object, actor=self.request.user)
        except DomainError as error:
            say(self.request, error)
            return redirect(self.get_edit_url())
        return None

    @property
    def header_more_buttons(self) -> list[Button]:
        return [*super().header_more_buttons, *act_buttons(self.object, self.request.user)]


def act_buttons(lesson: MicroLesson, user: Any) -> list[Button]:
    """Return the acts on a lesson that lie on the site's own pages, where a reason is asked for."""
    if lesson.taken_down_at is not None:
        acts = [("restore", _("Allow work on this lesson again"), may_restore(lesson, user), "rotate")]
    else:
        acts = [
            ("unpublish", _("Show it no longer"), lesson.live and may_unpublish(lesson, user), "view"),
            ("take_down", _("Take it down"), may_take_down(lesson, user), "warning"),
        ]
    return [
        Button(label, url=reverse(f"lessons:{name}", args=[lesson.pk]), icon_name=icon, priority=60 + place)
        for place, (name, label, allowed, icon) in enumerate(acts)
        if allowed
    ]


class LessonUnpublishView(UnpublishView):
    """Leads to the site's own page, where a reason is asked for; "publish" alone is the review's."""

    permission_required = "unpublish"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("lessons:unpublish", self.object.pk)

    post = get


class LessonLockView(NotedLock, LockView):
    """Keeps a lesson for oneself."""


class LessonUnlockView(NotedLock, UnlockView):
    """Lets others work on it again."""


def organisations_listed(request: HttpRequest) -> QuerySet[Organisation]:
    """Return whose rows the list holds for the person, with the organisations above them."""
    policy = policy_registry.get_by_type(MicroLesson)
    return holding(policy.instances_user_has_permission_for(request.user, "view"))


class LessonFilterSet(WagtailFilterSet):
    """State, organisation, topic, kind of work, captions, due for another look."""

    state = django_filters.ChoiceFilter(label=_("State"), choices=LessonState.choices, method="narrow_state")
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation and all below it"), queryset=organisations_listed, method="narrow_organisation"
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
