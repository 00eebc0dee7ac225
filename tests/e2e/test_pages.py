"""Every page in every way it can be shown: both views, both schemes, both languages, phone and desktop."""

from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pytest
from django.urls import resolve
from playwright.sync_api import Page, Request, ViewportSize, expect

from media_pipeline.samples import make_sample
from tests.architecture.asking import TABLE, table
from tests.benchmarks.demo_pages import NO_PAGES
from tests.e2e.conftest import OpenPage
from tests.e2e.looks import (
    bring_axe,
    english_words,
    findings,
    picture,
    resize,
    sticking_out,
    tab_to,
    tabs_out_of_sight,
    too_small,
)
from tests.e2e.pages import FIRST_REVIEW, PAGES
from tests.e2e.people import DESKTOP, PHONE, Ears, account_of, sign_in
from tests.e2e.site import Site

pytestmark = pytest.mark.timeout(600)


class Way(NamedTuple):
    """How a page is opened and in which words and view; the page that was opened is then shown on the `other` device too.

    `whole` asks for everything that axe knows of the page as it was opened, else size and words are enough.
    """

    phone: bool
    language: str
    elder: str
    whole: bool
    other: bool


# Together these show every view in every language and on every device. What axe knows differs by view and device, not by
# language; what fits and what is large enough differs by all of them. The page that is sent is the same for every device,
# so that one opened on the one may be drawn on the other: it is opened on each in some way, with its pictures.
WAYS = {
    "phone-and-desktop": Way(phone=True, language="zh-hans", elder="0", whole=True, other=True),
    "phone-elder": Way(phone=True, language="zh-hans", elder="1", whole=False, other=False),
    "desktop-and-phone-elder-english": Way(phone=False, language="en", elder="1", whole=True, other=True),
}
# With these, every view in every language on a phone: for what most people see most of the time.
OTHER_WAYS = {"elder": ("zh-hans", "1"), "english": ("en", "0")}
MAIN_PAGES: dict[str | None, tuple[str, ...]] = {
    None: ("/", "/lessons/", "/lessons/1/", "/search/?q=巡线", "/accounts/login/"),
    "member": ("/", "/me/", "/me/record/", "/upload/", "/lessons/mine/", "/lessons/1/", "/notices/"),
}
NARROW = 320
# The design page shows components in both views and names them in English.
COMPONENTS = "/design/"


def faults(page: Page, *, phone: bool) -> list[str]:
    """Return what is wrong with the page in light and dark, at its width and on the narrowest phone."""
    page.emulate_media(color_scheme="light")
    wrong = findings(page)
    page.emulate_media(color_scheme="dark")
    wrong += findings(page, "color-contrast", "link-in-text-block")
    page.emulate_media(color_scheme="light")
    return wrong + beyond(page, phone=phone)


def beyond(page: Page, *, phone: bool) -> list[str]:
    """Return what reaches beyond the screen; a phone's page is left on the narrowest phone, where it must fit too."""
    if not phone:
        return sticking_out(page, DESKTOP["viewport"]["width"])
    wrong = sticking_out(page, PHONE["viewport"]["width"])
    page.set_viewport_size({"width": NARROW, "height": PHONE["viewport"]["height"]})
    return wrong + sticking_out(page, NARROW)


def faults_in(page: Page, way: Way, place: str) -> list[str]:
    """Return everything that is wrong with the page as it was opened in this way."""
    wrong = tabs_out_of_sight(page)
    wrong += english_words(page) if way.language != "en" and place != COMPONENTS else []
    wrong += small_in(page, way, place)
    return wrong + (faults(page, phone=way.phone) if way.whole else beyond(page, phone=way.phone))


def faults_elsewhere(page: Page, way: Way, place: str) -> list[str]:
    """Return what does not fit or is too small where the page is drawn for the other device."""
    resize(page, window(phone=not way.phone))
    # A row of tabs is moved when the page is opened.
    if page.locator(".tabs [aria-current]").count():
        page.reload()
    return tabs_out_of_sight(page) + small_in(page, way, place) + beyond(page, phone=not way.phone)


def window(*, phone: bool) -> ViewportSize:
    """Return the size of a device's window."""
    size: ViewportSize = (PHONE if phone else DESKTOP)["viewport"]
    return size


