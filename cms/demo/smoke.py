"""The story over HTTP: filmed, checked, published, found, watched, answered, recorded, booked, curated.

Everything goes through the site's own pages and API, with the real worker converting a real clip.
"""

import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cms.demo.accounts import ACCOUNTS, DemoAccount, current_code
from cms.demo.client import Client, Page, SmokeError
from cms.demo.smoke_booking import book_a_lecturer
from cms.demo.smoke_content import Desk, curate
from media_pipeline.samples import make_sample

TITLE = "冒烟检查：井口的第一盏灯"
CLIP_S = 8.0
PATIENCE_S = 90
CAPTIONS = "WEBVTT\n\n00:00.500 --> 00:03.000\n井口的第一盏灯，下井前先看它。\n\n00:03.200 --> 00:07.500\n灯亮三下，才能下去。\n"
RIGHT_OPTION = "先看井口的灯"


@dataclass
class Outcome:
    """What the last line says; seconds count from the first byte of the upload."""

    upload_s: float | None = None
    first_play_s: float | None = None
    ready_s: float | None = None
    published: bool = False
    search_found: bool = False
    question_passed: bool = False
    recorded: bool = False
    booking: bool = False
    double_booking_refused: bool = False
    contact_hidden_before: bool = False
    calendar_feed: bool = False
    course_found: bool = False
    guide_found: bool = False
    route_found: bool = False
    # From the reviewer's yes until the page is found and opened, the slowest of the three.
    found_s: float | None = None


@dataclass
class Story:
    """The site's address, what was reached so far, and the times of the steps."""

    base_url: str
    outcome: Outcome = field(default_factory=Outcome)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Print a step with its time."""
        started = time.monotonic()
        yield
        sys.stderr.write(f"  {name}: {time.monotonic() - started:.1f} s\n")
        sys.stderr.flush()


def account(role: str) -> DemoAccount:
    """Return the role account."""
    return next(one for one in ACCOUNTS if one.role == role)


def sign_in(story: Story, role: str) -> Client:
    """Sign in with password, and with the second factor where the role has one.

    Raises SmokeError when the site does not let the person in.
    """
    person = account(role)
    client = Client(story.base_url)
    page = client.submit(
        client.get("/accounts/login/"), "/accounts/login/", login=person.username, password=person.password
    )
    if person.needs_second_factor:
        page = client.submit(page, "/accounts/2fa/authenticate/", code=current_code(person))
    if page.path.startswith("/accounts/"):
        raise SmokeError(f"{person.username} was not let in: {page.url}")
    return client


def run_story(base_url: str) -> Outcome:
    """Walk through the whole story and return what was reached.

    Raises SmokeError at the first page that a person could not go on from.
    """
    story = Story(base_url)
    member = sign_in(story, "member")
    lesson = film_and_hand_in(story, member)
    # Signed in once: a code of the second factor counts a single time.
    secretary = sign_in(story, "secretary")
    with story.step("branch passes it on"):
        approve_from_workbench(secretary)
    editor = sign_in(story, "editor")
    with story.step("editor publishes it"):
        approve_from_workbench(editor)
    reader = sign_in(story, "member2")
    with story.step("another member finds it"):
        story.outcome.search_found = wait_for(lambda: find(reader, "井口", lesson))
        story.outcome.published = reader.get(f"/lessons/{lesson}/").status == 200  # noqa: PLR2004  # HTTP
    with story.step("watches and answers"):
        watch(reader, lesson)
        story.outcome.question_passed = answer_question(reader, lesson)
    with story.step("own record"):
        story.outcome.recorded = wait_for(lambda: TITLE in reader.get("/me/record/").text)
    with story.step("a lecturer booked"):
        book_a_lecturer(secretary, sign_in(story, "lecturer"), story.outcome)
    curate(Desk(editor, sign_in(story, "reviewer"), reader, story.step, wait_for), lesson, story.outcome)
    return story.outcome


def film_and_hand_in(story: Story, member: Client) -> str:
    """Upload a clip, fill in the lesson, wait until it is ready, hand it in; return the lesson's number."""
    with tempfile.TemporaryDirectory() as folder, story.step("clip filmed"):
        clip = make_sample(Path(folder) / "clip.mp4", title="井口的第一盏灯", seconds=CLIP_S, seed=4, phone=True)
        content = clip.read_bytes()
    started = time.monotonic()
    with story.step("uploaded"):
        upload = member.upload(content, filename="VID_0001.mp4", title=TITLE)
        story.outcome.upload_s = since(started)
    page = member.get("/upload/")
    page = member.submit(page, "/upload/", **details(upload.rstrip("/").rsplit("/", 1)[-1]))
    lesson = page.path.split("/")[2]
    with story.step("playable"):
        wait_for(lambda: state_of(member, upload) in {"playable", "ready"})
        story.outcome.first_play_s = since(started)
    with story.step("captions, question, consent"):
        fill_in(member, lesson)
    with story.step("all sizes ready"):
        wait_for(lambda: state_of(member, upload) == "ready")
        story.outcome.ready_s = since(started)
    page = member.submit(member.get(f"/lessons/{lesson}/submit/"), f"/lessons/{lesson}/submit/")
    if page.path != "/lessons/mine/":
        raise SmokeError(f"Handing in led to {page.url}")
    return lesson


