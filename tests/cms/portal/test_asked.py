"""What people search for: counted without them, kept half a year, shown where many asked, and turned into words."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from cms.core.clock import today
from cms.jobs.schedule import scheduled_work
from cms.lecturers.models import Lecturer
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.portal import services
from cms.portal.models import ASKED_CHARS, AskedText
from cms.portal.questions import Asked, found_texts, not_found, not_opened
from cms.portal.services import MOST_TEXTS_A_DAY, count_opened, count_question, kept_text
from cms.portal.synonym_ideas import ideas_for, is_abbreviation
from search.schema import Result
from tests.factories.accounts import UserFactory
from tests.factories.admin import in_admin
from tests.factories.lecturers import LecturerFactory
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db
REPORT = "/admin/reports/searches/"


def answered(total: int = 3, relaxed: str | None = None) -> Result:
    return Result(hits=(), total=total, engine="embedded", relaxed=relaxed)


def counted(*fields: str) -> list[tuple[Any, ...]]:
    return list(AskedText.objects.order_by("day", "text").values_list(*fields))


def ask(text: str, *, times: int = 1, total: int = 3, days_ago: int = 0, opened: int = 0) -> None:
    """Let a text be asked so often on one day."""
    AskedText.objects.create(
        day=today() - timedelta(days=days_ago),
        text=text,
        asked=times,
        missed=0 if total else times,
        hits=total,
        opened=opened,
        engine="embedded",
    )


@pytest.fixture
def lecturer() -> Lecturer:
    made: Lecturer = LecturerFactory(name="周砚秋", introduction="讲急救")
    call_command("search_rebuild")
    return made


def browser_of(role: Role, organisation: Organisation | None = None) -> Client:
    person = UserFactory(second_factor=True)
    RoleAssignmentFactory(user=person, organisation=organisation or OrganisationFactory(parent=None), role=role)
    return in_admin(person)


def test_a_question_is_counted_once_a_day_under_its_folded_words(client: Client, lecturer: Lecturer) -> None:
    for text in ("急救", "急 救", " 急救？", "周砚秋", "ＡＢＣ"):
        client.get("/search/", {"q": text})

    assert counted("text", "asked", "missed", "hits", "opened", "engine", "relaxed") == [
        ("abc", 1, 1, 0, 0, "embedded", ""),
        ("周砚秋", 1, 0, 1, 0, "embedded", ""),
        ("急 救", 1, 0, 1, 0, "embedded", ""),
        ("急救", 2, 0, 1, 0, "embedded", ""),
    ]
    assert {day for (day,) in counted("day")} == {today()}


def test_nothing_of_a_person_stands_beside_a_question() -> None:
    assert {field.name for field in AskedText._meta.get_fields()} == {
        *("id", "day", "text", "asked", "missed", "opened", "hits", "engine", "relaxed")
    }


@pytest.mark.parametrize(
    "query",
    [
        {"q": ""},
        {"q": "？？"},
        {"q": "急救", "kind": "lecturer"},
        {"q": "急救", "topic": "safety"},
        {"q": "急救", "page": "2"},
        {"q": "急救", "sort": "newest"},
        {"q": "138 0000 1234"},
        {"q": "找老周 13800001234"},
        {"q": "11010119900307561X"},
    ],
)
def test_choosing_within_results_and_numbers_of_people_are_not_counted(
    client: Client, lecturer: Lecturer, query: dict[str, str]
) -> None:
    assert client.get("/search/", query).status_code == 200
    assert counted("text") == []


@given(st.text(max_size=200))
def test_whatever_is_typed_is_cut_and_folded(text: str) -> None:
    kept = kept_text(text)
    assert len(kept) <= ASKED_CHARS
    assert kept_text(kept) == kept


def test_a_book_that_is_pasted_takes_no_more_room_than_a_word(client: Client) -> None:
    client.get("/search/", {"q": "课堂" * 200})
    assert counted("text") == [("课堂" * (ASKED_CHARS // 2),)]


def test_one_statement_counts_a_question() -> None:
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            count_question("急救", answered())
        assert len(queries) == 1


def test_a_flood_of_texts_fills_a_day_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_TEXTS_A_DAY", 3)
    for text in ("甲乙", "丙丁", "戊己", "庚辛", "甲乙"):
        count_question(text, answered())
    ask("旧事", days_ago=1)

    assert counted("text", "asked") == [("旧事", 1), ("丙丁", 1), ("戊己", 1), ("甲乙", 2)]
    assert MOST_TEXTS_A_DAY == 2_000


@pytest.mark.parametrize(
    ("text", "result", "missed"),
    [
        ("巡线", answered(0), 1),
        ("巡线", answered(4), 0),
        ("雪后巡线", answered(4, "any"), 1),
        ("xunxian", answered(4, "pinyin"), 0),
        ("雪后巡线要带什么东西才安全", answered(4, "any"), 0),
    ],
)
def test_a_question_is_missed_where_nothing_holds_its_words(text: str, result: Result, missed: int) -> None:
    count_question(text, result)
    assert counted("missed") == [(missed,)]


def test_an_index_that_could_not_be_read_says_nothing_of_the_words() -> None:
    count_question("巡线", Result(hits=(), total=0, engine="embedded", degraded=True, unanswered=True))
    assert counted("text") == []


def test_a_database_that_cannot_count_costs_nobody_the_answer(
    client: Client, lecturer: Lecturer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Away:
        def cursor(self) -> None:
            raise DatabaseError

        class ops:  # noqa: N801  # as Django calls it
            adapt_datefield_value = str

    monkeypatch.setattr(services, "connection", Away())
    assert client.get("/search/", {"q": "急救"}).context["result"].total == 1


def opened_from(client: Client, address: str, before: str) -> int:
    return client.get(address, headers={"referer": before}).status_code


def test_what_is_opened_from_the_results_is_counted_for_their_words(client: Client, lecturer: Lecturer) -> None:
    client.get("/search/", {"q": "急救"})
    client.get("/search/", {"q": "周砚秋"})
    address = lecturer.get_absolute_url()

    assert opened_from(client, address, "http://testserver/search/?q=急救&kind=lecturer") == 200
    assert counted("text", "opened") == [("周砚秋", 0), ("急救", 1)]


@pytest.mark.parametrize(
    "before",
    [
        "",
        "http://testserver/lecturers/?q=急救",
        "http://elsewhere/search/?q=急救",
        "http://testserver/search/",
        "http://testserver/search/?q=" + "x" * 5000,
        "http://testserver/search/?" + "&".join(["q=急救"] * 60),
        "http://[/search/?q=急救",
    ],
)
def test_opening_from_elsewhere_counts_nothing(client: Client, lecturer: Lecturer, before: str) -> None:
    client.get("/search/", {"q": "急救"})
    assert opened_from(client, lecturer.get_absolute_url(), before) == 200
    assert counted("opened") == [(0,)]


def test_only_pages_that_search_finds_count_as_opened(client: Client, lecturer: Lecturer) -> None:
    client.get("/search/", {"q": "急救"})
    before = "http://testserver/search/?q=急救"
    assert [opened_from(client, address, before) for address in ("/", "/lessons/", "/lecturers/", "/nowhere/")] == [
        *(200, 200, 200, 404)
    ]
    client.post(lecturer.get_absolute_url(), headers={"referer": before})
    assert counted("opened") == [(0,)]


def test_a_page_that_was_not_opened_from_results_asks_no_more_of_the_database(
    client: Client, lecturer: Lecturer
) -> None:
    address = lecturer.get_absolute_url()
    client.get(address)
    asked = []
    for headers in ({}, {"referer": "http://testserver/search/?q=急救"}):
        with CaptureQueriesContext(connection) as queries:
            client.get(address, headers=headers)
        asked.append(len(queries))
    assert asked[1] == asked[0] + 1


def test_questions_are_kept_for_half_a_year() -> None:
    for days_ago in (0, 180, 181):
        ask("巡线", days_ago=days_ago)
    sweep = scheduled_work("portal.forget_old_questions")
    assert sweep is not None
    sweep()
    assert sorted(today() - day for (day,) in counted("day")) == [timedelta(0), timedelta(days=180)]


def test_only_what_many_asked_or_on_several_days_is_shown() -> None:
    ask("四次", times=4, total=0)
    ask("五次", times=5, total=0)
    for days_ago in range(3):
        ask("三天", total=0, days_ago=days_ago)
    for days_ago in range(2):
        ask("两天", times=2, total=0, days_ago=days_ago)
    ask("很久以前", times=50, total=0, days_ago=31)

    assert not_found(30) == [Asked("五次", 5, 1, today()), Asked("三天", 3, 3, today())]
    assert [each.text for each in not_found(180)] == ["很久以前", "五次", "三天"]


def test_what_was_found_and_never_opened_stands_apart() -> None:
    ask("没打开", times=6)
    ask("打开过", times=6, opened=1)
    ask("没找到", times=6, total=0)

    assert [each.text for each in not_opened(30)] == ["没打开"]
    assert sorted(found_texts(30)) == ["打开过", "没打开"]


@pytest.mark.parametrize(
    ("text", "found", "idea"),
    [
        ("党代会", ("党员代表大会",), "党员代表大会"),
        ("shmbdd", ("雪后",), None),
        ("minzhupingyi", (), "民主评议"),
        ("巡县", ("雪后巡线",), "巡线"),
        ("巡线记路本", ("巡线记录本",), "巡线记录本"),
        ("两个 词", (), None),
    ],
)
def test_ideas_come_from_the_words_themselves(text: str, found: tuple[str, ...], idea: str | None) -> None:
    ideas = ideas_for(text, found)
    assert idea in ideas if idea else ideas == ()
    assert text not in ideas


@pytest.mark.parametrize(
    ("short", "long", "is_one"),
    [
        ("党代会", "党员代表大会", True),
        ("党代会", "代表大会", False),
        ("党课", "党课讲稿", False),
        ("支委会", "支部委员会", True),
        ("ai", "application interface", False),
    ],
)
def test_an_abbreviation_keeps_the_first_character_and_the_order(short: str, long: str, *, is_one: bool) -> None:
    assert is_abbreviation(short, long) == is_one


def test_editors_read_the_report_and_begin_a_set_from_it() -> None:
    ask("党员代会", times=9, total=0)
    editor = browser_of(Role.EDITOR)

    page = editor.get(REPORT)
    (row,) = page.context["rows"]
    assert (row["text"], row["times"], row["days"]) == ("党员代会", 9, 1)
    form = editor.get(row["new_set_url"]).content.decode()
    assert ">\n党员代会</textarea>" in form

    (row,) = editor.get(REPORT, {"show": "ideas"}).context["rows"]
    idea = row["ideas"][0]
    assert f">\n{idea['word']}\n党员代会</textarea>" in editor.get(idea["url"]).content.decode()
    assert editor.get(REPORT, {"show": "unopened"}).context["rows"] == []


def test_a_word_that_has_a_set_needs_no_idea() -> None:
    ask("党代会", times=9, total=0)
    assert browser_of(Role.EDITOR).get(REPORT, {"show": "ideas"}).context["rows"] == []


@pytest.mark.parametrize("query", [{"show": "persons"}, {"days": "x" * 5000}, {"show": "ideas", "days": "180"}])
def test_odd_lists_and_spans_are_the_first_ones(query: dict[str, str]) -> None:
    assert browser_of(Role.EDITOR).get(REPORT, query).status_code == 200


def test_reviewers_read_and_are_offered_no_form() -> None:
    ask("党员代会", times=9, total=0)
    rows = browser_of(Role.REVIEWER).get(REPORT).context["rows"]
    assert [(row["text"], row["new_set_url"]) for row in rows] == [("党员代会", "")]


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.BRANCH_SECRETARY, Role.SECURITY_OFFICER])
def test_others_do_not_read_it(role: Role) -> None:
    assert browser_of(role).get(REPORT).status_code == 302


def test_the_report_takes_as_many_queries_for_three_rows_as_for_one() -> None:
    editor = browser_of(Role.EDITOR)
    ask("没有一", times=9, total=0)
    editor.get(REPORT)
    asked = []
    for text in ("没有二", "没有三"):
        with CaptureQueriesContext(connection) as queries:
            assert editor.get(REPORT, {"show": "ideas"}).status_code == 200
        asked.append(len(queries))
        ask(text, times=9, total=0)
    assert asked[0] == asked[1]


def test_opening_what_nobody_asked_today_counts_nothing() -> None:
    count_opened("从未")
    assert counted("text") == []
