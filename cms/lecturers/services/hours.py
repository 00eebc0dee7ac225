"""Weekly schedules and single days; what is agreed already stays agreed when hours change."""

from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import InvalidInput
from cms.core.events import publish
from cms.lecturers.enums import OverrideKind
from cms.lecturers.events import DaysTakenBack
from cms.lecturers.models import Lecturer, Override, Schedule
from cms.lecturers.services.profile import note_change
from cms.lecturers.services.standing import check_span, span

MOST_DAYS = 92
MOST_SCHEDULES = 30
# A typed year 26 is no year; nobody plans hours further.
FURTHEST = timedelta(days=3 * 366)


@transaction.atomic
def add_schedule(
    lecturer: Lecturer, *, name: str, starts_on: date, ends_on: date, weekly: dict[str, Any], actor: User | None
) -> Schedule:
    """Add a weekly schedule; those that cover the same days add up.

    Raises InvalidInput for a span in no order or far from today, or too many schedules, ValidationError for hours that cannot be.
    """
    check_span(starts_on, ends_on)
    check_near(starts_on=starts_on, ends_on=ends_on)
    lock_hours_of(lecturer)
    if Schedule.objects.filter(lecturer=lecturer).count() >= MOST_SCHEDULES:
        raise InvalidInput(_("There are many weekly schedules already. Please change or delete one of them."))
    schedule = Schedule(lecturer=lecturer, name=name, starts_on=starts_on, ends_on=ends_on, weekly=weekly)
    schedule.full_clean()
    schedule.save()
    record_act("lecturers.add_hours", actor=actor, target=lecturer, after=hours_shown(schedule))
    note_change(lecturer)
    return schedule


def check_near(**days: date) -> None:
    """Raise InvalidInput at each of the named days that lies far from today."""
    far = [name for name, day in days.items() if abs(day - today()) > FURTHEST]
    if far:
        sentence = _("Please choose days at most three years from today, with the year in four digits.")
        raise InvalidInput(sentence, fields={name: [sentence] for name in far})


@transaction.atomic
def change_schedule(
    schedule: Schedule, *, name: str, starts_on: date, ends_on: date, weekly: dict[str, Any], actor: User | None
) -> Schedule:
    """Write a weekly schedule anew; raises as `add_schedule`."""
    check_span(starts_on, ends_on)
    known = Schedule.objects.get(pk=schedule.pk)
    # What stands for years may be shortened.
    moved = {"starts_on": starts_on, "ends_on": ends_on}
    check_near(**{name: day for name, day in moved.items() if day != getattr(known, name)})
    before = hours_shown(known)
    schedule.name, schedule.weekly = name, weekly
    schedule.starts_on, schedule.ends_on = starts_on, ends_on
    schedule.full_clean()
    schedule.save()
    record_act(
        "lecturers.change_hours", actor=actor, target=schedule.lecturer, before=before, after=hours_shown(schedule)
    )
    note_change(schedule.lecturer)
    return schedule


@transaction.atomic
def delete_schedule(schedule: Schedule, *, actor: User | None) -> None:
    """Take a weekly schedule away."""
    record_act("lecturers.delete_hours", actor=actor, target=schedule.lecturer, before=hours_shown(schedule))
    schedule.delete()
    note_change(schedule.lecturer)


def hours_shown(schedule: Schedule) -> dict[str, Any]:
    """Return a weekly schedule as it stands in the audit log."""
    return {"name": schedule.name, "hours": schedule.weekly, **span(schedule.starts_on, schedule.ends_on)}


@transaction.atomic
def set_days(
    lecturer: Lecturer,
    *,
    first: date,
    last: date,
    kind: str,
    windows: list[list[str]] | None = None,
    reason: str = "",
    actor: User | None,
) -> int:
    """Let these hours replace the weekly ones on each of the days, none of them on leave; return how many days.

    What was set for a day before is replaced, however many set it at once; the rooms above hear of it and look at what was promised for these days. The reason stays out of the audit log: it is the lecturer's own matter.
    Raises InvalidInput for a span in no order, far from today or of more than MOST_DAYS, ValidationError for hours that cannot be.
    """
    check_span(first, last)
    check_near(first=first, last=last)
    if (last - first).days >= MOST_DAYS:
        sentence = _("At most %(days)s days at a time.") % {"days": MOST_DAYS}
        raise InvalidInput(sentence, fields={"last": [sentence]})
    lock_hours_of(lecturer)
    hours = list(windows or []) if kind == OverrideKind.HOURS else []
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    Override.objects.filter(lecturer=lecturer, day__in=days).delete()
    rows = [Override(lecturer=lecturer, day=day, windows=hours, kind=kind, reason=reason) for day in days]
    rows[0].full_clean(validate_unique=False, validate_constraints=False)
    Override.objects.bulk_create(rows)
    record_act(
        "lecturers.set_days",
        actor=actor,
        target=lecturer,
        after={**span(first, last), "kind": kind, "hours": hours},
    )
    note_change(lecturer)
    publish(DaysTakenBack(lecturer.pk, first, last))
    return len(rows)


def lock_hours_of(lecturer: Lecturer) -> None:
    """Wait until nobody else writes the lecturer's hours: a button pressed twice is two requests at once."""
    Lecturer.objects.select_for_update(no_key=True, of=("self",)).get(pk=lecturer.pk)


@transaction.atomic
def clear_day(override: Override, *, actor: User | None) -> None:
    """Let the weekly hours hold again on the day."""
    record_act(
        "lecturers.clear_day",
        actor=actor,
        target=override.lecturer,
        before={"day": override.day.isoformat(), "kind": override.kind, "hours": override.windows},
    )
    override.delete()
    note_change(override.lecturer)
