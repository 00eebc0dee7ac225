"""Fetch doors: a lecturer's page opens for those it is shown to, the schedule for the lecturer and who keeps the pool."""

from typing import Any, TypeVar

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404
from wagtail.permission_policies import BasePermissionPolicy

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.offered import offers
from cms.lecturers.models import AppointmentTerm, Lecturer, LessonOffer, Override, Schedule, Suspension
from cms.lecturers.queries.directory import KEEPERS, kept_lecturers, lecturers_on_duty, shown_lecturers
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import below, current_roles, organisations_below, standing_of

CURATORS = (Role.EDITOR,)
Part = TypeVar("Part", Schedule, Override, AppointmentTerm, Suspension, LessonOffer)


def keeps(user: User | AnonymousUser, lecturer: Lecturer) -> bool:
    """Return whether one of the person's duties reaches the lecturer's organisation."""
    return standing_of(user).has_role_at(KEEPERS, lecturer.organisation.path)


def get_lecturer_for(user: User | AnonymousUser, pk: int) -> Lecturer:
    """Return a lecturer who is shown to the person, or whom the person keeps. Raises Http404."""
    found = shown_lecturers(user).filter(pk=pk).select_related("organisation", "photo").first()
    return found or get_kept_lecturer_for(user, pk)


def get_kept_lecturer_for(user: User | AnonymousUser, pk: int) -> Lecturer:
    """Return the person's own profile or one that the person keeps, shown or not. Raises Http404."""
    lecturer = kept_lecturers(user).filter(pk=pk).select_related("organisation", "photo", "user").first()
    if lecturer is None:
        raise Http404
    return lecturer


def get_own_lecturer_for(user: User) -> Lecturer:
    """Return the person's own profile. Raises Http404 for people who are no lecturers."""
    lecturer = Lecturer.objects.filter(user=user).select_related("organisation", "photo", "user").first()
    if lecturer is None:
        raise Http404
    return lecturer


def get_schedule_for(user: User, lecturer_pk: int, pk: int) -> Schedule:
    """Return a weekly schedule that the person may change. Raises Http404."""
    lecturer = get_kept_lecturer_for(user, lecturer_pk)
    return part_of(lecturer, Schedule, pk)


def get_single_day_for(user: User, lecturer_pk: int, pk: int) -> Override:
    """Return a single day that the person may change. Raises Http404."""
    lecturer = get_kept_lecturer_for(user, lecturer_pk)
    return part_of(lecturer, Override, pk)


def require_keeper(user: User) -> None:
    """Raise PermissionDenied (403) unless the person keeps lecturers of an organisation."""
    if not standing_of(user).has_role(*KEEPERS):
        raise PermissionDenied


def get_lecturer_on_duty_for(user: User, pk: int) -> Lecturer:
    """Return a lecturer of the person's organisations whose standing the person decides; never the own profile.

    Raises PermissionDenied without any such duty and Http404 for others.
    """
    require_keeper(user)
    lecturer = lecturers_on_duty(user).filter(pk=pk).first()
    if lecturer is None:
        raise Http404
    return lecturer


def part_of(lecturer: Lecturer, model: type[Part], pk: int) -> Part:
    """Return a part of the lecturer's, with the lecturer at hand. Raises Http404 for what is somebody else's."""
    part: Part | None = model._default_manager.filter(lecturer=lecturer, pk=pk).first()
    if part is None:
        raise Http404
    part.lecturer = lecturer
    return part


def get_term_for(user: User, lecturer_pk: int, pk: int) -> AppointmentTerm:
    """Return a term of a lecturer whose standing the person decides. Raises as `get_lecturer_on_duty_for`."""
    lecturer = get_lecturer_on_duty_for(user, lecturer_pk)
    return part_of(lecturer, AppointmentTerm, pk)


def get_suspension_for(user: User, lecturer_pk: int, pk: int) -> Suspension:
    """Return a suspension of a lecturer whose standing the person decides. Raises as `get_lecturer_on_duty_for`."""
    lecturer = get_lecturer_on_duty_for(user, lecturer_pk)
    return part_of(lecturer, Suspension, pk)


def get_lender_for(user: User, pk: int) -> Organisation:
    """Return an active organisation whose rule of lending the person writes.

    Raises PermissionDenied without any such duty and Http404 for others.
    """
    require_keeper(user)
    organisation = organisations_below(standing_of(user).paths_of(*KEEPERS)).filter(pk=pk).first()
    if organisation is None:
        raise Http404
    return organisation


def get_offer_for(user: User, lecturer_pk: int, pk: int) -> LessonOffer:
    """Return a lesson of a menu that the person may change. Raises Http404."""
    lecturer = get_kept_lecturer_for(user, lecturer_pk)
    return part_of(lecturer, LessonOffer, pk)


class LecturerPolicy(BasePermissionPolicy):
    """The admin's rule: editors write lecturers of the organisations they are responsible for; nobody deletes one."""

    ACTIONS = frozenset({"add", "change", "view"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        if not user.is_active or action not in self.ACTIONS:
            return False
        return bool(user.is_superuser or standing_of(user).has_role(*CURATORS))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Lecturer) -> bool:
        if not self.user_has_permission(user, action):
            return False
        if user.is_superuser:
            return True
        # Nobody decides the own standing: terms and suspensions stand on the same form.
        is_own = instance.user_id == user.pk and action != "view"
        return not is_own and bool(standing_of(user).has_role_at(CURATORS, instance.organisation.path))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Lecturer]:
        if not self.user_has_any_permission(user, actions):
            return Lecturer.objects.none()
        paths = standing_of(user).paths_of(*CURATORS)
        return Lecturer.objects.all() if user.is_superuser else Lecturer.objects.filter(below(paths, "organisation__"))

    def users_with_any_permission(self, actions: Any) -> QuerySet[User]:
        holders = current_roles(today()).filter(role__in=CURATORS).values("user")
        return User.objects.filter(Q(is_superuser=True) | Q(pk__in=holders), is_active=True)


@offers(Lecturer)
def lecturers_offered(user: User) -> QuerySet[Lecturer]:
    """Return the lecturers whom the person may choose in the admin: those of the own organisations, and those shown."""
    kept = LecturerPolicy(Lecturer).instances_user_has_permission_for(user, "view").order_by().values("pk")
    return Lecturer.objects.filter(Q(pk__in=kept) | Q(pk__in=shown_lecturers(user).order_by().values("pk")))
