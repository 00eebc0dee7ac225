"""Lists of pages where the cache is a table, as it is unless an operator names another: asking it is asking the database.

The other tests keep the cache in memory, where a question to it for each card would not be counted.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.core.clock import today
from cms.courses.models import CourseItem, CoursePage
from cms.courses.services.duties import assign_course
from cms.library.models import ContentPage, ReadingListEntry
from cms.settings import base
from tests.factories.courses import course_draft, make_course, make_series, make_track, published
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage, make_stage
from tests.factories.library import make_announcement, make_reading_list, make_resource
from tests.factories.venues import VenueFactory

pytestmark = pytest.mark.django_db
LISTS = ["/", "/courses/", "/routes/", "/library/", "/announcements/", "/workbench/courses/"]


@pytest.fixture(autouse=True)
def cache_in_database(settings: Any) -> Iterator[None]:
    settings.CACHES = base.CACHES
    call_command("createcachetable", verbosity=0)
    yield
    cache.clear()


def add_pages(stage: Stage) -> list[ContentPage]:
    """Add a page to each list, and return those that courses may hold."""
    course = make_course(stage)
    make_series(stage, course)
    make_track(stage, course)
    resource = published(stage, make_resource(stage.editor, stage.committee))
    entries = [ReadingListEntry(target=resource)]
    published(stage, make_reading_list(stage.editor, stage.committee, entries=entries))
    published(stage, make_announcement(stage.editor, stage.committee))
    make_published_route(stage.committee, VenueFactory())
    assign_course(course, stage.branch, until=today(), actor=stage.secretary)
    return [course, resource]


def make_whole(stage: Stage, pages: list[ContentPage]) -> CoursePage:
    """Return a course that leads to the pages, and after those that are courses."""
    needs = tuple(page for page in pages if isinstance(page, CoursePage))
    draft = course_draft(stage, needs=needs, items=[CourseItem(page=page) for page in pages], title="都在里面")
    return published(stage, draft)


def count_queries(client: Client, addresses: list[str]) -> list[int]:
    """Return how many queries each address takes when it is asked for the second time."""
    counted = []
    for address in addresses:
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200, address
        counted.append(len(queries))
    return counted


@pytest.mark.long
def test_three_cards_ask_the_cache_as_often_as_one() -> None:
    stage, client = make_stage(), Client()
    client.force_login(stage.secretary)
    pages = add_pages(stage)
    short = make_whole(stage, pages)
    one = count_queries(client, [*LISTS, short.url])
    for _turn in range(2):
        pages += add_pages(stage)
    long = make_whole(stage, pages)
    three = count_queries(client, [*LISTS, long.url])

    assert dict(zip(LISTS, three, strict=False)) == dict(zip(LISTS, one, strict=False))
    assert three[-1] == one[-1]
