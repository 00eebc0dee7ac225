"""How soon after the last yes a visitor finds what was published, of every kind; how long the best order takes."""

import time
from collections.abc import Callable, Iterator

import pytest
from django.core.management import call_command
from django.test import Client

from cms.accounts.models import User
from cms.itineraries.order import MOST_STOPS, Call, best_order
from cms.lecturers.services import show_lecturer
from cms.lessons.models import MicroLesson
from cms.library.models import ContentPage
from cms.review.services import approve, submit
from cms.venues.hours import Span
from cms.venues.models import Venue
from cms.venues.services import begin_venue
from search.outbox import sources
from tests.benchmarks.figures import Figures
from tests.factories.courses import course_draft, guide_draft
from tests.factories.itineraries import make_route
from tests.factories.lecturers import LecturerFactory
from tests.factories.lessons import Stage, make_stage, make_submitted
from tests.factories.library import make_announcement, make_editor, make_resource
from tests.factories.venues import VenueFactory

pytestmark = [pytest.mark.wide, pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]
GOAL_S = 1
ORDER_GOAL_S = 0.5
PATIENCE_S = 10
# Authors are found by what they published, with the lesson.
WITH_LESSON = {"author"}

Publish = Callable[[], object]


def test_everything_published_is_found_by_two_characters_within_a_second(figures: Figures) -> None:
    # The index of this process may have read further than an emptied database has written.
    call_command("search_rebuild")
    stage, rounds = make_stage(), 20 if figures.full_size else 1
    slowest: dict[str, float] = {}
    for turn in range(rounds):
        for kind, title, publish in drafts(stage, turn):
            slowest[kind] = max(slowest.get(kind, 0), seconds_until_found(kind, title, publish))
    for kind, seconds in slowest.items():
        figures.at_most(GOAL_S, f"{kind}: from the last yes until it is found, slowest of {rounds}", seconds, "s")
    assert set(slowest) == set(sources()) - WITH_LESSON


def test_twelve_stops_are_put_in_the_best_order_while_one_waits(figures: Figures) -> None:
    # Nothing is shut, so that no set of stops can be left out of the reckoning.
    calls = [Call(30 + place, (Span(0, 10**5, 10**5),)) for place in range(MOST_STOPS)]
    ways = [[(i * 17 + j * 29) % 50 + 5 for j in range(MOST_STOPS)] for i in range(MOST_STOPS)]
    slowest = 0.0
    for _turn in range(5 if figures.full_size else 1):
        started = time.monotonic()
        best_order(calls, ways, starts=540)
        slowest = max(slowest, time.monotonic() - started)
    figures.at_most(ORDER_GOAL_S, f"best order of {MOST_STOPS} stops, slowest", slowest, "s")


def drafts(stage: Stage, turn: int) -> Iterator[tuple[str, str, Publish]]:
    """Yield each kind's name, the title of a new thing of it, and what publishes that thing."""
    town, keeper, title = stage.committee, make_editor(stage.committee), f"雪后巡线{turn}"
    lesson = make_submitted(stage, title=title)
    approve(lesson, actor=stage.secretary)
    yield "lesson", title, lambda: approve(MicroLesson.objects.get(pk=lesson.pk), actor=stage.editor)
    for kind, page in (
        ("resource", make_resource(keeper, town, title=title)),
        ("announcement", make_announcement(keeper, town, title=title)),
        ("course", course_draft(stage, title=title)),
        ("guide", guide_draft(stage, title=title)),
        ("itinerary", make_route(town, VenueFactory(organisation=town), title=title)),
    ):
        yield kind, title, last_yes(page, page.owner, stage)
    place = begin_venue(VenueFactory.build(organisation=town, name=title), actor=keeper)
    yield "site", title, last_yes(place, keeper, stage)
    person = LecturerFactory(organisation=town, name=title, live=False)
    yield "lecturer", title, lambda: show_lecturer(person, actor=stage.editor)


def last_yes(thing: ContentPage | Venue, author: User, stage: Stage) -> Publish:
    """Hand a page or a place in and return what approves it."""
    submit(thing, actor=author)
    reviewer = make_editor(stage.committee)
    return lambda: approve(type(thing).objects.get(pk=thing.pk), actor=reviewer)


def seconds_until_found(kind: str, title: str, publish: Publish) -> float:
    """Publish, ask as a visitor until the title is there, and return how long that took."""
    client, started = Client(), time.monotonic()
    publish()
    while time.monotonic() < started + PATIENCE_S:
        found = client.get("/api/v1/search", {"q": title[:2], "kind": kind, "sort": "newest"}).json()
        if title in {item["title"] for item in found["items"]}:
            return time.monotonic() - started
        time.sleep(0.02)
    pytest.fail(f"{kind} {title} is not found after {PATIENCE_S} s.")