def small_in(page: Page, way: Way, place: str) -> list[str]:
    """Return what is too small for elder view, where this way is one."""
    return too_small(page, text_px=20, target_px=60) if way.elder == "1" and place != COMPONENTS else []


def keep_picture(page: Page, way: Way, name: str, *, phone: bool) -> None:
    """Keep a picture for people to look at; in English only the words differ."""
    if way.language != "en":
        name += f"-{'phone' if phone else 'desktop'}{'-elder' if way.elder == '1' else ''}"
        picture(page, name, window(phone=phone))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("role", PAGES, ids=str)
def test_pages_are_accessible_fit_and_speak_one_language(
    role: str | None, way: str, site: Site, open_page: OpenPage
) -> None:
    shown = WAYS[way]
    page = open_page("", role, phone=shown.phone, language=shown.language, elder=shown.elder)
    if shown.whole:
        bring_axe(page)
    wrong = []
    for name, place in PAGES[role].items():
        page.set_viewport_size(window(phone=shown.phone))
        go_to(page, place.format(**site.signposts))
        wrong += faults_in(page, shown, place)
        keep_picture(page, shown, f"{role or 'visitor'}-{name}", phone=shown.phone)
        if shown.other:
            wrong += faults_elsewhere(page, shown, place)
            keep_picture(page, shown, f"{role or 'visitor'}-{name}", phone=not shown.phone)
    assert not wrong, "\n\n".join(wrong)


def test_every_page_that_somebody_may_open_is_among_them(site: Site) -> None:
    opened = {name for (name, method), got in table(TABLE).items() if method == "GET" and "200" in got}
    looked_at = {view_of(place.format(**site.signposts)) for pages in PAGES.values() for place in pages.values()}
    # The admin's first page is looked at with its panels; a booklet is a file that one also waits for.
    elsewhere = NO_PAGES | {"wagtailadmin_home", "itineraries:booklet"}
    assert {name for name in opened - looked_at - elsewhere if not name.startswith("api:")} == set()


def view_of(address: str) -> str:
    """Return the name of what answers there; percent signs are the browser's."""
    return resolve("/workbench/review/1/" if address == FIRST_REVIEW else unquote(urlsplit(address).path)).view_name


def go_to(page: Page, place: str) -> None:
    """Open one of PAGES."""
    address = place
    if place == FIRST_REVIEW:
        page.goto("/workbench/")
        address = page.locator(FIRST_REVIEW).first.get_attribute("href") or ""
    response = page.goto(address)
    assert response is not None
    assert response.status == 200, address


def test_in_elder_view_one_may_only_listen_without_leaving_the_page_and_it_counts(open_page: OpenPage) -> None:
    page = open_page("/lessons/1/", "member", elder="1")
    listen = page.get_by_role("button", name="只听声音")
    with page.expect_request("**/beats") as beat:
        listen.click()
        page.wait_for_function("() => document.querySelector('#player video').currentTime > 1")
        page.locator("#player [data-act=play]").click()
    assert beat.value.method == "POST"
    assert page.url.endswith("/lessons/1/")
    expect(listen).to_have_attribute("aria-pressed", "true")
    assert "audio.m4a" in page.locator("#player video").evaluate("video => video.currentSrc")


def test_in_elder_view_the_words_of_a_lesson_can_be_read_aloud(open_page: OpenPage) -> None:
    page = open_page("", "member", elder="1")
    page.add_init_script(
        """window.said = [];
        Object.defineProperty(window, "speechSynthesis", { value: { speak: (one) => said.push(one.text), cancel: () => 0 } });
        window.SpeechSynthesisUtterance = class { constructor(text) { this.text = text; } addEventListener() {} };"""
    )
    page.goto("/lessons/1/")
    page.get_by_role("button", name="朗读文字").click()
    assert page.evaluate("() => said[0]") == "三行要点"
    page.emulate_media()
    page.context.clear_cookies(name="elder")
    page.goto("/lessons/1/")
    expect(page.get_by_role("button", name="朗读文字")).to_be_hidden()


