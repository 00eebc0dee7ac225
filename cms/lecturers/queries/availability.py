"""When lecturers can be asked: the rules as they are stored, given to the slot module."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.db.models.functions import TruncDate

from cms.core.clock import now
from cms.lecturers import slot_input
from cms.lecturers.enums import Approval
from cms.lecturers.models import (
    AppointmentTerm,
    Lecturer,
    LendingRule,
    Occupation,
    Override,
    Schedule,
    Suspension,
)
from cms.lecturers.slots import EPOCH, Caps, Question, Slot, WeeklyHours, WrongInput, each_slot, free_spans
from cms.organisations.models import Organisation
from cms.organisations.queries import ancestor_paths

logger = logging.getLogger(__name__)
# Caps count whole months and weeks: what is booked that far around a window matters too.
AROUND = timedelta(days=45)
# A week reaches six days over the end of a month, and a zone may be a day ahead or behind.
OVER_THE_MONTH = timedelta(days=8)
# Nobody is asked for less than a minute: a wish that is this short must be found, too.
SHORTEST_MINUTES = 1
# The days that the index knows of begin anew once a week, two weeks further than anybody can be asked for: one turn of
# the week may be missed.
WEEK_OF_INDEX = timedelta(days=7)
ALTERNATIVES_BEFORE = timedelta(days=14)
ALTERNATIVES_AFTER = timedelta(days=45)


@dataclass(frozen=True)
class Calendar:
    """What is stored about one lecturer's time around some days, read once for any number of questions."""

    lecturer: Lecturer
    schedules: tuple[Schedule, ...] = ()
    overrides: tuple[Override, ...] = ()
    occupations: tuple[Occupation, ...] = ()
    terms: tuple[AppointmentTerm, ...] = ()
    suspensions: tuple[Suspension, ...] = ()

    def slots(self, first: date, last: date, minutes: int, *, at: datetime | None = None) -> list[Slot]:
        """Return the starts on offer on local dates from first to last: within the horizon, appointed, not suspended."""
        return list(self.each_slot(first, last, minutes, at=at))

    def each_slot(self, first: date, last: date, minutes: int, *, at: datetime | None = None) -> Iterator[Slot]:
        """Yield the starts on offer, the soonest first."""
        moment = at or now()
        zone = ZoneInfo(self.lecturer.zone)
        today = moment.astimezone(zone).date()
        first, last = max(first, today), min(last, today + timedelta(days=self.lecturer.horizon_days))
        if last < first or not self.lecturer.organisation.is_active:
            return
        try:
            for slot in each_slot(self.question(first, last, minutes, moment)):
                if self.serves_on(slot.start.date()):
                    yield slot
        except WrongInput as wrong:
            # Hours that cannot be read leave one lecturer without times, never a list of all without an answer.
            logger.warning("hours of lecturer %s: %s", self.lecturer.pk, wrong.message)

    def free(self, first: date, last: date) -> tuple[tuple[datetime, datetime], ...]:
        """Return the spans in which lessons can lie on local dates from first to last, in UTC: what the index keeps.

        Every slot begins in one of them. They hold as long as nothing is written: notice and horizon move with the
        clock and are left to those who look at a slot.
        """
        if not self.lecturer.organisation.is_active:
            return ()
        try:
            spans = free_spans(self.question(first, last, SHORTEST_MINUTES, now()), self.serves_on)
        except WrongInput as wrong:
            logger.warning("hours of lecturer %s: %s", self.lecturer.pk, wrong.message)
            return ()
        return tuple((datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC)) for start, end in spans)

    def question(self, first: date, last: date, minutes: int, moment: datetime) -> Question:
        """Return the rules in the words of the slot module."""
        lecturer = self.lecturer
        return Question(
            zone=ZoneInfo(lecturer.zone),
            first=first,
            last=last,
            minutes=minutes,
            now=moment,
            step=lecturer.step,
            notice_minutes=lecturer.notice_minutes,
            buffer_before=lecturer.buffer_before,
            buffer_after=lecturer.buffer_after,
            schedules=tuple(
                WeeklyHours(row.starts_on, row.ends_on, slot_input.weekly(row.weekly, "weekly"))
                for row in self.schedules
            ),
            overrides={row.day: slot_input.windows(row.windows, "windows") for row in self.overrides},
            busy=tuple((row.occupied_from, row.occupied_to) for row in self.occupations),
            caps=caps_of(lecturer, self.occupations),
        )

    def serves_on(self, day: date) -> bool:
        """Return whether a term is in force on the day and no suspension."""
        return any(covers(term, day) for term in self.terms) and not any(covers(row, day) for row in self.suspensions)


def covers(row: AppointmentTerm | Suspension, day: date) -> bool:
    """Return whether the day lies in the span; one without an end goes on."""
    return row.starts_on <= day and (row.ends_on is None or day <= row.ends_on)


def caps_of(lecturer: Lecturer, occupations: Iterable[Occupation]) -> Caps:
    """Return the lecturer's caps, with the lessons that count towards them."""
    booked = tuple(row.starts_at for row in occupations)
    return Caps(day=lecturer.cap_day, week=lecturer.cap_week, month=lecturer.cap_month, booked=booked)


def live_occupations() -> QuerySet[Occupation]:
    """Return what is given away and was not released."""
    return Occupation.objects.filter(released_at__isnull=True)


def promised_lessons(lecturer: Lecturer, first: date | None = None, last: date | None = None) -> QuerySet[Occupation]:
    """Return what the lecturer promised and is still to come, on days from first to last where they are given.

    Days are those where the lecturer is, as caps and leave are.
    """
    found = live_occupations().filter(lecturer=lecturer, binding=True, starts_at__gt=now())
    found = found.annotate(local_day=TruncDate("starts_at", tzinfo=ZoneInfo(lecturer.zone)))
    if first is not None:
        found = found.filter(local_day__gte=first)
    return found if last is None else found.filter(local_day__lte=last)


