"""The player in a real browser, on a film of three sizes that the engine made."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from playwright.sync_api import Browser, CDPSession, Page, Request, expect

from tests.e2e.film import DIST, SECONDS, FilmServer, begin_film, make_film, player_page
from tests.e2e.looks import findings, play, tab_to
from tests.e2e.people import DESKTOP, HERE, WAIT_MS, Ears

pytestmark = pytest.mark.timeout(300)

# How many colours a drawn picture has.
COLOURS = """canvas => new Set(
  new Uint32Array(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data.buffer)
).size"""
# How many buttons stand in each row of the bar when the player is so many pixels wide.
ROWS = """width => {
  document.querySelector("main").style.width = `${width}px`;
  const tops = [...document.querySelectorAll(".controls > :not([data-time])")]
    .filter((part) => part.offsetParent).map((part) => Math.round(part.getBoundingClientRect().top));
  return [...new Set(tops)].map((top) => tops.filter((other) => other === top).length);
}"""
HLS = next((DIST / "chunks").glob("hls-*.js"))
# What Safari says of itself; nothing has to play then.
APPLE = """
Object.defineProperty(navigator, "vendor", { get: () => "Apple Computer, Inc." });
HTMLMediaElement.prototype.canPlayType = () => "maybe";
HTMLMediaElement.prototype.load = () => undefined;
HTMLMediaElement.prototype.play = () => Promise.resolve();
"""
SIZES = {240, 360, 480, 720}
SPARED = 360
SEGMENT = re.compile(r"/film/(\d+)p/seg")
SOUND = "video => video.webkitAudioDecodedByteCount"
Shown = tuple[Page, list[str]]
Show = Callable[..., Shown]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_film(tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="module")
def server(film: Path) -> Iterator[FilmServer]:
    server = FilmServer(film)
    yield server
    server.stop()


@pytest.fixture
def show(browser: Browser, server: FilmServer, ears: Ears) -> Iterator[Show]:
    """Open the player's page, with another player's attributes where asked; gives it and the addresses it fetches."""
    context = browser.new_context(**DESKTOP, **HERE)
    context.set_default_timeout(WAIT_MS)
    ears.listen(context)

    def shown(**player: Any) -> Shown:
        server.pages["/"] = player_page(**player)
        page, asked = context.new_page(), []

        def note(request: Request) -> None:
            asked.append(request.url.removeprefix(server.address))

        page.on("request", note)
        page.goto(server.address)
        return page, asked

    yield shown
    context.close()


def sizes(asked: list[str]) -> set[int]:
    """Return the picture sizes of which segments were asked for."""
    return {int(found[1]) for address in asked if (found := SEGMENT.match(address))}


def picture_menu(page: Page) -> list[str]:
    """Return what the menu of the picture offers, the chosen one marked."""
    items = page.locator("[data-pop=quality] [role=menuitemradio]").all()
    return [f"{item.text_content()}{'*' * (item.get_attribute('aria-checked') == 'true')}" for item in items]


def choose(page: Page, name: str) -> None:
    """Choose from the menu of the picture, and look at it while it is open."""
    menu = page.locator("[data-pop=quality]")
    menu.locator("[data-act=pop]").click()
    assert findings(page) == []
    menu.get_by_role("menuitemradio", name=name, exact=True).click()


def limit(line: CDPSession, *, kbit_s: int) -> None:
    """Let no more than this through to the page."""
    rate = kbit_s * 1000 / 8
    conditions = {"offline": False, "latency": 20, "downloadThroughput": rate, "uploadThroughput": rate}
    line.send("Network.emulateNetworkConditions", conditions)


def test_it_plays_picture_and_the_sound_that_lies_beside_it(show: Show) -> None:
    page, asked = show()
    play(page, page.locator("#player"), seconds=2)
    assert page.locator("video").evaluate(SOUND) > 10_000
    assert page.locator("video").evaluate("video => video.videoHeight") in SIZES
    assert any("/audio/" in address for address in asked)
    assert "/film/fallback.mp4" not in asked[asked.index("/film/master.m3u8") :]


def test_whoever_spares_data_gets_small_sizes_only_and_it_is_remembered(show: Show) -> None:
    page, asked = show()
    assert picture_menu(page) == ["自动*", "省流量", "只听声音"]
    choose(page, "省流量")
    play(page, page.locator("#player"), seconds=2)
    assert picture_menu(page) == ["自动", "省流量*", "720p", "480p", "360p", "240p", "只听声音"]
    assert page.locator("[data-pop=quality] [data-now]").text_content() == "省流量"
    assert max(sizes(asked)) == SPARED
    page, asked = show()
    play(page, page.locator("#player"), seconds=2)
    assert (max(sizes(asked)), "省流量*" in picture_menu(page)) == (SPARED, True)


def test_the_wish_of_a_browser_to_spare_data_is_obeyed_from_the_start(show: Show) -> None:
    page, asked = show(spares_data=True)
    play(page, page.locator("#player"), seconds=2)
    assert (max(sizes(asked)), "省流量*" in picture_menu(page)) == (SPARED, True)


def test_without_sparing_a_fast_line_gets_a_larger_size_and_one_may_be_chosen(show: Show) -> None:
    page, asked = show()
    play(page, page.locator("#player"), seconds=2)
    assert max(sizes(asked)) > SPARED
    choose(page, "240p")
    page.wait_for_function("() => document.querySelector('video').videoHeight === 240")
    assert "240p*" in picture_menu(page)


def test_the_sound_alone_goes_on_at_the_same_place_and_back(show: Show) -> None:
    page, asked = show()
    at = play(page, page.locator("#player"), seconds=2)
    choose(page, "只听声音")
    page.wait_for_function("at => document.querySelector('video').currentTime > at + 0.5", arg=at)
    video = page.locator("video")
    assert (video.evaluate("video => video.videoWidth"), "只听声音*" in picture_menu(page)) == (0, True)
    assert ("/film/audio.m4a" in asked, video.evaluate("video => video.paused")) == (True, False)
    choose(page, "自动")
    page.wait_for_function("() => document.querySelector('video').videoWidth > 0")
    assert video.evaluate("video => video.currentTime") > at
    assert "自动*" in picture_menu(page)


def test_the_sound_alone_can_be_chosen_before_anything_played(show: Show) -> None:
    page, asked = show()
    choose(page, "只听声音")
    assert page.locator("video").evaluate("video => video.paused")
    play(page, page.locator("#player"), seconds=1)
    assert ("/film/audio.m4a" in asked, sizes(asked)) == (True, set())


def state(page: Page, what: str) -> Any:
    """Return what the film is doing, as the browser says it."""
    return page.locator("video").evaluate(f"video => video.{what}")


def test_the_keys_do_what_their_list_says(show: Show) -> None:
    page, _asked = show()
    tab_to(page, "#player [data-act=play]")
    page.keyboard.press("k")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.3")
    page.keyboard.press("k")
    page.keyboard.press("5")
    assert (state(page, "paused"), round(state(page, "currentTime"))) == (True, SECONDS // 2)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("l")
    assert round(state(page, "currentTime")) == SECONDS // 2 + 5
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert round(state(page, "volume"), 1) == 0.9
    page.keyboard.press(">")
    page.keyboard.press(">")
    page.keyboard.press("<")
    assert state(page, "playbackRate") == 1.25
    page.keyboard.press("m")
    assert state(page, "muted") is True
    page.keyboard.press("a")
    page.wait_for_function("() => document.querySelector('video').currentSrc.endsWith('audio.m4a')")


def test_a_question_mark_opens_the_list_of_keys_and_nothing_else_acts_until_it_is_closed(show: Show) -> None:
    page, _asked = show()
    tab_to(page, "#player [data-act=play]")
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="播放器的快捷键")
    expect(keys).to_be_visible()
    assert findings(page) == []
    listed = "".join(keys.locator("kbd").all_inner_texts())
    assert listed == "K空格键←→JL09↑↓M<>CAPFB?"
    page.keyboard.press("k")
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    assert state(page, "paused") is True
    page.get_by_role("button", name="播放器的快捷键").click()
    keys.get_by_role("button", name="关闭").click()
    expect(keys).to_be_hidden()


def test_the_small_window_is_offered_only_where_the_browser_has_one(show: Show) -> None:
    page, _asked = show()
    apart = page.get_by_role("button", name="小窗播放")
    apart.click()
    expect(apart).to_have_attribute("aria-pressed", "true")
    assert page.evaluate("() => document.pictureInPictureElement === document.querySelector('video')") is True
    apart.click()
    expect(apart).to_have_attribute("aria-pressed", "false")
    page.context.add_init_script("delete HTMLVideoElement.prototype.requestPictureInPicture")
    page, _asked = show()
    expect(page.locator("[data-act=play]")).to_be_visible()
    expect(page.locator("[data-act=apart]")).to_be_hidden()


def test_the_buttons_keep_one_row_in_every_player_and_language(show: Show) -> None:
    for language in ("zh-hans", "en"):
        with translation.override(language):
            page, _asked = show()
        page.locator("[data-pop=quality]").wait_for()
        rows = {width: len(page.evaluate(ROWS, width)) for width in (320, 358, 368, 400, 520, 664, 740, 860)}
        assert (language, {width for width, count in rows.items() if count > 1}) == (language, set())


def test_in_the_elder_view_one_wide_button_plays_and_no_place_beside_the_others_is_empty(show: Show) -> None:
    page, _asked = show()
    page.evaluate("document.documentElement.dataset.view = 'elder'")
    assert [page.evaluate(ROWS, width) for width in (320, 390, 832)] == [[1, 2, 2], [1, 2, 2], [1, 5]]
    assert page.locator("[data-act=play]").inner_text() == "播放"
    assert page.locator("[data-act=full]").inner_text() == "全屏"


def test_captions_and_the_preview_belong_to_their_moment(show: Show) -> None:
    page, _asked = show()
    play(page, page.locator("#player"), seconds=0.5)
    page.keyboard.press("k")
    expect(page.locator("[data-caption]")).to_have_text("先看杆基")
    page.keyboard.press("7")
    expect(page.locator("[data-caption]")).to_have_text("再抬头看横担")
    bar = page.locator("[data-seek] input").bounding_box() or {"x": 0, "y": 0, "width": 0, "height": 0}
    page.mouse.move(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    expect(page.locator("[data-peek] canvas")).to_be_visible()
    expect(page.locator("[data-peek] [data-text]")).to_have_text("00:08")
    assert page.locator("[data-peek] canvas").evaluate(COLOURS) > 50
    page.mouse.down()
    page.mouse.up()
    assert round(state(page, "currentTime")) == SECONDS // 2


def test_everything_is_reached_and_chosen_with_the_keyboard_alone(show: Show) -> None:
    page, _asked = show()
    tab_to(page, "#player [data-act=start]")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.querySelector('video').currentTime > 0.3")
    tab_to(page, "#player [data-seek] input")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert state(page, "currentTime") > 10
    tab_to(page, "#player [data-pop=quality] [data-act=pop]")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("[data-pop=quality] [data-now]")).to_have_text("省流量")
    expect(page.locator("#player [data-pop=quality] [data-act=pop]")).to_be_focused()
    page.keyboard.press("c")
    page.keyboard.press("c")
    expect(page.locator("[data-caption]")).to_be_hidden()
    tab_to(page, "#player [data-act=full]")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.fullscreenElement !== null")


def test_a_player_of_the_browsers_own_is_given_the_small_sizes(show: Show, ears: Ears) -> None:
    ears.forgiven = ("",)
    page, _asked = show()
    page.context.add_init_script(APPLE)
    page, _asked = show()
    choose(page, "省流量")
    page.locator("#player [data-act=start]").click()
    expect(page.locator("video")).to_have_attribute("src", "/film/saver.m3u8")
    page, _asked = show()
    assert "省流量*" in picture_menu(page)
    choose(page, "自动")
    page.locator("#player [data-act=start]").click()
    expect(page.locator("video")).to_have_attribute("src", "/film/master.m3u8")


def test_the_still_picture_comes_in_one_size_and_format(show: Show) -> None:
    page, asked = show()
    page.wait_for_function("() => document.querySelector('[data-poster] img').naturalWidth > 0")
    assert [address for address in asked if "/poster" in address] == ["/film/poster-1280.webp"]


def test_the_whole_length_is_said_while_the_film_is_still_made_and_nobody_seeks_beyond_what_is_there(
    show: Show, film: Path
) -> None:
    begun = begin_film(film)
    page, _asked = show(hls=f"/film/{begun.name}/master.m3u8")
    play(page, page.locator("#player"), seconds=1)
    made = state(page, "duration")
    assert made < SECONDS - 2
    assert (page.locator("[data-time]").text_content() or "").endswith(f"/ 00:{SECONDS}")
    page.keyboard.press("9")
    assert state(page, "currentTime") <= made


def test_without_its_playlists_the_single_file_plays(show: Show, ears: Ears) -> None:
    ears.forgiven = ("master.m3u8", "Failed to load resource")
    page, _asked = show(hls="/film/gone/master.m3u8")
    play(page, page.locator("#player"), seconds=1)
    assert state(page, "currentSrc").endswith("/film/fallback.mp4")


def test_a_weak_line_gets_smaller_sizes_than_a_strong_one(show: Show) -> None:
    page, asked = show()
    # The line is weak for the film alone: what plays it is there already.
    page.evaluate("name => import(`/weike/chunks/${name}`).then(() => true)", HLS.name)
    limit(page.context.new_cdp_session(page), kbit_s=200)
    play(page, page.locator("#player"), seconds=3)
    weak = max(sizes(asked))
    page, asked = show()
    play(page, page.locator("#player"), seconds=3)
    assert weak < max(sizes(asked))
