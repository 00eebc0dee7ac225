"""Lecturers and their time for tests."""

from datetime import date, datetime, timedelta
from typing import Any

import factory

from cms.core.clock import now, today
from cms.lecturers.enums import LecturerKind
from cms.lecturers.models import AppointmentTerm, Lecturer, LessonOffer, Occupation, Schedule, Suspension
from cms.taxonomy.enums import Visibility
from tests.factories.organisations import OrganisationFactory

EVERY_DAY = {
    day: [["09:00", "12:00"], ["14:00", "21:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
}


class LecturerFactory(factory.django.DjangoModelFactory[Lecturer]):
    """A lecturer shown to everybody, appointed since 2020, without notice, buffers and caps; no hours yet."""

    class Meta:
        model = Lecturer
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"讲师{n}")
    kind = LecturerKind.FULL_TIME
    organisation = factory.SubFactory(OrganisationFactory)
    visibility = Visibility.PUBLIC
    live = True
    buffer_before = 0
    buffer_after = 0
    notice_minutes = 0
    cap_month = None

    @factory.post_generation
    def term(self, create: Any, given: Any, **_kwargs: Any) -> None:
        if create and given is not False:
            AppointmentTermFactory(lecturer=self)


class AppointmentTermFactory(factory.django.DjangoModelFactory[AppointmentTerm]):
    """A term since 2020 without an end."""

    class Meta:
        model = AppointmentTerm

    lecturer = factory.SubFactory(LecturerFactory, term=False)
    starts_on = date(2020, 1, 1)


class SuspensionFactory(factory.django.DjangoModelFactory[Suspension]):
    """A suspension from today on."""

    class Meta:
        model = Suspension

    lecturer = factory.SubFactory(LecturerFactory)
    starts_on = factory.LazyFunction(today)
    reason = "外出进修"


class ScheduleFactory(factory.django.DjangoModelFactory[Schedule]):
    """Mornings, afternoons and evenings on every day around today."""

    class Meta:
        model = Schedule

    lecturer = factory.SubFactory(LecturerFactory)
    name = "平时"
    starts_on = factory.LazyFunction(lambda: today() - timedelta(days=400))
    ends_on = factory.LazyFunction(lambda: today() + timedelta(days=400))
    weekly = EVERY_DAY


class LessonOfferFactory(factory.django.DjangoModelFactory[LessonOffer]):
    """A lesson of an hour and a half."""

    class Meta:
        model = LessonOffer

    lecturer = factory.SubFactory(LecturerFactory)
    title = factory.Sequence(lambda n: f"第{n}讲")


class OccupationFactory(factory.django.DjangoModelFactory[Occupation]):
    """Two hours that somebody was promised; `start` alone moves the whole."""

    class Meta:
        model = Occupation

    class Params:
        start = factory.LazyFunction(lambda: (now() + timedelta(days=3)).replace(minute=0, second=0, microsecond=0))

    lecturer = factory.SubFactory(LecturerFactory)
    starts_at = factory.LazyAttribute(lambda o: o.start)
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + timedelta(hours=2))
    occupied_from = factory.LazyAttribute(lambda o: o.starts_at)
    occupied_to = factory.LazyAttribute(lambda o: o.ends_at)
    source_kind = "request"
    source_id = factory.Sequence(str)
    created_at = factory.LazyFunction(now)


def evening(days: int, hour: int = 19) -> datetime:
    """Return a full hour in the county, so many days from today."""
    from django.utils import timezone

    there = timezone.localtime().replace(hour=hour, minute=0, second=0, microsecond=0)
    return there + timedelta(days=days)
