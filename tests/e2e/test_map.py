"""The map of a route in a real browser: with tiles of a server of our own, with one that is down, and with none named."""

import io
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.template.loader import render_to_string
from PIL import Image
from playwright.sync_api import Browser, Page

from cms.venues.datum import Point
from cms.venues.schematic import HEIGHT, WIDTH, draw
from tests.architecture.tree import ROOT

DIST = ROOT / "front/dist/weike"
PLACES = [(Point(25.891, 116.067), "叶坪旧址"), (Point(25.876, 116.009), "博物馆")]
POINTS = [{"number": place, "name": name, "at": list(at)} for place, (at, name) in enumerate(PLACES, 1)]
DOWN = "地图暂时打不开，请先看示意图。"


def tile() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (256, 256), (230, 226, 218)).save(target, format="PNG")
    return target.getvalue()


class Server:
    """Answers each path with what `pages` holds, everything else with a tile, or 503 without one; counts the tiles."""

    def __init__(self, pages: dict[str, tuple[str, bytes]], *, other: bytes = b"", policy: str = "") -> None:
        self.tiles = 0
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = pages.get(self.path, ("image/png", other))
                server.tiles += self.path not in pages
                self.send_response(200 if body else 503)
                self.send_header("Content-Type", kind)
                if policy:
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()


def route_page(tiles: dict[str, str] | None) -> bytes:
    """Return a page with the drawing as a route shows it; its script is there only with tiles, as on the site."""
    dots = [{"dot": dot, "number": place, "css": "is-numbered"} for place, dot in enumerate(draw(PLACES), 1)]
    shown = {"width": WIDTH, "height": HEIGHT, "dots": dots, "legs": []}
    body = render_to_string("core/components/schematic.html", {"map": shown, "points": POINTS, "tiles": tiles})
    head = '<link rel="stylesheet" href="/map.css"><script type="module" src="/map.js"></script>' if tiles else ""
    return f"<!doctype html><html lang=zh><head><title>路线</title>{head}</head><body>{body}</body></html>".encode()


Opened = Callable[[Server | None], tuple[Page, list[str], list[str]]]


@pytest.fixture
def opened(browser: Browser) -> Iterator[Opened]:
    """Open a route's map under the site's policy; gives the page, the addresses it asked for and what it complained of."""
    servers: list[Server] = []
    context = browser.new_context(viewport={"width": 390, "height": 800})

    def show(tiles: Server | None) -> tuple[Page, list[str], list[str]]:
        named = {"url": f"{tiles.address}/{{z}}/{{x}}/{{y}}.png", "attribution": "演示"} if tiles else None
        pages = {
            "/": ("text/html; charset=utf-8", route_page(named)),
            **{f"/{file.relative_to(DIST)}": ("text/javascript", file.read_bytes()) for file in DIST.rglob("*.js")},
            "/map.css": ("text/css", (DIST / "map.css").read_bytes()),
            "/favicon.ico": ("image/png", tile()),
        }
        origin = tiles.address if tiles else ""
        policy = f"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob: {origin}"
        site = Server(pages, policy=policy)
        servers.extend([site, tiles] if tiles else [site])
        page, asked, heard = context.new_page(), [], []
        page.on("request", lambda request: asked.append(request.url.removeprefix(site.address)))
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.goto(site.address)
        return page, asked, heard

    yield show
    context.close()
    for server in servers:
        server.stop()


def test_tiles_take_the_place_of_the_drawing_and_keys_reach_the_places(opened: Opened) -> None:
    page, _asked, heard = opened(Server({}, other=tile()))
    page.wait_for_selector(".schematic.has-tiles")
    assert (page.locator(".schematic > svg").is_visible(), page.locator(".leaflet-container").is_visible()) == (
        False,
        True,
    )
    assert page.locator(".pin").all_inner_texts() == ["1", "2"]
    names = []
    for _press in range(8):
        page.keyboard.press("Tab")
        names.append(
            page.evaluate("document.activeElement.title || document.activeElement.getAttribute('aria-label')")
        )
    assert {"叶坪旧址", "博物馆", "各处地点的地图"} <= set(names)
    assert heard == []


def test_a_server_that_is_down_leaves_the_drawing_with_a_sentence(opened: Opened) -> None:
    page, _asked, _heard = opened(Server({}))
    page.get_by_text(DOWN).wait_for(state="visible")
    assert [page.locator(".schematic > svg").is_visible(), page.locator(".leaflet-container").count()] == [True, 0]


def test_without_an_address_of_tiles_nobody_else_is_asked(opened: Opened) -> None:
    page, asked, heard = opened(None)
    assert [page.locator(".schematic > svg").is_visible(), page.get_by_text(DOWN).count()] == [True, 0]
    assert ([address for address in asked if address != "/"], heard) == ([], [])
