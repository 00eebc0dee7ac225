"""Fetch doors: a lecturer's page opens for those it is shown to, the schedule for the lecturer and who keeps the pool."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from wagtail.permission_policies import BasePermissionPolicy

from cms.accounts.models import User
from cms.core.clock import today
from cms.lecturers.models import Lecturer, Override, Schedule
from cms.lecturers.queries.directory import KEEPERS, kept_lecturers, shown_lecturers
from cms.organisations.enums import Role
from cms.organisations.queries import below, current_roles, standing_of

CURATORS = (Role.EDITOR,)


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
    schedule = Schedule.objects.filter(lecturer=lecturer, pk=pk).first()
    if schedule is None:
        raise Http404
    schedule.lecturer = lecturer
    return schedule


def get_single_day_for(user: User, lecturer_pk: int, pk: int) -> Override:
    """Return a single day that the person may change. Raises Http404."""
    lecturer = get_kept_lecturer_for(user, lecturer_pk)
    override = Override.objects.filter(lecturer=lecturer, pk=pk).first()
    if override is None:
        raise Http404
    override.lecturer = lecturer
    return override


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
        return bool(user.is_superuser or standing_of(user).has_role_at(CURATORS, instance.organisation.path))

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Lecturer]:
        if not self.user_has_any_permission(user, actions):
            return Lecturer.objects.none()
        paths = standing_of(user).paths_of(*CURATORS)
        return Lecturer.objects.all() if user.is_superuser else Lecturer.objects.filter(below(paths, "organisation__"))

    def users_with_any_permission(self, actions: Any) -> QuerySet[User]:
        holders = current_roles(today()).filter(role__in=CURATORS).values("user")
        return User.objects.filter(Q(is_superuser=True) | Q(pk__in=holders), is_active=True)
