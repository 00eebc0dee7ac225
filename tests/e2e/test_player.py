"""The player in a real browser, on a film of three sizes that the engine made."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request

from tests.e2e.film import FilmServer, make_film, player_page
from tests.e2e.looks import play
from tests.e2e.people import DESKTOP, HERE, WAIT_MS, Ears

pytestmark = pytest.mark.timeout(300)

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


def sizes(asked: list[str]) -> set[str]:
    """Return the picture sizes of which segments were asked for."""
    return {address.split("/")[2] for address in asked if address.endswith(".m4s") and "/audio/" not in address}


def test_it_plays_picture_and_the_sound_that_lies_beside_it(show: Show) -> None:
    page, asked = show()
    play(page, page.locator("#player"), seconds=2)
    assert page.locator("video").evaluate(SOUND) > 10_000
    assert page.locator("video").evaluate("video => video.videoHeight") in {360, 480, 720}
    assert any("/audio/" in address for address in asked)
    assert "/film/fallback.mp4" not in asked[asked.index("/film/master.m3u8") :]