@pytest.mark.parametrize("way", OTHER_WAYS)
@pytest.mark.parametrize("role", MAIN_PAGES, ids=str)
def test_main_pages_fit_a_phone_in_the_other_ways_too(role: str | None, way: str, open_page: OpenPage) -> None:
    language, elder = OTHER_WAYS[way]
    page = open_page("", role, language=language, elder=elder)
    bring_axe(page)
    wrong = []
    for address in MAIN_PAGES[role]:
        page.set_viewport_size(window(phone=True))
        page.goto(address)
        wrong += faults(page, phone=True)
    assert not wrong, "\n\n".join(wrong)


def test_an_address_that_does_not_exist_says_so_accessibly(open_page: OpenPage, ears: Ears) -> None:
    ears.forgiven = ("404",)
    page = open_page("/nothing/", phone=True)
    expect(page.get_by_role("main").get_by_role("link").first).to_be_visible()
    assert faults(page, phone=True) == []


def test_the_first_page_weighs_at_most_150_kilobytes(open_page: OpenPage) -> None:
    page = open_page("")
    requests: list[Request] = []
    page.on("requestfinished", lambda request: requests.append(request))  # noqa: PLW0108  # Playwright takes no builtin
    page.goto("/", wait_until="networkidle")
    weights = {
        request.url: request.sizes()["responseBodySize"] for request in requests if "/media/" not in request.url
    }
    assert len(weights) >= 3
    assert sum(weights.values()) <= 150 * 1024, weights


def test_language_and_elder_view_switch_in_the_page_and_stay(open_page: OpenPage) -> None:
    page = open_page("/", "member")
    page.get_by_role("button", name="长辈版").click()
    expect(page.locator("html")).to_have_attribute("data-view", "elder")
    page.get_by_role("banner").get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.goto("/me/")
    expect(page.locator("html")).to_have_attribute("data-view", "elder")
    page.get_by_role("button", name="Standard view").click()
    page.get_by_role("main").get_by_role("button", name="中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("html")).not_to_have_attribute("data-view", "elder")


def test_the_keyboard_reaches_content_player_and_quiz(open_page: OpenPage) -> None:
    page = open_page("/lessons/1/", "member", phone=False)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()
    tab_to(page, "#player [data-act=play]")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('#player video').currentTime > 0.3")
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('#player video').paused")
    tab_to(page, "section.quiz input[type=radio]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(page.locator("section.quiz button[type=submit]")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("section.quiz .is-right")).to_be_visible()


def test_a_colleague_is_found_while_one_types_and_the_draft_does_not_hear_of_it(open_page: OpenPage) -> None:
    page = open_page("/upload/", "member")
    page.evaluate("() => { window.heard = 0; document.addEventListener('input', () => { window.heard += 1 }) }")
    page.locator("details:has(.speaker-search) > summary").click()
    words, listed = page.locator("[name=speaker_words]"), page.locator("[name=speaker] option")
    expect(page.locator("[name=find_speaker]")).to_have_count(0)
    words.press_sequentially("月娥")
    expect(page.locator(".speaker-search").get_by_role("status")).to_have_text("查到 2 位，请在下面选择。")
    expect(listed).to_have_text(["作者本人", "牧月娥", "韩月娥"])
    assert page.evaluate("() => window.heard") == 0
    page.locator("[name=speaker]").select_option("韩月娥")
    words.fill("没有")
    words.press("Enter")
    expect(listed).to_have_text(["作者本人", "韩月娥"])
    assert page.url.endswith("/upload/")


def test_everything_that_matters_works_without_scripts(
    open_page: OpenPage, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = open_page("", java_script_enabled=False)
    sign_in(page, account_of("member"))
    page.goto("/upload/")
    clip = make_sample(
        tmp_path_factory.mktemp("plain") / "plain.mp4", title="无脚本", seconds=2, width=320, height=180
    )
    page.locator("#upload-file").set_input_files(clip)
    page.locator("[data-plain]").click()
    page.wait_for_url("**/lessons/*/edit/")
    page.goto("/lessons/2/")
    expect(page.locator("#player video source")).to_have_attribute("type", "video/mp4")
    page.locator("section.quiz input[type=radio]").first.check()
    page.locator("section.quiz button[type=submit]").click()
    expect(page.locator("section.quiz").get_by_role("status").first).to_be_visible()
