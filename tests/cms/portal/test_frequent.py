"""What many search for is offered to whoever types: only what many asked and everybody finds."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.core.clock import now, today
from cms.jobs.schedule import scheduled_work
from cms.lecturers.models import Lecturer
from cms.portal import services
from cms.portal.frequent import frequent_queries
from cms.portal.models import AskedText, FrequentText
from cms.portal.services import gather_frequent_texts
from cms.taxonomy.enums import Visibility
from search.schema import Query, Result
from tests.factories.lecturers import LecturerFactory
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


def ask(text: str, times: int = 5, *, missed: int = 0, days_ago: int = 0) -> None:
    """Let a text be asked so often on one day."""
    AskedText.objects.create(day=today() - timedelta(days=days_ago), text=text, asked=times, missed=missed)


@pytest.fixture
def lecturer() -> Lecturer:
    made: Lecturer = LecturerFactory(name="周砚秋", introduction="讲急救常识和用电安全")
    call_command("search_rebuild")
    return made


def offered(client: Client, text: str) -> list[tuple[str, str]]:
    groups = client.get("/api/v1/suggest", {"q": text}).json()["groups"]
    return [(item["text"], item["url"]) for group in groups if group["kind"] == "query" for item in group["items"]]


def test_what_many_asked_is_offered_by_its_beginning_a_part_and_pinyin(client: Client, lecturer: Lecturer) -> None:
    ask("急救常识", 9)
    ask("用电安全", 7)
    sweep = scheduled_work("portal.gather_frequent_texts")
    assert sweep is not None
    sweep()

    address = "/search/?q=%E6%80%A5%E6%95%91%E5%B8%B8%E8%AF%86"
    for typed in ("急", "常识", "jijiu", " 急救 "):
        assert offered(client, typed) == [("急救常识", address)]
    assert client.get(address).context["result"].total == 1
    assert offered(client, "安全") == [("用电安全", "/search/?q=%E7%94%A8%E7%94%B5%E5%AE%89%E5%85%A8")]
    assert (offered(client, "井冈山"), offered(client, ""), offered(client, "？")) == ([], [], [])


def test_what_few_asked_what_is_not_found_and_what_is_long_ago_is_not_offered(
    client: Client, lecturer: Lecturer
) -> None:
    ask("急救", 4)
    for days_ago in range(3):
        ask("常识", 1, days_ago=days_ago)
    ask("用电", 9, missed=6)
    ask("安全", 50, days_ago=30)
    ask("无此一词", 9)
    ask("急救无此", 9)
    assert (gather_frequent_texts(), offered(client, "急")) == (0, [])


def test_what_only_members_find_is_offered_to_nobody(client: Client) -> None:
    town = OrganisationFactory(parent=None)
    LecturerFactory(
        name="周砚秋",
        introduction="讲内部培训",
        organisation=town,
        visibility=Visibility.ORGANISATION,
        visible_organisation=town,
    )
    call_command("search_rebuild")
    ask("内部培训", 90)
    assert gather_frequent_texts() == 0


def test_what_no_longer_is_found_is_no_longer_offered(client: Client, lecturer: Lecturer) -> None:
    ask("急救常识", 9)
    assert (gather_frequent_texts(), len(offered(client, "急救"))) == (1, 1)
    lecturer.delete()
    call_command("search_rebuild")
    assert (gather_frequent_texts(), offered(client, "急救")) == (0, [])


def test_while_no_index_can_be_read_what_was_offered_stays(
    client: Client, lecturer: Lecturer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("急救常识", 9)
    gather_frequent_texts()

    def away(query: Query) -> Result:
        return Result(hits=(), total=0, engine="embedded", unanswered=True)

    monkeypatch.setattr(services, "search", away)
    assert gather_frequent_texts() == 0
    assert FrequentText.objects.count() == 1


def test_the_most_asked_that_begin_so_come_first_and_three_are_enough() -> None:
    for text, times in (("常识", 5), ("急救常识", 30), ("常识问答", 20), ("安全常识", 10), ("常识手册", 6)):
        FrequentText.objects.create(text=text, times=times, gathered_at=now())
    (group,) = frequent_queries("常识")
    assert [item.text for item in group.items] == ["常识问答", "常识手册", "常识"]


def test_one_query_tells_whether_anything_changed(lecturer: Lecturer) -> None:
    ask("急救常识", 9)
    gather_frequent_texts()
    frequent_queries("急")
    with CaptureQueriesContext(connection) as queries:
        frequent_queries("急救")
    assert len(queries) == 1
