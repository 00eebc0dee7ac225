"""The admin's views of lecturers: every one is checked against the organisation, every saving is written down."""

from typing import Any

import django_filters
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.permissions import policy_registry
from wagtail.snippets.views.snippets import CreateView, EditView

from cms.core.clock import today
from cms.lecturers.enums import LecturerKind
from cms.lecturers.models import Lecturer, Suspension
from cms.lecturers.queries import in_service
from cms.lecturers.services import note_contact_seen, note_saved, picture_of
from cms.organisations.models import Organisation
from cms.organisations.queries import holding
from cms.taxonomy.models import Topic


class LecturerGuard:
    """Refuses every view of one lecturer to people who are not responsible for the organisation."""

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        pk = kwargs.get("pk", args[0] if args else None)
        if pk is not None:
            lecturer = get_object_or_404(Lecturer.objects.select_related("organisation"), pk=unquote(str(pk)))
            policy = policy_registry.get_by_type(Lecturer)
            if not policy.user_has_permission_for_instance(request.user, "view", lecturer):
                raise PermissionDenied
        super().setup(request, *args, **kwargs)  # type: ignore[misc]  # a mixin for views


class WritesDown:
    """Mixin for saving views: who changed what, and what follows from it, in the transaction of the change."""

    request: HttpRequest
    form: Any

    def save_instance(self) -> Any:
        stored = self.form.instance
        with transaction.atomic():
            before = picture_of(stored) if stored.pk else None
            known = (
                set(Suspension.objects.filter(lecturer=stored.pk).values_list("pk", flat=True)) if stored.pk else set()
            )
            lecturer = super().save_instance()  # type: ignore[misc]  # a mixin for views
            note_saved(lecturer, before=before, known=known, actor=self.request.user)  # type: ignore[arg-type]  # the admin is for people
        return lecturer


class LecturerCreateView(WritesDown, CreateView):
    """Takes somebody into the pool."""


class LecturerEditView(WritesDown, EditView):
    """Changes a lecturer; the form shows how to reach the lecturer, so each look is written down."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Show the form."""
        note_contact_seen(self.object, actor=request.user)  # type: ignore[arg-type]  # the admin is for people
        return super().get(request, *args, **kwargs)


def organisations_listed(request: HttpRequest) -> QuerySet[Organisation]:
    """Return whose rows the list holds for the person, with the organisations above them."""
    policy = policy_registry.get_by_type(Lecturer)
    return holding(policy.instances_user_has_permission_for(request.user, "view"))


class LecturerFilterSet(WagtailFilterSet):
    """Kind, direction, organisation, shown, can be asked."""

    kind = django_filters.ChoiceFilter(label=_("Kind"), choices=LecturerKind.choices)
    topics = django_filters.ModelChoiceFilter(label=_("Direction"), queryset=Topic.objects.all())
    organisation = django_filters.ModelChoiceFilter(
        label=_("Organisation and all below it"), queryset=organisations_listed, method="narrow_organisation"
    )
    live = django_filters.BooleanFilter(label=_("Shown"))
    asked = django_filters.BooleanFilter(label=_("Can be asked now"), method="narrow_asked")

    class Meta:
        model = Lecturer
        fields = ["kind", "topics", "organisation", "live", "asked"]

    def narrow_organisation(self, rows: QuerySet[Lecturer], name: str, value: Organisation) -> QuerySet[Lecturer]:
        return rows.filter(organisation__path__startswith=value.path)

    def narrow_asked(self, rows: QuerySet[Lecturer], name: str, value: bool) -> QuerySet[Lecturer]:  # noqa: FBT001  # django-filter's signature
        serving = in_service(Lecturer.objects.filter(live=True), today()).values("pk")
        return rows.filter(pk__in=serving) if value else rows.exclude(pk__in=serving)
