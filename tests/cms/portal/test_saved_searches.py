"""Searches that a member keeps: saved, listed, opened, deleted, told under "my data", gone with the account."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.models import User
from cms.core.personal_data import personal_data_sources
from cms.portal.models import SAVED_CHARS, SavedSearch
from cms.portal.services import MOST_SAVED, save_search
from tests.factories.accounts import UserFactory
from tests.factories.lecturers import LecturerFactory

pytestmark = pytest.mark.django_db
SAVE, LIST = reverse("portal:save_search"), reverse("portal:saved_searches")


@pytest.fixture
def member() -> User:
    made: User = UserFactory()
    return made


@pytest.fixture
def browser(member: User) -> Client:
    client = Client()
    client.force_login(member)
    return client


def kept(user: User) -> list[tuple[str, str]]:
    return list(SavedSearch.objects.filter(user=user).order_by("pk").values_list("query", "label"))


def said(client: Client, query: dict[str, str]) -> str:
    page = client.post(SAVE, query, follow=True)
    return " ".join(str(message) for message in page.context["messages"])


def test_a_search_is_saved_with_what_was_chosen_and_opened_again(browser: Client, member: User) -> None:
    LecturerFactory(name="周砚秋", introduction="讲急救")
    call_command("search_rebuild")

    answer = browser.post(
        SAVE, {"q": " 急救  课 ", "kind": "lecturer", "page": "7", "next": "https://elsewhere.example"}
    )

    assert answer["Location"] == "/search/?q=%E6%80%A5%E6%95%91+%E8%AF%BE&kind=lecturer"
    assert kept(member) == [("q=%E6%80%A5%E6%95%91+%E8%AF%BE&kind=lecturer", "急救 课 · 师资库")]
    (row,) = browser.get(LIST).context["rows"]
    assert row["url"] == answer["Location"]
    page = browser.get(row["url"])
    assert (page.context["query"].kinds, page.context["save"]["is_saved"]) == (("lecturer",), True)


def test_the_form_on_the_results_carries_the_search(browser: Client, client: Client) -> None:
    page = browser.get("/search/", {"q": "急救", "topic": "safety", "sort": "newest", "page": "2"})
    assert page.context["save"] == {
        "fields": [("q", "急救"), ("topic", "safety"), ("sort", "newest")],
        "is_saved": False,
    }
    assert f'action="{SAVE}"' in page.content.decode()
    assert browser.get("/search/").context["save"] is None
    assert client.get("/search/", {"q": "急救"}).context["save"] is None


def test_a_search_that_is_saved_is_not_saved_twice(browser: Client, member: User) -> None:
    for query in ({"q": "急救"}, {"q": "急救 ", "page": "3"}):
        assert said(browser, query) == "搜索已保存，在“我的”里可以找到。"
    assert len(kept(member)) == 1


def test_a_free_time_is_kept_where_it_is_one(browser: Client, member: User) -> None:
    browser.post(SAVE, {"q": "急救", "free_from": "2026-12-03T19:00+08:00", "free_to": "nonsense", "day": "x"})
    assert kept(member) == [("q=%E6%80%A5%E6%95%91", "急救")]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({}, "先输入要找的词或选一个筛选条件，再保存。"),
        ({"q": "  ", "kind": "person", "sort": "newest"}, "先输入要找的词或选一个筛选条件，再保存。"),
        ({"q": "课" * 400}, "这条搜索太长，无法保存。请减少词语或筛选条件。"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_sentence(
    browser: Client, member: User, query: dict[str, str], sentence: str
) -> None:
    assert said(browser, query) == sentence
    assert kept(member) == []


def test_fifty_are_kept_and_the_next_waits_for_one_to_go(browser: Client, member: User) -> None:
    for number in range(MOST_SAVED):
        save_search(member, f"q=7{number}", label="课")
    assert said(browser, {"q": "再来"}) == "已经保存了 50 条搜索。请先删除不再需要的。"
    assert said(browser, {"q": "77"}) == "搜索已保存，在“我的”里可以找到。"
    assert len(kept(member)) == MOST_SAVED


def test_a_search_is_deleted_by_whose_it_is(browser: Client, member: User) -> None:
    browser.post(SAVE, {"q": "急救"})
    own = SavedSearch.objects.get(user=member)
    other = Client()
    other.force_login(UserFactory())
    address = reverse("portal:delete_saved_search", args=[own.pk])

    assert other.get(LIST).context["rows"] == []
    assert other.post(address).status_code == 404
    assert browser.get(address).status_code == 405
    assert len(kept(member)) == 1
    assert browser.post(address)["Location"] == LIST
    assert kept(member) == []
    assert browser.post(address).status_code == 404


def test_visitors_save_nothing_and_are_asked_to_sign_in(client: Client) -> None:
    assert client.post(SAVE, {"q": "急救"})["Location"].startswith("/accounts/login/")
    assert client.get(LIST)["Location"].startswith("/accounts/login/")
    assert not SavedSearch.objects.exists()


def test_saving_is_a_form_that_is_sent(browser: Client) -> None:
    assert browser.get(SAVE, {"q": "急救"}).status_code == 405
    assert not SavedSearch.objects.exists()


def test_what_is_kept_stands_under_my_data_and_goes_with_the_account(browser: Client, member: User) -> None:
    browser.post(SAVE, {"q": "急救"})
    (source,) = [source for source in personal_data_sources() if source.slug == "saved-searches"]

    (record,) = source.collect(member)
    assert (record["portal.search"], record["portal.address"]) == ("急救", "/search/?q=%E6%80%A5%E6%95%91")
    assert list(source.collect(UserFactory())) == []
    member.delete()
    assert not SavedSearch.objects.exists()


def test_the_own_page_leads_there_and_the_list_takes_as_many_queries_for_three_as_for_one(browser: Client) -> None:
    assert LIST in browser.get("/me/").content.decode()
    asked = []
    for text in ("甲乙", "丙丁", "戊己"):
        browser.post(SAVE, {"q": text})
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
        asked.append(len(queries))
    assert asked[0] == asked[2]


def test_what_is_kept_fits(browser: Client, member: User) -> None:
    browser.post(SAVE, {"q": "课" * 110})
    assert len(kept(member)[0][0]) <= SAVED_CHARS
