"""A label that has another name, or is gone, is another word in everything that is found by it."""

from collections.abc import Iterator

import pytest

from cms.courses.models import CoursePage
from cms.courses.search_documents import course_document
from cms.lecturers.models import Lecturer
from cms.lecturers.services import add_offer
from cms.lessons.models import MicroLesson
from cms.library.models import ContentPage
from cms.organisations.enums import Role
from cms.taxonomy.models import Audience, Label, TeachingMethod, Topic
from cms.venues.models import Venue
from search.models import OutboxEntry
from tests.factories.courses import make_course, make_guide
from tests.factories.itineraries import make_published_route
from tests.factories.lecturers import LecturerFactory
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.library import make_editor, make_resource, publish_page
from tests.factories.taxonomy import AudienceFactory, TeachingMethodFactory, TopicFactory
from tests.factories.venues import RegionFactory, VenueFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
Bearer = MicroLesson | ContentPage | Lecturer | Venue


stage = standing_scene(make_stage)


@pytest.fixture
def bearers(stage: Stage) -> dict[str, Bearer]:
    """Return something of each kind that is found."""
    keeper, reviewer = make_editor(stage.committee), make_editor(stage.committee, Role.REVIEWER)
    return {
        "course": make_course(stage),
        "guide": make_guide(stage),
        "lecturer": LecturerFactory(),
        "lesson": make_published(stage),
        "resource": publish_page(make_resource(keeper, stage.committee), reviewer),
        "site": VenueFactory(),
    }


def told() -> list[str]:
    return sorted(OutboxEntry.objects.values_list("kind", flat=True))


def changes_of(label: Label) -> Iterator[list[str]]:
    """Yield whom search is told about when the label has another name, another slug, another place, and goes."""
    for field, value in (("name", "改了名"), ("slug", "changed"), ("order", 7)):
        OutboxEntry.objects.all().delete()
        setattr(label, field, value)
        label.save()
        yield told()
    OutboxEntry.objects.all().delete()
    label.delete()
    yield told()


@pytest.mark.long
def test_what_bears_a_topic_follows_its_name_its_slug_and_its_end(bearers: dict[str, Bearer]) -> None:
    topic: Topic = TopicFactory()
    for bearer in bearers.values():
        bearer.topics.add(topic)
        bearer.save()
    every = sorted(bearers)
    assert list(changes_of(topic)) == [every, every, [], every]


@pytest.mark.long
def test_what_bears_an_audience_follows_it(bearers: dict[str, Bearer]) -> None:
    audience: Audience = AudienceFactory()
    some = ["course", "guide", "lesson", "resource"]
    for kind in some:
        bearers[kind].audiences.add(audience)
        bearers[kind].save()
    assert list(changes_of(audience)) == [some, some, [], some]


@pytest.mark.long
def test_what_is_taught_in_a_way_follows_it(bearers: dict[str, Bearer]) -> None:
    method: TeachingMethod = TeachingMethodFactory()
    course, lecturer = bearers["course"], bearers["lecturer"]
    assert isinstance(course, CoursePage)
    assert isinstance(lecturer, Lecturer)
    course.methods.add(method)
    course.save()
    add_offer(lecturer, "下井前", minutes=45, methods=[method], actor=None)
    method.name = "现场示范"
    method.save()
    found = course_document(str(course.pk))
    assert found is not None
    assert found.tags == ("现场示范",)
    assert list(changes_of(method)) == [["course", "lecturer"], ["course", "lecturer"], [], ["course", "lecturer"]]


def test_places_and_routes_in_a_region_follow_its_name(stage: Stage) -> None:
    region = RegionFactory()
    venue = VenueFactory(region=region)
    route = make_published_route(stage.committee, venue)
    OutboxEntry.objects.all().delete()
    region.name = "新县"
    region.save()
    assert set(OutboxEntry.objects.values_list("kind", "object_id")) == {
        ("site", str(venue.pk)),
        ("itinerary", str(route.pk)),
    }


@pytest.mark.long
def test_what_names_a_place_freely_follows_the_region_of_that_name(bearers: dict[str, Bearer]) -> None:
    ContentPage.objects.filter(pk=bearers["resource"].pk).update(place="旧县")
    Lecturer.objects.filter(pk=bearers["lecturer"].pk).update(region="新县")
    OutboxEntry.objects.all().delete()
    region = RegionFactory(name="旧县")
    made = told()
    OutboxEntry.objects.all().delete()
    region.name = "新县"
    region.save()
    assert (made, told()) == (["resource"], ["lecturer", "resource"])
