"""What is one branch's is not there for people of another: drafts, requests, rosters, restricted pages, files, calendars."""

from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.looks import look
from tests.e2e.people import Ears
from tests.e2e.site import Site

pytestmark = pytest.mark.timeout(600)

# Addresses of the first branch's own things; words in braces are signposts. Each is opened by who it belongs to, too.
OF_THE_BRANCH = {
    "secretary": (
        "{asked}",
        "{agreed}",
        "{agreed}cancel/",
        "{to_record}deliver/",
        "{results}",
        "/workbench/members/1/",
        "{playlist}",
        "{branch_guide}",
        "{branch_guide_edit}",
        "{wish_answer}",
        "{restricted_page}",
        "{restricted_file}",
        "/api/v1{agreed_in_api}",
    ),
    "member": ("/lessons/5/edit/", "/lessons/5/submit/"),
    "lecturer": (
        "{schedule}",
        "{schedule}hours/",
        "{hours}",
        "{schedule}days/",
        "{schedule}limits/",
        "{profile}",
        "{to_answer}",
    ),
    "editor": ("{draft_page}",),
}
# What is not published yet is not there, for its editor neither.
DRAFT = "{draft_address}"
NEIGHBOURS = ("member2", "secretary2", "lecturer2", None)
# What a stranger is told: that there is nothing, or who one is would have to be known first.
SIGN_IN = "/accounts/login/"
NOTE = "这句话只写给自己看"


@pytest.mark.parametrize("neighbour", NEIGHBOURS, ids=str)
def test_a_neighbour_finds_nothing_where_another_branch_has_its_own(
    neighbour: str | None, site: Site, open_page: OpenPage, ears: Ears
) -> None:
    ears.forgiven = ("404", "403", "401")
    page = open_page("", neighbour)
    open_doors = []
    for addresses in OF_THE_BRANCH.values():
        for address in (*addresses, DRAFT):
            answer = page.request.get(address.format(**site.signposts), max_redirects=0)
            if answer.status not in {401, 403, 404} and SIGN_IN not in answer.headers.get("location", ""):
                open_doors.append(f"{answer.status} {answer.url}")
    assert open_doors == []
    page.goto(site.signposts["asked"])
    look(page)


@pytest.mark.parametrize("role", OF_THE_BRANCH)
def test_those_whose_it_is_open_the_same_addresses(role: str, site: Site, open_page: OpenPage) -> None:
    page = open_page("", role)
    addresses = [address.format(**site.signposts) for address in OF_THE_BRANCH[role]]
    assert {address: page.request.get(address).status for address in addresses} == dict.fromkeys(addresses, 200)


def test_a_forged_calendar_and_a_withdrawn_one_are_not_there(site: Site, open_page: OpenPage) -> None:
    page = open_page("/workbench/bookings/", "secretary", phone=False)
    if not page.locator("#calendar-address").count():
        page.get_by_role("button", name="生成地址").click()
    address = page.locator("#calendar-address").input_value()
    stranger = open_page("", phone=False)
    assert stranger.request.get(address).status == 200
    assert stranger.request.get(address.replace(".ics", "x.ics")).status == 404
    page.get_by_role("button", name="停用这个地址").click()
    page.get_by_role("button", name="生成地址").wait_for()
    assert stranger.request.get(address).status == 404


@pytest.mark.parametrize("neighbour", NEIGHBOURS, ids=str)
def test_search_neither_finds_nor_counts_nor_suggests_what_is_closed(
    neighbour: str | None, site: Site, open_page: OpenPage
) -> None:
    page = open_page("", neighbour)
    for name in ("restricted_title", "draft_title"):
        title = site.signposts[name]
        found, total = everything_found(page, title)
        assert (title in found, total) == (False, len(found))
        assert title not in page.request.get(f"/api/v1/suggest?q={quote(title[:2])}").text()
    secretary = open_page("", "secretary")
    assert site.signposts["restricted_title"] in everything_found(secretary, site.signposts["restricted_title"])[0]


def everything_found(page: Page, words: str) -> tuple[list[str], int]:
    """Return the titles that the person finds, page by page, and how many the search says there are."""
    found: list[str] = []
    answer: dict[str, Any] = {"next": f"/api/v1/search?q={quote(words)}", "total": 0}
    while answer["next"]:
        answer = page.request.get(answer["next"]).json()
        found += [item["title"] for item in answer["items"]]
    return found, answer["total"]


def test_a_report_names_the_moment_at_which_writing_began(open_page: OpenPage) -> None:
    page = open_page("/lessons/1/?t=2", "member", phone=False)
    moment = page.locator("#report input[name=moment_s]")
    expect(moment).to_have_value("2.0")
    page.locator("#report summary").click()
    page.locator("#report textarea").fill("这里的架号不对")
    page.locator("[data-transcript] button[data-start]").first.click()
    expect(moment).to_have_value("2.0")
    untouched = open_page("/lessons/1/", phone=False)
    expect(untouched.locator("#report input[name=moment_s]")).to_have_value("")


def test_a_note_at_a_moment_is_read_by_nobody_else(open_page: OpenPage) -> None:
    page = open_page("/lessons/1/", "member")
    page.locator("#note-text").fill(NOTE)
    page.locator("[data-note-form] button[type=submit]").click()
    expect(page.locator(".saved").filter(has_text=NOTE)).to_be_visible()
    for other in ("secretary", "editor", *NEIGHBOURS):
        reader = open_page("", other)
        assert NOTE not in reader.request.get("/lessons/1/").text()
        assert NOTE not in reader.request.get(f"/api/v1/search?q={quote(NOTE)}").text()
    page.reload()
    expect(page.locator(".saved").filter(has_text=NOTE)).to_be_visible()


def test_a_secretary_s_list_names_the_own_branch_only(open_page: OpenPage) -> None:
    own, other = (
        set(open_page("/workbench/members/", role, phone=False).locator("main tbody th a").all_inner_texts())
        for role in ("secretary", "secretary2")
    )
    assert [bool(own), bool(other), own & other] == [True, True, set()]
