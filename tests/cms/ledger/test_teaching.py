from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import InvalidInput
from cms.ledger.enums import EntryKind
from cms.ledger.models import HourEntry, HourRule
from cms.ledger.queries import studied_by, taught_months, why, year_total
from cms.ledger.services import answer_dispute, count_teaching, dispute, tell_about_months
from cms.notices.models import Notice
from cms.notices.services import mute_areas
from cms.organisations.enums import Role
from tests.cms.ledger.conftest import Branch
from tests.factories.accounts import UserFactory
from tests.factories.ledger import HourEntryFactory
from tests.factories.organisations import RoleAssignmentFactory

pytestmark = pytest.mark.django_db
HERE = ZoneInfo("Asia/Shanghai")
EVENING = datetime(2026, 3, 5, 19, 0, tzinfo=HERE)


def taught(branch: Branch, *, number: int = 1, **changes: Any) -> HourEntry:
    given: dict[str, Any] = {
        "lecturer_key": 7,
        "name": "沈佳禾",
        "user": branch.member,
        "organisation": branch.organisation,
        "start": EVENING,
        "minutes": 90,
        "source": ("booking", number),
        "label": "安全生产微讲",
    }
    entry = count_teaching(**{**given, **changes})
    assert entry is not None
    return entry


def test_a_lesson_counts_once_for_each_booking_and_says_why(branch: Branch) -> None:
    entry = taught(branch)
    assert taught(branch, minutes=45).pk == entry.pk
    assert (entry.kind, entry.hours, entry.on) == (EntryKind.TEACHING, Decimal("2.00"), date(2026, 3, 5))
    assert entry.organisation_name == branch.organisation.name
    with translation.override("en"):
        assert why(entry) == [
            f"A lesson of 90 minutes given on Thu 5 Mar 2026 for {branch.organisation.name}.",
            "Counted as 2 teaching hours under the rule “授课学时规则” (in force since Thu 1 Jan 2026).",
            "The rule: 45 minutes are one teaching hour, rounded to a tenth.",
        ]


def test_a_lesson_past_midnight_counts_on_the_day_it_began(branch: Branch) -> None:
    late = taught(branch, start=datetime(2026, 3, 31, 23, 0, tzinfo=HERE))
    until_midnight = taught(branch, number=2, start=datetime(2026, 3, 31, 23, 0, tzinfo=HERE), minutes=60)
    assert (late.on, late.explanation["past_midnight"]) == (date(2026, 3, 31), True)
    assert until_midnight.explanation["past_midnight"] is False
    with translation.override("en"):
        assert "It lasted past midnight and counts on the day on which it began." in why(late)


def test_the_day_is_the_countys_not_greenwichs(branch: Branch) -> None:
    assert taught(branch, start=datetime(2026, 3, 4, 23, 30, tzinfo=ZoneInfo("UTC"))).on == date(2026, 3, 5)


def test_a_lecturer_without_an_account_has_entries_too(branch: Branch) -> None:
    entry = taught(branch, user=None)
    assert (entry.user_id, entry.lecturer_key, entry.user_name) == (None, "7", "沈佳禾")
    with pytest.raises(IntegrityError), transaction.atomic():
        HourEntry.objects.create(
            user_name="x",
            at=now(),
            on=date(2026, 1, 1),
            kind="lesson",
            hours=1,
            source_kind="x",
            source_id="1",
            key="y",
        )


def test_no_rule_no_hours(branch: Branch) -> None:
    HourRule.objects.filter(kind="teaching").update(valid_to=date(2026, 3, 4))
    given: dict[str, Any] = {"lecturer_key": 7, "name": "x", "minutes": 90, "source": ("booking", 1), "label": "x"}
    assert count_teaching(start=EVENING, **given) is None


