"""The chips of the search page in the reader's language."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.taxonomy.models import Topic
from search.engines.answering import Catch
from search.engines.embedded.searching import EmbeddedRecall
from tests.factories.courses import make_course
from tests.factories.itineraries import make_published_route
from tests.factories.lecturers import LecturerFactory
from tests.factories.lessons import make_published, make_stage
from tests.factories.taxonomy import TopicFactory
from tests.factories.venues import RegionFactory, VenueFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def english() -> Client:
    """Somebody who reads English."""
    reader = Client()
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return reader


def labels_of(page: Any, name: str) -> list[str]:
    return sorted(chip.label for row in page.context["facets"] if row["name"] == name for chip in row["choices"])


@pytest.fixture
def topics() -> list[Topic]:
    """Two topics with an English name and one without, each of a lesson that is found."""
    stage = make_stage()
    made: list[Topic] = [
        TopicFactory(name=name, name_en=english) for name, english in (("安全", "Safety"), ("党史", "History"))
    ]
    made.append(TopicFactory(name="农技"))
    for topic in made:
        lesson = make_published(stage, title=f"讲{topic.name}")
        lesson.topics.add(topic)
        lesson.save()
    call_command("search_rebuild")
    return made


@pytest.mark.long
def test_chips_are_said_in_the_language_of_the_reader(client: Client, english: Client, topics: list[Topic]) -> None:
    assert labels_of(english.get("/search/", {"q": "讲"}), "topic") == ["History", "Safety", "农技"]
    assert labels_of(client.get("/search/", {"q": "讲"}), "topic") == ["党史", "农技", "安全"]


@pytest.mark.long
def test_the_api_says_labels_in_the_language_of_the_caller(english: Client, topics: list[Topic]) -> None:
    answer = english.get("/api/v1/search", {"q": "讲", "facets": "topic,kind"}).json()

    assert sorted(value["label"] for value in answer["facets"]["topic"]) == ["History", "Safety", "农技"]


@pytest.mark.long
def test_chips_take_one_query_for_a_field_however_many_there_are(english: Client, topics: list[Topic]) -> None:
    def asked_for(**query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            english.get("/search/", query)
        return sum("taxonomy_topic" in row["sql"] and "slug" in row["sql"] and " IN " in row["sql"] for row in queries)

    english.get("/search/", {"q": "讲"})
    assert (asked_for(q="讲"), asked_for(q="讲安全")) == (1, 1)


@pytest.mark.long
def test_one_place_has_one_chip_for_all_kinds_however_it_was_written(client: Client) -> None:
    stage, region = make_stage(), RegionFactory(name="云岭", slug="yunling")
    VenueFactory(region=region, name="云岭旧址")
    LecturerFactory(name="云岭讲师", region="云岭")
    LecturerFactory(name="云岭外的讲师", region="别处,三队")
    make_course(stage, title="云岭课程", place="云岭")
    make_published_route(stage.committee, VenueFactory(name="云岭渡口"), title="云岭路线", place="云岭")
    call_command("search_rebuild")

    def asked(**query: str) -> Any:
        return client.get("/api/v1/search", {"q": "云岭", "facets": "region", **query}).json()

    values = [(value["value"], value["label"], value["count"]) for value in asked()["facets"]["region"]]
    assert values == [("yunling", "云岭", 4), ("别处，三队", "别处,三队", 1)]
    found = [sorted(hit["kind"] for hit in asked(region=region)["items"]) for region in ("yunling", "云岭")]
    assert found == [["course", "itinerary", "lecturer", "site"]] * 2
    assert [hit["title"] for hit in asked(region="别处，三队")["items"]] == ["云岭外的讲师"]
    empty = client.get("/search/", {"q": "云岭课程", "region": "nowhere"})
    assert [way["label"] for way in empty.context["wider"]] == ["去掉筛选“地区”"]


@pytest.mark.parametrize("region", ["\0", ",", "，" * 300, "x" * 4000])
def test_any_region_is_an_answer(client: Client, region: str) -> None:
    assert client.get("/search/", {"region": region}).status_code == 200


def test_what_was_looked_for_too_is_said_with_a_way_back_to_the_words_as_typed(client: Client) -> None:
    make_published(make_stage(), title="支部委员会怎么开")
    call_command("search_rebuild")

    page = client.get("/search/", {"q": "支委会", "kind": "lesson", "page": "1"})

    assert [row["title"] for group in page.context["groups"] for row in group["hits"]] == ["支部委员会怎么开"]
    assert "也找了相近的说法：支部委员会。" in page.text
    assert page.context["as_typed_url"] == "/search/?q=%E6%94%AF%E5%A7%94%E4%BC%9A&kind=lesson&exact=1"
    assert page.context["as_typed_url"].replace("&", "&amp;") in page.text
    as_typed = client.get(page.context["as_typed_url"])
    assert (as_typed.context["as_typed_url"], as_typed.context["result"].total) == ("", 0)
    assert "也找了相近的说法" not in as_typed.text


def test_what_was_meant_is_asked_with_the_same_kind_topic_and_order(client: Client) -> None:
    make_published(make_stage(), title="井冈山的清晨")
    call_command("search_rebuild")

    page = client.get("/search/", {"q": "井岗山", "kind": "lesson", "sort": "newest", "exact": "1", "page": "1"})

    assert page.context["suggestion_url"] == f"/search/?{urlencode({'q': '井冈山'})}&kind=lesson&sort=newest&exact=1"
    assert page.context["suggestion_url"].replace("&", "&amp;") in page.text
    assert client.get(page.context["suggestion_url"]).context["result"].total == 1
    assert client.get("/search/", {"q": "天气"}).context["suggestion_url"] == ""


def test_a_page_of_typed_nonsense_looks_at_the_index_a_few_times(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    catch = EmbeddedRecall.catch

    def counted(*args: Any) -> Catch:
        looks.append(args)
        return catch(*args)

    monkeypatch.setattr(EmbeddedRecall, "catch", counted)

    page = client.get("/search/", {"q": " ".join(f"井{chr(0x4E00 + number)}山" for number in range(50))})

    assert (page.status_code, page.context["result"].total) == (200, 0)
    # The question, and without each of the first six words.
    assert len(looks) == 7
