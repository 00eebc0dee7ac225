"""The branch secretary's story over HTTP: a lecturer found, asked for, agreed, in both calendars, and not given away twice."""

import json
import re
import uuid
from datetime import date, datetime, timedelta
from typing import Any, Protocol
from urllib.parse import quote, urlencode, urlsplit

from cms.demo.client import Client, SmokeError

WORDS = "胸痛"
MINUTES = 60
REACH = timedelta(days=60)
EVENING = 18
CONFLICT, UNCHANGED = 409, 304


class Reached(Protocol):
    """What this part of the story reports."""

    booking: bool
    double_booking_refused: bool
    contact_hidden_before: bool
    calendar_feed: bool


def book_a_lecturer(secretary: Client, lecturer: Client, outcome: Reached) -> None:
    """Walk from the search to both calendars and note what was reached.

    Raises SmokeError at the first page that a person could not go on from.
    """
    person = find_lecturer(secretary, lecturer)
    start = free_evening(secretary, person)
    path = ask(secretary, person, start)
    before = [told(client, path) for client in (secretary, lecturer)]
    outcome.contact_hidden_before = not any(contacts(booking) for booking in before)
    if path not in lecturer.get("/my/schedule/").text:
        raise SmokeError("The request does not stand in the lecturer's schedule.")
    lecturer.submit(lecturer.get(path), f"{path}accept/")
    after = [told(client, path) for client in (secretary, lecturer)]
    outcome.booking = all(booking["state"] == "accepted" and len(contacts(booking)) == 2 for booking in after)  # noqa: PLR2004  # both sides
    outcome.double_booking_refused = is_refused_with_others(secretary, after[0])
    outcome.calendar_feed = all(
        stands_in_calendar(client, page, after[0]["id"])
        for client, page in ((secretary, "/workbench/bookings/"), (lecturer, "/my/schedule/"))
    )


def find_lecturer(secretary: Client, lecturer: Client) -> str:
    """Return the number of the demonstration's lecturer, who must be found by a word of the menu."""
    own = re.search(r"/lecturers/(\d+)/", lecturer.get("/my/schedule/").text)
    if own is None:
        raise SmokeError("The lecturer's schedule does not lead to the own page.")
    found = secretary.json("GET", "/api/v1/search?" + urlencode({"q": WORDS, "kind": "lecturer"}))
    if own.group(1) not in {str(item["id"]) for item in found["items"]}:
        raise SmokeError(f"{WORDS} does not find the lecturer: {found}")
    return own.group(1)


def free_evening(secretary: Client, person: str) -> str:
    """Return a free beginning, an evening if there is one, a Thursday best of all."""
    span = {"from": date.today().isoformat(), "to": (date.today() + REACH).isoformat(), "minutes": MINUTES}  # noqa: DTZ011  # days of the address only
    slots = secretary.json("GET", f"/api/v1/lecturers/{person}/slots?{urlencode(span)}")["slots"]
    if not slots:
        raise SmokeError("The lecturer has no free time.")

    def wish(slot: dict[str, str]) -> tuple[bool, bool, str]:
        at = datetime.fromisoformat(slot["start"])
        return at.hour < EVENING, at.weekday() != 3, slot["start"]  # noqa: PLR2004  # Thursday

    return str(min(slots, key=wish)["start"])


def ask(secretary: Client, person: str, start: str) -> str:
    """Go through the three steps and return the path of the request."""
    address = f"/bookings/new/{person}/"
    if address not in secretary.get(f"/lecturers/{person}/").text:
        raise SmokeError("The lecturer's page has no way to ask.")
    offer = re.search(r'name="offer" value="(\d+)"', secretary.get(address).text)
    chosen = {"offer": offer.group(1) if offer else "", "topic": "冒烟检查", "mode": "onsite"}
    secretary.get(f"{address}?{urlencode({**chosen, 'step': 2})}")
    last = secretary.get(f"{address}?{urlencode({**chosen, 'step': 3})}&start={quote(start)}")
    sent = secretary.submit(last, address, place="清水街社区活动室", heads=32)
    if not re.fullmatch(r"/bookings/[0-9a-f-]{36}/", sent.path):
        raise SmokeError(f"Asking led to {sent.url}")
    return sent.path


def told(client: Client, path: str) -> dict[str, Any]:
    """Return the booking as the API tells it."""
    found: dict[str, Any] = client.json("GET", f"/api/v1/bookings/{path.split('/')[2]}")
    return found


def contacts(booking: dict[str, Any]) -> list[dict[str, str]]:
    """Return the contacts that are shown."""
    return [booking[side] for side in ("lecturer_contact", "requester_contact") if booking[side] is not None]


def is_refused_with_others(secretary: Client, booking: dict[str, Any]) -> bool:
    """Ask for hours that overlap the agreed ones and return whether three others come back."""
    half = timedelta(minutes=30)
    body = {
        "lecturer": booking["lecturer"]["id"],
        "start": (datetime.fromisoformat(booking["start"]) + half).isoformat(),
        "end": (datetime.fromisoformat(booking["end"]) + half).isoformat(),
        "organisation": booking["organisation"]["id"],
        **{name: booking[name] for name in ("mode", "topic", "place", "heads", "note")},
    }
    headers = {
        "Content-Type": "application/json",
        "X-CSRFToken": secretary.csrf_token(),
        "Idempotency-Key": uuid.uuid4().hex,
    }
    answer = secretary.request("POST", "/api/v1/bookings", body=json.dumps(body).encode(), headers=headers)
    refused = json.loads(answer.text)
    return answer.status == CONFLICT and refused["code"] == "slot_taken" and len(refused["alternatives"]) == 3  # noqa: PLR2004  # as promised


def stands_in_calendar(client: Client, page: str, booking: str) -> bool:
    """Make the person's calendar address on the page and return whether the lesson stands in it, and 304 follows."""
    shown = client.submit(client.get(page), "/my/calendar/").text
    address = re.search(r'value="(http[^"]+/calendar/[^"]+\.ics)"', shown)
    if address is None:
        raise SmokeError(f"{page} shows no address of a calendar.")
    path = urlsplit(address.group(1)).path
    calendar = client.get(path)
    tag = calendar.headers.get("ETag", "")
    again = client.request("GET", path, headers={"If-None-Match": tag})
    return f"UID:{booking}@" in calendar.text and again.status == UNCHANGED
