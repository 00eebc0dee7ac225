"""What an editor's hands do in the admin: fill in, choose, add parts, look at the preview, hand in; and the second person's."""

import re
from contextlib import suppress
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

MODAL = ".modal.in"
# The preview starts after the panel has opened, and a busy machine draws slowly.
PREVIEW_MS = 30_000
CHOICES = 3
# What the page says of itself when it is shown in the mode.
VIEW_OF_MODE = {"长辈版": "elder", "大屏观看": "screen"}
MODES = tuple(VIEW_OF_MODE)
IN_SEARCH = """async (title) => {
  const answer = await fetch(`/api/v1/search?q=${encodeURIComponent(title)}`);
  return (await answer.json()).items.some((item) => item.title === title);
}"""
LIES_STILL = "() => jQuery(':animated').length === 0"
# Wagtail compares with what a form held two seconds after it opened. What is typed before that is no change to it:
# a robot would be done by then, and neither preview nor autosave would ever hear of it.
WATCHING = """() => {
  const form = document.querySelector("form[data-controller~=w-unsaved]");
  const app = window.wagtail?.app;
  return Boolean(form && app?.getControllerForElementAndIdentifier(form, "w-unsaved")?.initialFormData);
}"""


def fill(page: Page, **values: str) -> None:
    """Type into fields, or choose among their options; the names are those of the form with _ for -."""
    for name, value in values.items():
        box = page.locator(f"#id_{name.replace('__', '-')}")
        if box.evaluate("node => node.tagName") == "SELECT":
            box.select_option(label=value)
        else:
            box.fill(value)
            if re.fullmatch(
                r"[0-9-]{10}|[0-9]{2}:[0-9]{2}", value
            ):  # the calendar that opens would cover what is below
                box.press("Tab")


def tick(page: Page, name: str, words: str) -> None:
    """Tick the box with the words."""
    page.locator(f"label:has(input[name='{name}'])").filter(has_text=words).first.click()


def tab(page: Page, words: str) -> None:
    """Open a part of the form."""
    page.get_by_role("tab", name=re.compile(f"^\\s*{words}")).click()


def open_chooser(page: Page, field: str) -> Locator:
    """Open the window of a chooser; return it."""
    page.locator(f"#id_{field}-chooser .unchosen [data-chooser-action-choose]").click()
    return page.locator(MODAL)


def choose(page: Page, field: str, words: str) -> None:
    """Choose in a chooser what its search finds for the words."""
    modal = open_chooser(page, field)
    modal.locator("input[name=q]").fill(words)
    take(page, modal, field, words)


def choose_listed(page: Page, field: str, words: str) -> None:
    """Choose in a chooser whose list is short enough to need no search."""
    take(page, open_chooser(page, field), field, words)


def take(page: Page, modal: Locator, field: str, words: str) -> None:
    """Take what the chooser's window lists; it then stands in the form."""
    modal.locator("a[data-chooser-modal-choice], a.choose-page").filter(has_text=words).first.click()
    expect(page.locator(f"#id_{field}-chooser [data-chooser-title]")).to_contain_text(words)
    # While its shade fades it takes the next click.
    expect(page.locator(f"{MODAL}, .modal-backdrop")).to_have_count(0)


def send_file(page: Page, field: str, path: Path, title: str) -> None:
    """Choose a file that is not there yet: send it in the chooser's window."""
    modal = open_chooser(page, field)
    modal.get_by_role("tab", name="上传").click()
    form = modal.locator("form[enctype]")
    form.locator("input[type=file]").set_input_files(path)
    form.locator("input[name$=title]").fill(title)
    form.locator("[type=submit]").click()
    expect(page.locator(f"#id_{field}-chooser [data-chooser-title]")).to_contain_text(title)


def add_part(page: Page, relation: str) -> str:
    """Add a part below the others; return the beginning of its fields' names."""
    number = page.locator(f"#id_{relation}-TOTAL_FORMS").input_value()
    page.locator(f"#id_{relation}-ADD").click()
    return f"{relation}-{number}"