def calendars_of(lecturers: Iterable[Lecturer], first: date, last: date) -> dict[int, Calendar]:
    """Return the calendars of the lecturers around the days, by key: five queries, however many there are."""
    known = {lecturer.pk: lecturer for lecturer in lecturers}
    # Instants are what most of the time goes into: those that no rule asks for stay in the database.
    taken = live_occupations().filter(lecturer__in=known).only("lecturer", "starts_at", "occupied_from", "occupied_to")
    begins, ends = counted_around(first, last)
    rows: Mapping[str, dict[int, list[Any]]] = {
        "schedules": grouped(Schedule.objects.filter(lecturer__in=known, starts_on__lte=last + AROUND)),
        "overrides": grouped(
            Override.objects.filter(lecturer__in=known, day__gte=first - AROUND, day__lte=last + AROUND)
        ),
        "occupations": grouped(taken.filter(occupied_to__gte=begins, occupied_from__lt=ends)),
        "terms": grouped(AppointmentTerm.objects.filter(lecturer__in=known, starts_on__lte=last)),
        "suspensions": grouped(Suspension.objects.filter(lecturer__in=known, starts_on__lte=last)),
    }
    return {
        key: Calendar(lecturer, **{name: tuple(found.get(key, ())) for name, found in rows.items()})
        for key, lecturer in known.items()
    }


def counted_around(first: date, last: date) -> tuple[datetime, datetime]:
    """Return the instants between which lies all that counts towards the caps of local dates from first to last.

    The whole months and the weeks that reach over their ends, with a day for zones.
    """
    of_next_month = last.replace(day=1) + timedelta(days=31)
    begins, ends = first.replace(day=1) - OVER_THE_MONTH, of_next_month.replace(day=1) + OVER_THE_MONTH
    return datetime.combine(begins, time(), UTC), datetime.combine(ends, time(), UTC)


def grouped(rows: QuerySet[Any]) -> dict[int, list[Any]]:
    """Return the rows by lecturer."""
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.lecturer_id].append(row)
    return found


def indexed_free(lecturer: Lecturer) -> tuple[tuple[datetime, datetime], ...]:
    """Return the spans in which the lecturer has time, as the index keeps them: from this week to beyond the horizon.

    Weeks begin at whole multiples of seven days since 1970, in UTC, when the scheduled work that moves them is due: in
    between the same rows give the same spans.
    """
    weeks = (now() - EPOCH) // WEEK_OF_INDEX
    first = (EPOCH + weeks * WEEK_OF_INDEX).astimezone(ZoneInfo(lecturer.zone)).date() - timedelta(days=1)
    last = first + 3 * WEEK_OF_INDEX + timedelta(days=lecturer.horizon_days)
    return calendars_of([lecturer], first, last)[lecturer.pk].free(first, last)


def free_slots(lecturer: Lecturer, first: date, last: date, minutes: int) -> list[Slot]:
    """Return when a lesson of so many minutes can begin on local dates from first to last, as things stand now."""
    return calendars_of([lecturer], first, last)[lecturer.pk].slots(first, last, minutes)


def is_free(lecturer: Lecturer, start: datetime, minutes: int) -> bool:
    """Return whether a lesson can begin exactly then: on the grid of the lecturer's hours and not in the way of others."""
    day = start.astimezone(ZoneInfo(lecturer.zone)).date()
    return any(slot.start == start for slot in free_slots(lecturer, day, day, minutes))


def alternatives_near(lecturer: Lecturer, start: datetime, minutes: int, count: int = 3) -> list[Slot]:
    """Return free slots nearest to the wished start, the nearest first; none overlaps another."""
    day = start.astimezone(ZoneInfo(lecturer.zone)).date()
    slots = free_slots(lecturer, day - ALTERNATIVES_BEFORE, day + ALTERNATIVES_AFTER, minutes)
    chosen: list[Slot] = []
    for slot in sorted(slots, key=lambda slot: (abs(slot.start - start), slot.start)):
        if all(slot.end <= other.start or slot.start >= other.end for other in chosen):
            chosen.append(slot)
            if len(chosen) == count:
                break
    return chosen


def occupied_span(lecturer: Lecturer, start: datetime, end: datetime) -> tuple[datetime, datetime]:
    """Return what a lesson takes of the lecturer's time: with the minutes kept free before and after it."""
    return start - timedelta(minutes=lecturer.buffer_before), end + timedelta(minutes=lecturer.buffer_after)


def rule_for(lecturer: Lecturer) -> LendingRule:
    """Return the rule by which the lecturer is lent; whose yes is needed, the lecturer's own setting decides if there is one."""
    rule = rule_of(lecturer.organisation)
    if lecturer.approval:
        rule.approval = Approval(lecturer.approval)
    return rule


def rule_of(organisation: Organisation) -> LendingRule:
    """Return the rule of the nearest organisation at or above this one that has one, else the usual one, unsaved."""
    above = ancestor_paths(organisation.path)
    rules = LendingRule.objects.filter(organisation__path__in=above).order_by("-organisation__depth")
    return rules.first() or LendingRule(organisation=organisation)


def lent_to(rule: LendingRule) -> list[Organisation]:
    """Return the organisations to which the rule lends, with all below them; none means every one."""
    return list(rule.open_to.order_by("path")) if rule.pk else []


def is_lent_to(rule: LendingRule, organisation: Organisation) -> bool:
    """Return whether the rule lends to the organisation."""
    named = lent_to(rule)
    return not named or any(organisation.path.startswith(above.path) for above in named)