@pytest.mark.parametrize(
    "changes", [{"minutes": 0}, {"minutes": 1441}, {"lecturer_key": " "}, {"start": now() + timedelta(hours=1)}]
)
def test_what_cannot_be_a_lesson_is_refused(branch: Branch, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        taught(branch, **changes)
    assert HourEntry.objects.count() == 0


def test_teaching_is_never_added_to_study(branch: Branch) -> None:
    HourEntryFactory(user=branch.member)
    opened = dispute(taught(branch), user=branch.member, text="讲了两个半小时")
    answer_dispute(opened, actor=branch.admin, answer="已核对", to_hours=Decimal("2.5"))
    assert year_total(branch.member, 2026) == Decimal("0.20")
    assert taught_months(branch.member, 2026) == {3: Decimal("2.50")}
    assert [entry.kind for entry in studied_by(branch.member)] == ["lesson"]
    correction = HourEntry.objects.get(kind="correction")
    assert (correction.lecturer_key, correction.organisation_name) == ("7", branch.organisation.name)
    with translation.override("en"):
        assert why(correction) == ["Corrected from 2 to 2.5 teaching hours. Reason: 已核对"]
    assert Notice.objects.get(kind="hours.answered").url == f"/me/teaching/?year=2026#entry-{opened.entry_id}"


def test_the_page_shows_the_own_lessons_by_month(client: Client, branch: Branch) -> None:
    taught(branch)
    taught(branch, number=2, user=branch.admin, lecturer_key=8, label="别人的")
    client.force_login(branch.member)
    text = client.get("/me/teaching/?year=2026").content.decode()
    assert ("安全生产微讲" in text, "别人的" in text, "2 授课学时" in text) == (True, False, True)
    assert "安全生产微讲" not in client.get("/me/record/?year=2026").content.decode()


@pytest.mark.parametrize("year", ["abc", "-1", "99999", "9" * 40, "\x00"])
def test_a_year_that_cannot_be_shows_this_year(client: Client, branch: Branch, year: str) -> None:
    client.force_login(branch.member)
    assert client.get("/me/teaching/", {"year": year}).status_code == 200


def test_the_page_asks_the_same_number_of_queries_for_one_and_three_lessons(
    client: Client, branch: Branch, django_assert_num_queries: Any
) -> None:
    taught(branch)
    client.force_login(branch.member)
    client.get("/me/teaching/?year=2026")
    with CaptureQueriesContext(connection) as counted:
        client.get("/me/teaching/?year=2026")
    for number in (2, 3):
        taught(branch, number=number)
    with django_assert_num_queries(len(counted.captured_queries)):
        client.get("/me/teaching/?year=2026")


def lecturer(branch: Branch) -> User:
    person: User = UserFactory()
    RoleAssignmentFactory(user=person, organisation=branch.organisation, role=Role.LECTURER)
    return person


def test_a_short_month_is_told_to_the_lecturer_alone_and_once(branch: Branch) -> None:
    short, enough = lecturer(branch), lecturer(branch)
    taught(branch, user=short)
    taught(branch, number=2, user=enough, minutes=180)
    day = date(2026, 4, 8)
    assert (tell_about_months(day), tell_about_months(day)) == (1, 0)
    told = Notice.objects.get(kind="hours.month")
    assert (told.user, told.title, told.url) == (short, "你在2026年03月的授课学时", "/me/teaching/?year=2026")
    # The title goes out by e-mail; the hours stand in the text, which is read on the site.
    assert told.body.startswith("你的授课学时为 ")


def test_who_does_not_want_to_know_is_not_told(branch: Branch) -> None:
    mute_areas(lecturer(branch), ["teaching"])
    assert tell_about_months(date(2026, 4, 8)) == 0


def test_without_a_rule_for_the_month_nobody_is_told(branch: Branch) -> None:
    lecturer(branch)
    HourRule.objects.filter(kind="teaching_month").update(valid_to=date(2026, 3, 30))
    assert tell_about_months(date(2026, 4, 8)) == 0
