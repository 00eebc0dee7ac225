"""Finding something: on a phone by two characters and the keyboard, and on every screen what the results say."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.looks import look, picture, play
from tests.e2e.people import DESKTOP, PHONE, WAIT_MS

pytestmark = pytest.mark.timeout(600)
TITLE = "雪后巡线，先看杆基再抬头"
# Said in the lesson; a lecturer says it of the own menu, so that there is a kind to choose.
SAID = "两人一组"
# How far the film may have run on before it is looked at.
LATE_S = 5
RECENT = "() => JSON.parse(localStorage.getItem('weike.searches') ?? '[]')"


def active(page: Page) -> str:
    """Return what the screen reader is led to in the list of suggestions."""
    box = page.locator("#search-q")
    option = page.locator(f"#{box.get_attribute('aria-activedescendant')}")
    expect(option).to_have_attribute("aria-selected", "true")
    return option.inner_text()


def test_two_characters_lead_by_keyboard_to_a_page(open_page: OpenPage) -> None:
    page = open_page("/search/", "member")
    look(page)
    box = page.get_by_role("combobox", name="搜微课、专题、作者").last
    expect(box).to_have_attribute("aria-expanded", "false")

    box.press_sequentially("巡线")
    options = page.get_by_role("listbox", name="建议").get_by_role("option")
    expect(options.filter(has_text=TITLE)).to_be_visible(timeout=WAIT_MS)
    expect(box).to_have_attribute("aria-expanded", "true")
    look(page)

    for _step in range(options.count()):
        box.press("ArrowDown")
        if TITLE in active(page):
            break
    look(page)
    box.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert page.evaluate(RECENT) == [TITLE]
    # Else it would count as opened from the results that lay below.
    assert page.evaluate("document.referrer") == ""


def test_a_filter_is_chosen_and_a_lesson_opens_at_the_second_at_which_it_is_said(open_page: OpenPage) -> None:
    page = open_page("/search/", "member")
    box = page.locator("#search-q")
    box.fill(SAID)
    box.press("Enter")
    page.wait_for_url("**/search/?q=**")
    look(page)

    page.get_by_role("group", name="种类").get_by_role("link", name="微课").click()
    page.wait_for_url("**kind=lesson**")
    expect(page.get_by_role("group", name="种类").locator("[aria-current]")).to_have_text(re.compile("微课"))
    look(page)
    moment = page.get_by_role("link", name=re.compile(r"^在 \d\d:\d\d 处提到")).first
    second = int(re.findall(r"\?t=(\d+)", moment.get_attribute("href") or "")[0])
    assert second > 0
    moment.click()

    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    assert second <= play(page, page.locator("#player"), seconds=0.5) < second + LATE_S


def test_recent_searches_stay_on_the_device_and_are_forgotten_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("/search/", "member")
    box = page.locator("#search-q")
    box.fill("巡线")
    box.press("Enter")
    page.wait_for_url("**/search/?q=**")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    box = page.locator("#search-q")
    box.fill("")
    recent = page.get_by_role("group", name="这台设备最近搜过")
    expect(recent.get_by_role("option")).to_have_text(["巡线", "清除这些记录"])
    look(page)
    box.press("ArrowUp")
    box.press("Enter")

    expect(recent).to_be_hidden()
    assert page.evaluate(RECENT) == []
    assert asked == []


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("elder", ["0", "1"])
def test_results_are_whole_in_each_language_and_view(open_page: OpenPage, language: str, elder: str) -> None:
    for phone, size in ((True, PHONE["viewport"]), (False, DESKTOP["viewport"])):
        page = open_page("/search/?q=安全", "member", phone=phone, language=language, elder=elder)
        look(page)
        picture(page, f"search-results-{language}-{'elder-' if elder == '1' else ''}{size['width']}")


def test_groups_say_how_many_there_are_and_lead_to_all(open_page: OpenPage) -> None:
    # Words of few pages: what others of these tests write is not to push the lessons off the first page.
    page = open_page("/search/?q=巡线", "member", phone=False)
    heading = page.get_by_role("heading", level=2, name=re.compile("^微课"))
    count = int(re.findall(r"\d+", heading.inner_text())[0])
    chip = page.get_by_role("group", name="种类").get_by_role("link", name=re.compile("^微课"))

    assert str(count) in chip.inner_text()
    expect(page.get_by_role("group", name="种类").locator("[aria-current]")).to_have_text(re.compile("^全部"))
