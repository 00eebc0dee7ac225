"""A film that the engine made, on a page that holds the player and nothing else, under the site's policy for scripts.

No site runs behind it: what the player fetches, and when, is seen without everything that a lesson's page brings along.
"""

import gzip
import mimetypes
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from media_pipeline import engine
from media_pipeline.samples import make_sample
from tests.architecture.tree import ROOT

DIST = ROOT / "front/dist/weike"
SECONDS = 16
CAPTIONS = "WEBVTT\n\n00:00.000 --> 00:10.000\n先看杆基\n\n00:10.000 --> 00:16.000\n再抬头看横担\n"
TYPES = {".m3u8": "application/vnd.apple.mpegurl", ".m4s": "video/iso.segment", ".vtt": "text/vtt"}

FILES = {
    "hls": "master.m3u8",
    "saver": "saver.m3u8",
    "mp4": "fallback.mp4",
    "poster": "poster.jpg",
    "sprite": "sprite.vtt",
    "audio": "audio.m4a",
}
POSTERS = {"small": "/film/poster-320.webp", "medium": "/film/poster-640.webp", "large": "/film/poster-1280.webp"}
TRACK = {"url": "/film/captions.vtt", "lang": "zh-Hans", "label": "中文"}


def policy() -> str:
    """Return what the site allows its pages."""
    rules = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{kind} {' '.join(places)}" for kind, places in rules.items())


def make_film(folder: Path) -> Path:
    """Return the folder that the engine makes of a clip of 720 lines."""
    clip = make_sample(folder / "clip.mp4", title="田埂上的党课", seconds=SECONDS, seed=3)
    engine.transcode(clip, folder / "film")
    (folder / "film/captions.vtt").write_text(CAPTIONS)
    return folder / "film"


def begin_film(film: Path) -> Path:
    """Return a folder in the film's own with what is there of it while the engine makes it: its first two segments."""
    begun = shutil.copytree(film, film / "begun", ignore=shutil.ignore_patterns("begun"))
    for playlist in begun.glob("*/index.m3u8"):
        head, first, second, *_rest = playlist.read_text().replace(":VOD", ":EVENT").split("#EXTINF")
        playlist.write_text(f"{head}#EXTINF{first}#EXTINF{second}")
    return begun


def player_page(*, spares_data: bool = False, **given: Any) -> bytes:
    """Return a page with the player of the film; what is given takes the place of the film's own."""
    film = {name: f"/film/{file}" for name, file in FILES.items()}
    player = {
        **film,
        "title": "田埂上的党课",
        "duration_s": SECONDS,
        "captions": [TRACK],
        "poster_webp": POSTERS,
        **given,
    }
    body: str = render_to_string("core/components/player.html", {"player": player})
    if spares_data:
        # As the page is where the browser says so (tests/cms/core/test_templatetags.py).
        body = body.replace('data-saver="off"', 'data-saver="on"')
    icons = render_to_string("core/components/sprite.html")
    head = '<link rel="stylesheet" href="/weike/site.css"><script type="module" src="/weike/player.js"></script>'
    head += '<link rel="icon" href="/weike/icon.svg"><meta name="viewport" content="width=device-width">'
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>影片</title>{head}'
        f"</head><body>{icons}<main><h1>影片</h1>{body}</main></body></html>"
    ).encode()


class FilmServer:
    """Serves the page, the built front end and the film on an address of this machine."""

    def __init__(self, film: Path) -> None:
        self.pages: dict[str, bytes] = {}
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                kind, body = server.answer(self.path, film)
                self.send_response(200 if body else 404)
                self.send_header("Content-Type", kind)
                if kind.startswith("text/"):
                    body = gzip.compress(body)
                    self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.send_header("Content-Security-Policy", policy())
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def answer(self, path: str, film: Path) -> tuple[str, bytes]:
        """Return the kind and content of what lies at a path; nothing is no content."""
        if path in self.pages:
            return "text/html; charset=utf-8", self.pages[path]
        room, _, name = path.partition("?")[0].removeprefix("/").partition("/")
        file = {"weike": DIST, "film": film}.get(room, DIST) / name
        kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        return kind, file.read_bytes() if file.is_file() else b""

    def stop(self) -> None:
        self.http.shutdown()
        self.http.server_close()
