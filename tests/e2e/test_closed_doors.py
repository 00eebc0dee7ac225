"""What is one branch's is not there for people of another: drafts, requests, rosters, restricted pages, files, calendars."""

import pytest

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
    ),
    "member": ("/lessons/5/edit/", "/lessons/5/submit/"),
    "lecturer": ("{hours}", "{profile}", "{to_answer}"),
    "editor": ("{draft_page}",),
}
# What is not published yet is not there, for its editor neither.
DRAFT = "{draft_address}"
NEIGHBOURS = ("member2", "secretary2", "lecturer2", None)
# What a stranger is told: that there is nothing, or who one is would have to be known first.
SIGN_IN = "/accounts/login/"


@pytest.mark.parametrize("neighbour", NEIGHBOURS, ids=str)
def test_a_neighbour_finds_nothing_where_another_branch_has_its_own(
    neighbour: str | None, site: Site, open_page: OpenPage, ears: Ears
) -> None:
    ears.forgiven = ("404", "403")
    page = open_page("", neighbour)
    open_doors = []
    for addresses in OF_THE_BRANCH.values():
        for address in (*addresses, DRAFT):
            answer = page.request.get(address.format(**site.signposts), max_redirects=0)
            if answer.status not in {403, 404} and SIGN_IN not in answer.headers.get("location", ""):
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
