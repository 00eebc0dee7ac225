"""A button pressed twice is two requests at once: both are done, one after the other."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connections

from cms.accounts.models import AuditEntry
from cms.core.clock import today
from cms.core.errors import DomainError, InvalidInput
from cms.lecturers.enums import Approval, OverrideKind
from cms.lecturers.models import LendingRule, Override, Schedule
from cms.lecturers.services import add_schedule, hours, lending, set_days, set_lending_rule
from tests.factories.lecturers import EVERY_DAY, LecturerFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.wide, pytest.mark.races]
AT_ONCE = 4


@pytest.fixture(autouse=True)
def _slow_log(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every act take a moment between its rows and its end, as on a busy day."""
    for room in (hours, lending):
        written = room.record_act

        def later(*args: Any, written: Callable[..., object] = written, **more: Any) -> None:
            time.sleep(0.1)
            written(*args, **more)

        monkeypatch.setattr(room, "record_act", later)


def at_once(act: Callable[[], object]) -> list[str]:
    """Do it several times at the same moment; return the names of what was raised."""
    start = Barrier(AT_ONCE)

    def one(_number: int) -> str:
        start.wait()
        try:
            act()
        except (DatabaseError, DomainError) as error:
            return type(error).__name__
        finally:
            connections.close_all()
        return ""

    with ThreadPoolExecutor(AT_ONCE) as hands:
        return sorted(hands.map(one, range(AT_ONCE)))


def test_the_same_leave_written_several_times_at_once_stands_once() -> None:
    lecturer, first = LecturerFactory(), today() + timedelta(days=3)
    last = first + timedelta(days=2)

    def leave() -> None:
        set_days(lecturer, first=first, last=last, kind=OverrideKind.LEAVE, reason="探亲", actor=None)

    assert at_once(leave) == [""] * AT_ONCE
    days = Override.objects.filter(lecturer=lecturer).order_by("day").values_list("day", flat=True)
    assert list(days) == [first, first + timedelta(days=1), last]


def test_the_first_rule_of_lending_written_several_times_at_once_is_one_rule() -> None:
    school = OrganisationFactory()

    def rule() -> None:
        set_lending_rule(
            school, approval=Approval.LECTURER_FIRST, pending_occupies=True, answer_days=2, open_to=[], actor=None
        )

    assert at_once(rule) == [""] * AT_ONCE
    assert [(found.approval, found.answer_days) for found in LendingRule.objects.filter(organisation=school)] == [
        (Approval.LECTURER_FIRST, 2)
    ]
    written = AuditEntry.objects.filter(action="lecturers.set_rule").order_by("pk")
    assert [bool(entry.before) for entry in written] == [False] + [True] * (AT_ONCE - 1)


def test_no_more_weekly_schedules_are_added_at_once_than_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hours, "MOST_SCHEDULES", 1)
    lecturer = LecturerFactory()

    def add() -> None:
        add_schedule(
            lecturer,
            name="平时",
            starts_on=today(),
            ends_on=today() + timedelta(days=30),
            weekly=EVERY_DAY,
            actor=None,
        )

    assert at_once(add) == ["", *[InvalidInput.__name__] * (AT_ONCE - 1)]
    assert Schedule.objects.filter(lecturer=lecturer).count() == 1
