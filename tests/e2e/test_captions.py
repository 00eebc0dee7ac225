"""Captions corrected one by one beside the player, by keyboard alone."""

from playwright.sync_api import Page, expect

from tests.e2e.conftest import OpenPage
from tests.e2e.looks import findings, look, play, tab_to, too_small, too_wide
from tests.e2e.pages import MEMBER
from tests.e2e.people import Ears

ADDRESS = MEMBER["lesson-captions"]
SHOWN = "#player [data-caption]"


def rows(page: Page) -> list[str]:
    """Return the captions as the list shows them, without their remarks."""
    return page.locator(".cue-words").all_text_contents()


def type_time(page: Page, name: str, time: str) -> None:
    """Type a time into the open caption."""
    page.locator(f"#cue-{name}").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(time)
    page.keyboard.press("Enter")


def test_a_caption_is_corrected_by_keyboard_saved_and_seen_in_the_player(open_page: OpenPage) -> None:
    page = open_page(ADDRESS, "member", phone=False)
    before = rows(page)
    tab_to(page, ".cue[tabindex='0']")
    page.keyboard.press("End")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    expect(page.locator("#cue-text")).to_be_focused()
    look(page)
    page.keyboard.press("Control+A")
    page.keyboard.type("先看灶具再看阀门")
    for _step in "再看阀门":
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Alt+Backslash")
    expect(page.locator("[data-cue-say]")).to_have_text("拆成了两条。")
    assert rows(page) == ["先看灶具", *before[1:]]
    page.keyboard.press("Alt+ArrowUp")
    type_time(page, "start", "00:00.125")
    type_time(page, "end", "1.250")
    page.keyboard.press("Escape")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("Alt+ArrowUp")
    type_time(page, "start", "00:01.25")
    page.locator("button[name=stay]").press("Enter")
    expect(page.get_by_text("已保存")).to_be_visible()
    lines = page.locator("[name=lines]").input_value().splitlines()
    assert lines[0] == "00:00.125-00:01.25 先看灶具"
    assert lines[1].startswith("00:01.25-")
    assert lines[1].endswith(" 再看阀门")
    assert len(lines) == len(before) + 1
    play(page, page.locator("#player"), seconds=0.4)
    page.locator("#player [data-act=play]").press("k")
    expect(page.locator(SHOWN)).to_have_text("先看灶具")


def test_what_is_wrong_is_said_in_words_and_can_be_taken_back(open_page: OpenPage, ears: Ears) -> None:
    ears.forgiven = ("400",)
    page = open_page(ADDRESS, "member", elder="1")
    before = rows(page)
    page.locator("button.cue").first.click()
    type_time(page, "end", "00:00.0")
    expect(page.locator(".cue-remarks")).to_contain_text("结束时间早于开始时间。")
    assert (findings(page, within="[data-cues]"), too_wide(page, 390)) == ([], [])
    assert too_small(page, text_px=20, target_px=60) == []
    page.locator("button[name=stay]").press("Enter")
    expect(page.locator("[data-error-summary]")).to_contain_text("第 1 条字幕的结束时间早于开始时间")
    page.locator("button.cue").first.click()
    page.locator("[data-cue-act=remove]").click()
    assert len(rows(page)) == len(before) - 2
    page.locator("[data-cue-act=undo]").click()
    expect(page.locator("#cue-text")).to_have_value(before[0])
    page.locator("[data-cue-act=lines]").click()
    assert len(page.locator("[name=lines]").input_value().splitlines()) == len(before)


def is_warned(page: Page) -> bool:
    """Return whether leaving the page now would be asked about."""
    asked: bool = page.evaluate("() => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))")
    return asked


def test_typing_in_the_plain_lines_and_a_refusal_are_asked_about_before_leaving(
    open_page: OpenPage, ears: Ears
) -> None:
    ears.forgiven = ("400",)
    page = open_page(ADDRESS, "member", phone=False)
    page.locator("[data-cue-act=lines]").click()
    assert not is_warned(page)
    page.locator("[name=lines]").fill("00:01.0-00:02.0 一\n没有")
    assert is_warned(page)
    page.locator("button[name=stay]").press("Enter")
    expect(page.locator("[data-error-summary]")).to_be_visible()
    assert is_warned(page)
    page.evaluate("() => document.querySelector('[data-captions-form]').dispatchEvent(new Event('submit'))")


def test_who_deletes_the_last_caption_stands_where_one_is_added(open_page: OpenPage) -> None:
    page = open_page(ADDRESS, "member", phone=False)
    page.locator("button.cue").first.click()
    for _caption in range(page.locator("[data-cue-list] > li").count()):
        page.locator("[data-cue-act=remove]").press("Enter")
    expect(page.locator("[data-cue-none]")).to_be_visible()
    expect(page.locator("[data-cue-act=add]")).to_be_focused()
    page.evaluate("() => document.querySelector('[data-captions-form]').dispatchEvent(new Event('submit'))")
