"""What was asked, as editors read it: where many asked, in steps, with ideas for synonyms; and how long it is kept."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from cms.core.clock import today
from cms.jobs.schedule import scheduled_work
from cms.organisations.enums import Role
from cms.portal.models import AskedText
from cms.portal.questions import Asked, found_texts, monday_of, not_found, not_opened
from cms.portal.synonym_ideas import ideas_for, is_abbreviation
from tests.cms.portal.asking import ask, browser_of, counted

pytestmark = pytest.mark.django_db
REPORT = "/admin/reports/searches/"


def test_questions_are_kept_for_half_a_year() -> None:
    for days_ago in (0, 179, 180):
        ask("巡线", days_ago=days_ago)
    sweep = scheduled_work("portal.forget_old_questions")
    assert sweep is not None
    sweep()
    assert sorted(today() - day for (day,) in counted("day")) == [timedelta(0), timedelta(days=179)]


def test_only_what_five_asked_on_one_day_is_shown() -> None:
    ask("四人", times=4, total=0)
    ask("五人", times=5, total=0)
    for days_ago in range(9):
        ask("九天", total=0, days_ago=days_ago)
    ask("很久以前", times=50, total=0, days_ago=31)

    assert not_found(30) == [Asked("五人", 5, 1, monday_of(today()))]
    assert [each.text for each in not_found(180)] == ["很久以前", "五人"]


def test_one_person_more_changes_nothing_that_is_shown() -> None:
    ask("旧的", times=7, total=0, days_ago=10)
    ask("旧的", times=1, total=0)
    ask("甲乙", times=8, total=0)
    shown = [Asked("旧的", 5, 1, monday_of(today() - timedelta(days=10))), Asked("甲乙", 5, 1, monday_of(today()))]
    shown.sort(key=lambda each: each.text)
    assert not_found(30) == shown

    AskedText.objects.filter(day=today()).update(asked=F("asked") + 1, missed=F("missed") + 1)
    assert not_found(30) == shown
    AskedText.objects.filter(text="甲乙").update(asked=F("asked") + 1)
    assert [(each.text, each.times) for each in not_found(30)] == [("甲乙", 10), ("旧的", 5)]


@pytest.mark.parametrize(
    ("times", "opened", "is_listed"), [(6, 0, True), (6, 2, True), (6, 3, False), (60, 7, True), (60, 8, False)]
)
def test_a_stray_opening_hides_no_word(times: int, opened: int, *, is_listed: bool) -> None:
    ask("巡线", times=times, opened=opened)
    assert bool(not_opened(180)) == is_listed


def test_what_was_found_and_hardly_opened_stands_apart() -> None:
    ask("没打开", times=6)
    ask("打开过", times=6, opened=4)
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
    assert (row["text"], row["times"], row["days"]) == ("党员代会", 5, 1)
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