def details(upload: str) -> dict[str, Any]:
    """Return what the author types first."""
    return {
        "upload": upload,
        "title": TITLE,
        "digest": "下井前先看井口的灯。\n灯亮三下才能下去。\n灯不亮，报告调度。",
        "show": "每班第一个到井口。",
        "do": "数灯亮几下。",
        "realize": "一盏灯，管一班人。",
    }


def fill_in(member: Client, lesson: str) -> None:
    """Add captions from a file, one question and the consent."""
    path = f"/lessons/{lesson}/captions/"
    member.submit(member.get(path), path, file=CAPTIONS.encode(), button=("stay", "1"))
    path = f"/lessons/{lesson}/questions/"
    question = {
        "q-0-kind": "single",
        "q-0-stem": "下井前第一步做什么？",
        "q-0-option_1": RIGHT_OPTION,
        "q-0-option_2": "先换班",
        "q-0-right": "1",
        "q-0-explanation": "灯说明通风正常。",
    }
    member.submit(member.get(path), path, button=("stay", "1"), **question)
    path = f"/lessons/{lesson}/consent/"
    consent = {"people": "nobody", "minors": "none", "no_secrets": "on", "rights_clear": "on"}
    member.submit(member.get(path), path, button=("stay", "1"), **consent)


def state_of(client: Client, upload: str) -> str:
    """Return the upload's state as the API tells it.

    Raises SmokeError when the conversion failed.
    """
    told = client.json("GET", upload)
    if told["state"] in {"failed", "cancelled"}:
        raise SmokeError(f"The video did not become ready: {told}")
    return str(told["state"])


def approve_from_workbench(client: Client) -> None:
    """Open the first lesson that waits and approve it.

    Raises SmokeError when nothing waits.
    """
    inbox = client.get("/workbench/")
    start = inbox.text.find("/workbench/review/")
    if start < 0:
        raise SmokeError("Nothing waits in the workbench.")
    path = inbox.text[start:].split('"', 1)[0]
    client.submit(client.get(path), path, decision="approve", checklist=["small", "real"], comment="")


def find(client: Client, words: str, lesson: str) -> bool:
    """Return whether two characters find the lesson."""
    told = client.json("GET", "/api/v1/search?" + urlencode({"q": words}))
    return any(item["kind"] == "lesson" and str(item["id"]) == lesson for item in told["items"])


def watch(client: Client, lesson: str) -> None:
    """Play the lesson to its end: the server's clock must agree that the time has passed."""
    page = client.get(f"/lessons/{lesson}/")
    address = attribute(page, "data-beat-url")
    time.sleep(CLIP_S / 2)
    client.json("POST", address, {"seq": 1, "segments": [[0, CLIP_S / 2]], "rate": 1, "visible": True})
    time.sleep(CLIP_S / 2)
    client.json("POST", address, {"seq": 2, "segments": [[CLIP_S / 2, CLIP_S]], "rate": 1, "visible": True})


def answer_question(client: Client, lesson: str) -> bool:
    """Answer the lesson's question by the API and return whether it passed."""
    page = client.get(f"/lessons/{lesson}/")
    quiz = page.form("/quizzes/").action.split("/quizzes/")[1].split("/")[0]
    paper = client.json("POST", f"/api/v1/quizzes/{quiz}/attempts")
    question = paper["questions"][0]
    right = next(option["value"] for option in question["options"] if option["label"] == RIGHT_OPTION)
    address = f"/api/v1/attempts/{paper['attempt']}"
    client.json("PUT", f"{address}/answers/{question['id']}", {"seq": 1, "answer": [right]})
    result = client.json("POST", f"{address}/submit", {"uuid": str(uuid.uuid4())})
    return bool(result["passed"])


def attribute(page: Page, name: str) -> str:
    """Return the value of the first attribute of this name.

    Raises SmokeError when the page has none.
    """
    _before, found, rest = page.text.partition(f'{name}="')
    if not found:
        raise SmokeError(f"{page.url} has no {name}.")
    return rest.split('"', 1)[0]


def since(started: float) -> float:
    """Return seconds since an instant, to a hundredth."""
    return round(time.monotonic() - started, 2)


def wait_for(reached: Callable[[], bool]) -> bool:
    """Ask until it is so.

    Raises SmokeError after PATIENCE_S.
    """
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if reached():
            return True
        time.sleep(0.25)
    raise SmokeError(f"Waited {PATIENCE_S} s in vain.")
