"""One site, one browser, and people who open pages in it."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.programs import BROWSER, find_browser
from tests.e2e.looks import page_pictures
from tests.e2e.people import DESKTOP, PHONE, Ears, People
from tests.e2e.site import Site, running_site

ARGUMENTS = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync --no-first-run"
OpenPage = Callable[..., Page]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that keeps pictures."""
    parser.addoption("--pictures", action="store_true", help="keep a picture of every page in var/screenshots")


def pytest_configure(config: pytest.Config) -> None:
    page_pictures.wanted = bool(config.getoption("--pictures", default=False))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real site on fresh data; always stopped."""
    with running_site(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium."""
    chromium = find_browser()
    if chromium is None:
        pytest.skip(f"no Chromium is installed (Debian: apt-get install {BROWSER})")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS.split())
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def people(browser: Browser, site: Site) -> People:
    """The role accounts."""
    return People(browser, site.address)


@pytest.fixture
def ears() -> Iterator[Ears]:
    """Hears every page of the test; anything heard fails it."""
    ears = Ears()
    yield ears
    assert ears.heard == []


@pytest.fixture
def open_page(people: People, ears: Ears) -> Iterator[OpenPage]:
    """Open an address as somebody: `open_page("/", "member", phone=True)`; no role is a visitor, no address a blank page."""
    contexts = []

    def opened(address: str, role: str | None = None, *, phone: bool = True, **options: Any) -> Page:
        context = people.context(role, PHONE if phone else DESKTOP, **options)
        contexts.append(context)
        ears.listen(context)
        page = context.new_page()
        if address:
            page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