def write_paragraph(page: Page, words: str) -> None:
    """Add a paragraph to the text."""
    page.locator("#id_title").click()  # a calendar of days that is still open would lie over the button
    page.locator("[data-contentpath=body] .c-sf-add-button").last.click()
    page.get_by_role("option", name="段落").click()
    area = page.locator("[data-contentpath=body] .public-DraftEditor-content").last
    area.click()
    area.press_sequentially(words)
    # A new part slides in; until it lies still it covers the button before it.
    page.wait_for_function(LIES_STILL)


def begin(page: Page, section: str, kind: str) -> None:
    """Walk from the admin's first page through the tree to the form of a new page."""
    page.goto("/admin/pages/")
    # An empty section offers a first page instead of what it holds; one with a single kind leads to its form at once.
    page.get_by_role("link", name=re.compile(f"{section}.*子页面|子页面.*{section}")).last.click()
    if "/add" not in page.url:
        page.get_by_role("link", name="添加子页面").first.click()
    if page.url.endswith("/add_subpage/"):
        page.get_by_role("main").get_by_role("link", name=re.compile(rf"^\s*{kind}\s*(\.|$)")).first.click()
    expect(page.get_by_role("tab", name="内容", exact=True)).to_be_visible()
    page.wait_for_function(WATCHING)


def see_previews(page: Page, title: str, modes: tuple[str, ...]) -> None:
    """Look at the preview on phone and desktop, and in each of the modes, each shown as what it is."""
    if page.locator("[data-side-panel-toggle=preview]").get_attribute("aria-expanded") != "true":
        page.locator("[data-side-panel-toggle=preview]").click()
    shown = page.frame_locator(".w-preview__iframe").last
    for size in ("手机预览", "桌面预览"):
        page.get_by_label(size).check(force=True)
        expect(shown.get_by_text(title).first).to_be_visible(timeout=PREVIEW_MS)
    for mode in modes:
        choose_mode(page, mode)
        expect(shown.get_by_text(title).filter(visible=True).first).to_be_visible(timeout=PREVIEW_MS)


def choose_mode(page: Page, mode: str) -> None:
    """Choose how the preview shows the page, and again where the choice was lost.

    While a page is stored by itself Wagtail replaces the panel, and with it what was just chosen; people choose again.
    """
    shown = page.frame_locator(".w-preview__iframe").last.locator(f"html[data-view={VIEW_OF_MODE[mode]}]")
    for _choice in range(CHOICES):
        # While the next picture loads there are two frames, and Wagtail hears of no other mode.
        expect(page.locator(".w-preview__iframe")).to_have_count(1, timeout=PREVIEW_MS)
        page.locator("#id_preview_mode").select_option(label=mode)
        with suppress(AssertionError):
            # The frame may still show the mode before: its own mark says which one it is.
            return expect(shown).to_be_attached(timeout=PREVIEW_MS / 2)
    raise AssertionError(f"chosen {CHOICES} times and never shown: {mode}")


def hand_in(page: Page) -> None:
    """Hand it in for review: the entry below the button that saves."""
    page.locator("footer [data-w-dropdown-target=toggle]").first.click()
    with page.expect_navigation():
        page.locator("footer button[name=action-submit]").click()


def belongs(page: Page, *, audience: str = "党员") -> None:
    """Say what the page is about and where it comes from."""
    tab(page, "归属")
    tick(page, "topics", "安全生产")
    tick(page, "audiences", audience)
    fill(page, source="县融媒体中心整理")


def finish(page: Page, title: str, *modes: str) -> None:
    """Look at the page in all previews, then hand it in."""
    see_previews(page, title, modes or MODES)
    hand_in(page)
    expect(page.get_by_role("main")).to_contain_text("提交")


def approve(desk: Page, title: str) -> None:
    """Read what waits in the workbench, see it as readers would, approve."""
    desk.goto("/workbench/")
    desk.get_by_role("link", name=title).first.click()
    expect(desk.get_by_role("heading", level=1)).to_contain_text(title)
    desk.locator("button[name=decision][value=approve]").click()
    expect(desk.get_by_role("main")).to_contain_text("通过")
