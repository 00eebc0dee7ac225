"""What people search for: counted without them, each once a day, and only where somebody asked."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.core.management import call_command
from django.core.signals import request_finished
from django.db import close_old_connections, connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from cms.core.clock import today
from cms.core.models import RateWindow
from cms.lecturers.models import Lecturer
from cms.organisations.enums import Role
from cms.portal import askers, services
from cms.portal.askers import MOST_TEXTS_OF_ONE, SALT, salt_of_today
from cms.portal.models import AskedText
from cms.portal.questions import Asked, monday_of, not_found
from cms.portal.services import MOST_TEXTS_A_DAY, count_opened, count_question, forget_old_questions
from cms.portal.views.search import results
from search.schema import Result
from tests.cms.portal.asking import answered, ask, browser_of, counted, from_networks
from tests.factories.accounts import UserFactory
from tests.factories.lecturers import LecturerFactory

pytestmark = pytest.mark.django_db
ROWS_OF_SQLITE = "SELECT rowid FROM portal_askedtext"


@pytest.fixture
def lecturer() -> Lecturer:
    made: Lecturer = LecturerFactory(name="周砚秋", introduction="讲急救")
    call_command("search_rebuild")
    return made


def test_a_question_is_counted_for_each_who_asks_under_its_folded_words(lecturer: Lecturer) -> None:
    one, other = from_networks(2)
    for text in ("急救", "急 救", " 急救？", "周砚秋", "ＡＢＣ"):
        one.get("/search/", {"q": text})
    other.get("/search/", {"q": "急救"})

    assert counted("text", "asked", "missed", "opened") == [
        *(("abc", 1, 1, 0), ("周砚秋", 1, 0, 0), ("急 救", 1, 0, 0), ("急救", 2, 0, 0))
    ]
    assert {day for (day,) in counted("day")} == {today()}


def test_the_same_browser_six_times_is_one_and_is_not_shown(client: Client, lecturer: Lecturer) -> None:
    for query in ({}, {}, {"exact": "1"}, {"kind": ""}, {"page": "1"}, {"sort": "relevance"}):
        client.get("/search/", {"q": "巡线", **query})
    client.cookies["django_language"] = "en"
    client.get("/search/", {"q": "巡线"})

    assert counted("text", "asked") == [("巡线", 1)]
    assert not_found(30) == []


def test_five_people_are_five(lecturer: Lecturer) -> None:
    for browser in from_networks(5):
        browser.get("/search/", {"q": "巡线"})
    assert not_found(30) == [Asked("巡线", 5, 1, monday_of(today()))]


def test_a_person_is_one_in_every_network(lecturer: Lecturer) -> None:
    member = UserFactory()
    for browser in from_networks(6):
        browser.force_login(member)
        browser.get("/search/", {"q": "巡线"})
    assert counted("text", "asked") == [("巡线", 1)]


def test_nothing_of_a_person_stands_beside_a_question() -> None:
    assert {field.name for field in AskedText._meta.get_fields()} == {"id", "day", "text", "asked", "missed", "opened"}


def test_keys_do_not_tell_in_which_order_people_asked() -> None:
    texts = [f"词语{character}" for character in "甲乙丙丁戊己庚辛壬癸子丑寅卯"]
    for number, text in enumerate(texts):
        count_question(text, answered(), asker=f"a{number}")
        count_question(texts[0], answered(), asker=f"a{number}")
    keys = dict(AskedText.objects.values_list("text", "pk"))
    in_order = [keys[text] for text in texts]

    assert in_order != sorted(in_order)
    assert min(in_order) > 2**40
    with connection.cursor() as cursor:
        # Nor does the number by which SQLite itself keeps a row.
        cursor.execute("SELECT * FROM portal_askedtext" if connection.vendor != "sqlite" else ROWS_OF_SQLITE)
        assert {row[0] for row in cursor.fetchall()} == set(in_order)


def test_marks_of_the_day_name_neither_person_nor_text_and_end_together(lecturer: Lecturer) -> None:
    for browser in from_networks(2):
        for text in ("巡线", "急救"):
            browser.get("/search/", {"q": text})
    marks = RateWindow.objects.filter(key__startswith="asked:")

    assert marks.count() == 6
    ends = set(marks.values_list("ends_at_s", flat=True))
    assert max(ends) - min(ends) <= 1
    assert not [key for key in marks.values_list("key", flat=True) if "198.51" in key or "线" in key]


def test_yesterdays_salt_is_thrown_away_and_the_same_asker_is_another_today(monkeypatch: pytest.MonkeyPatch) -> None:
    before = salt_of_today()
    assert salt_of_today() == before
    forget_old_questions()
    assert cache.get(SALT) == (today(), before)

    tomorrow = today() + timedelta(days=1)
    monkeypatch.setattr(askers, "today", lambda: tomorrow)
    forget_old_questions()
    assert cache.get(SALT) is None
    assert salt_of_today() != before


@pytest.mark.parametrize(
    "query",
    [
        {"q": ""},
        {"q": "？？"},
        {"q": "急救", "kind": "lecturer"},
        {"q": "急救", "topic": "safety"},
        {"q": "急救", "page": "2"},
        {"q": "急救", "sort": "newest"},
        {"q": "急救", "exact": "1"},
        {"q": "找老周 13800001234"},
    ],
)
def test_choosing_within_results_and_numbers_of_people_are_not_counted(
    client: Client, lecturer: Lecturer, query: dict[str, str]
) -> None:
    assert client.get("/search/", query).status_code == 200
    assert counted("text") == []


def test_few_statements_count_a_question_and_fewer_a_repeated_one() -> None:
    asked = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            count_question("急救", answered(), asker="a1")
        asked.append(len(queries))
    assert asked == [4, 2]


def test_a_flood_of_texts_fills_a_day_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "MOST_TEXTS_A_DAY", 3)
    for number, text in enumerate(("甲乙", "丙丁", "戊己", "庚辛", "甲乙")):
        count_question(text, answered(), asker=f"a{number}")
    ask("旧事", days_ago=1)

    assert counted("text", "asked") == [("旧事", 1), ("丙丁", 1), ("戊己", 1), ("甲乙", 2)]
    assert MOST_TEXTS_A_DAY == 2_000


def test_nobody_fills_the_day_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(askers, "MOST_TEXTS_OF_ONE", 2)
    for text in ("甲乙", "丙丁", "戊己", "甲乙"):
        count_question(text, answered(), asker="a1")
    marks = RateWindow.objects.count()
    count_question("庚辛", answered(), asker="a1")
    count_question("戊己", answered(), asker="a2")

    assert counted("text", "asked") == [("丙丁", 1), ("戊己", 1), ("甲乙", 1)]
    assert RateWindow.objects.count() == marks + 2
    assert MOST_TEXTS_OF_ONE == 50


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
    count_question(text, result, asker="a1")
    assert counted("missed") == [(missed,)]


def test_an_index_that_could_not_be_read_says_nothing_of_the_words() -> None:
    unread = Result(hits=(), total=0, engine="embedded", degraded=True, unanswered=True)
    count_question("巡线", unread, asker="a1")
    assert counted("text") == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "image"},
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"Referer": "http://testserver/admin/reports/searches/"},
    ],
)
def test_what_nobody_asked_here_is_not_counted(client: Client, lecturer: Lecturer, headers: dict[str, str]) -> None:
    assert client.get("/search/", {"q": "急救"}, headers=headers).status_code == 200
    assert counted("text") == []


def test_what_a_browser_says_of_an_ordinary_question_is_counted(client: Client, lecturer: Lecturer) -> None:
    told = {
        "Sec-Fetch-Site": "same-origin",
        "Sec-Fetch-Dest": "document",
        "Referer": "http://testserver/administrators/",
    }
    client.get("/search/", {"q": "急救"}, headers=told)
    assert counted("text") == [("急救",)]


def test_head_counts_nothing_and_is_limited_like_get(client: Client, lecturer: Lecturer) -> None:
    assert client.head("/search/", {"q": "急救"}).status_code == 200
    assert counted("text") == []
    assert RateWindow.objects.filter(key__startswith="search-page:").values_list("hits", flat=True).get() == 1


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_who_reads_the_list_neither_asks_nor_opens(lecturer: Lecturer, client: Client, role: Role) -> None:
    reader = browser_of(role)
    reader.get("/search/", {"q": "急救"})
    assert counted("text") == []

    client.get("/search/", {"q": "急救"})
    opened_from(reader, lecturer.get_absolute_url(), "http://testserver/search/?q=急救")
    assert counted("asked", "opened") == [(1, 0)]


def test_the_answer_goes_out_before_anything_is_counted(lecturer: Lecturer, rf: RequestFactory) -> None:
    request = rf.get("/search/", {"q": "急救"})
    request.user, request.session = AnonymousUser(), SessionStore()
    response = results(request)
    assert counted("text") == []
    # At the end of a request Django closes the connection, as the test's own browser does not.
    request_finished.disconnect(close_old_connections)
    try:
        response.close()
    finally:
        request_finished.connect(close_old_connections)
    assert counted("text") == [("急救",)]


def opened_from(client: Client, address: str, before: str) -> int:
    return client.get(address, headers={"referer": before}).status_code


def test_what_is_opened_from_the_results_is_counted_for_their_words(client: Client, lecturer: Lecturer) -> None:
    client.get("/search/", {"q": "急救"})
    client.get("/search/", {"q": "周砚秋"})
    address = lecturer.get_absolute_url()

    for _time in range(3):
        assert opened_from(client, address, "http://testserver/search/?q=急救&kind=lecturer") == 200
    assert counted("text", "opened") == [("周砚秋", 0), ("急救", 1)]


def test_who_did_not_ask_opens_nothing(client: Client, lecturer: Lecturer) -> None:
    client.get("/search/", {"q": "急救"})
    (other,) = from_networks(1)
    opened_from(other, lecturer.get_absolute_url(), "http://testserver/search/?q=急救")
    assert counted("opened") == [(0,)]


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


def test_a_page_that_was_opened_from_results_asks_little_more_of_the_database(
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


def test_opening_what_nobody_asked_today_counts_nothing() -> None:
    count_opened("从未", asker="a1")
    assert counted("text") == []
    assert not RateWindow.objects.exists()
