"""Fetch doors: a lecturer's page opens for those it is shown to, the schedule for the lecturer and who keeps the pool."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.lecturers.models import Lecturer, Override, Schedule
from cms.lecturers.queries.directory import KEEPERS, kept_lecturers, shown_lecturers
from cms.organisations.queries import standing_of


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
