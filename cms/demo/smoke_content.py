"""The content editor's story over HTTP: a course, a guide and a route made in the admin, reviewed, published, found."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from cms.demo.client import Client, SmokeError

EXPLORER = "/admin/pages/"
PLACES = "/admin/snippets/venues/venue/"
PLACE = "冒烟检查：井口陈列室"
TOPIC = "井口"


class Reached(Protocol):
    """What this part of the story reports."""

    course_found: bool
    guide_found: bool
    route_found: bool
    found_s: float | None


@dataclass(frozen=True)
class Draft:
    """A page to make: below which section, of which model, with what typed, and how the search calls it."""

    section: str
    model: str
    kind: str
    values: dict[str, Any]


@dataclass(frozen=True)
class Desk:
    """Who makes, who looks, who searches."""

    editor: Client
    reviewer: Client
    reader: Client
    step: Callable[[str], AbstractContextManager[None]]
    wait_for: Callable[[Callable[[], bool]], bool]


def curate(desk: Desk, lesson: str, outcome: Reached) -> None:
    """Make and publish a course and a guide around the lesson and a route to a new place; note what is found again.

    Raises SmokeError at the first page that a person could not go on from.
    """
    with desk.step("site made, reviewed, published"):
        place = make_place(desk.editor)
        say_yes(desk.reviewer, "venues", "site")
    names = ("course_found", "guide_found", "route_found")
    waits = []
    for name, draft in zip(names, drafts(lesson, place), strict=True):
        with desk.step(f"{draft.kind} made, reviewed, published, found"):
            publish(desk, draft)
            started = time.monotonic()
            setattr(outcome, name, desk.wait_for(partial(is_found, desk.reader, draft)))
            waits.append(time.monotonic() - started)
    outcome.found_s = round(max(waits), 2)


def drafts(lesson: str, place: str) -> Iterator[Draft]:
    """Yield the pages of the walk; the same few words stand in the title of each."""
    watched = {"lesson": lesson}
    yield Draft(
        section="课程",
        model="courses/coursepage",
        kind="course",
        values={"title": f"冒烟检查：{TOPIC}一课", **rows("items", watched, {"title": "数灯", "minutes": 10})},
    )
    month = {"month": date.today().isoformat(), "theme": "安全下井", "discussion": "灯不亮时先报告谁？"}  # noqa: DTZ011  # any day of the month
    yield Draft(
        section="每月指引",
        model="courses/guidepage",
        kind="guide",
        values={"title": f"冒烟检查：{TOPIC}指引", **month, **rows("items", watched)},
    )
    stop = {"venue": place, "day": 1, "stay_minutes": 60, "lesson": lesson, "discussion": "灯为什么亮三下？"}
    yield Draft(
        section="红色线路",
        model="itineraries/itinerarypage",
        kind="itinerary",
        values={"title": f"冒烟检查：{TOPIC}一日", "themes": "spirit", **rows("stops", stop)},
    )


def rows(name: str, *given: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a list of rows, as the admin's page counts them."""
    fields: dict[str, Any] = {f"{name}-TOTAL_FORMS": len(given)}
    for number, row in enumerate(given):
        fields |= {f"{name}-{number}-{field}": value for field, value in {**row, "ORDER": number + 1}.items()}
    return fields


def make_place(editor: Client) -> str:
    """Hand a place in and return its number."""
    page = editor.get(f"{PLACES}add/")
    fields = {"name": PLACE, "kind": "red_site", "visibility": "public", "always_open": "on"}
    made = editor.submit(page, f"{PLACES}add/", button=("action-submit", "1"), **fields)
    found = re.search(rf"{PLACES}edit/(\d+)/", made.text)
    if made.path != PLACES or found is None:
        raise SmokeError(f"The place was not kept: {made.url} {' '.join(complaints(made.text))}")
    return found.group(1)


def publish(desk: Desk, draft: Draft) -> None:
    """Hand the page in as its editor and approve it as the reviewer."""
    explorer = desk.editor.get(EXPLORER).text
    section = re.search(rf'href="{EXPLORER}(\d+)/edit/"[^>]*>\s*<span[^>]*>\s*{draft.section}\s', explorer)
    if section is None:
        raise SmokeError(f"The explorer shows no {draft.section}.")
    address = f"{EXPLORER}add/{draft.model}/{section.group(1)}/"
    # The page's program adds the count of blocks; without one the body is empty.
    values = {"body-count": 0, **draft.values}
    made = desk.editor.submit(desk.editor.get(address), address, button=("action-submit", "1"), **values)
    if made.path == address:
        raise SmokeError(f"The {draft.kind} was not taken: {' '.join(complaints(made.text))}")
    say_yes(desk.reviewer, "library", draft.kind)


def say_yes(reviewer: Client, room: str, kind: str) -> None:
    """Approve what waits in the reviewer's workbench."""
    look = re.search(rf'"(/{room}/review/\d+/)"', reviewer.get("/workbench/").text)
    if look is None:
        raise SmokeError(f"The {kind} does not wait in the reviewer's workbench.")
    reviewer.submit(reviewer.get(look.group(1)), look.group(1), decision="approve", comment="")


def complaints(text: str) -> list[str]:
    """Return the sentences that the admin wrote at the fields."""
    return [
        words.strip()
        for words in re.findall(r'class="error-message"[^>]*>\s*(?:<svg.*?</svg>)?([^<]+)', text, re.DOTALL)
    ]


def is_found(reader: Client, draft: Draft) -> bool:
    """Return whether two characters of the title find the page, and it opens with what was typed."""
    told = reader.json("GET", "/api/v1/search?" + urlencode({"q": TOPIC, "kind": draft.kind}))
    title = draft.values["title"]
    urls = [item["url"] for item in told["items"] if item["title"] == title]
    return bool(urls) and title in reader.get(urlsplit(urls[0]).path).text
