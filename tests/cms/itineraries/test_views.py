"""A route's page for a chosen day, its exports, and recording that a branch went."""

import json
import re
from datetime import date, time, timedelta
from io import BytesIO
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from icalendar import Calendar
from pypdf import PdfReader

from cms.core.clock import today
from cms.core.ratelimit import count_request
from cms.itineraries import plans
from cms.itineraries.models import ItineraryPage
from cms.itineraries.order import Order, best_order
from cms.itineraries.search_documents import route_document, route_keys
from cms.taxonomy.enums import Visibility
from cms.venues.models import Venue, VenueException, VenueHours
from search.models import OutboxEntry
from tests.factories.itineraries import make_published_route, make_route
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.library import BODY
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import RegionFactory, ferry, school
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY = "2030-05-06", "2030-05-07"


stage = standing_scene(make_stage)


def words(client: Client, address: str) -> str:
    """Return what the page says, without markup."""
    shown = client.get(address).content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


@pytest.mark.long
def test_the_plan_has_times_ways_and_the_lesson_of_each_stop(client: Client, stage: Stage) -> None:
    lesson = make_published(stage)
    route = make_published_route(
        stage.committee,
        ferry(),
        school(),
        stops=[{"lesson": lesson, "way_minutes": 20, "transport": "drive"}, {"discussion": "怎么过河"}],
        meeting_point="县政府东门",
        first_way_minutes=30,
    )
    said = words(client, f"{route.url}?on={TUESDAY}")

    assert "08:30 县政府东门集合 乘车 30 分钟" in said
    assert "09:00 60 分钟 1 清水河渡口旧址 开放 09:00–17:00" in said
    assert str(lesson) in said
    assert "乘车 20 分钟，约 9.2 公里 10:20 60 分钟 2 老石桥夜校" in said
    assert "怎么过河" in said
    assert "2 站 约 2 小时 50 分" in said


@pytest.mark.long
def test_a_closed_day_is_named_with_another_day_and_with_leaving_the_stop_out(client: Client, stage: Stage) -> None:
    route = make_published_route(stage.committee, school(), ferry(), stops=[{"way_minutes": 30}, {}])
    said = words(client, f"{route.url}?on={MONDAY}")
    shown = client.get(f"{route.url}?on={MONDAY}").content.decode()

    assert "2030年5月6日 周一，第 2 站闭馆 清水河渡口旧址：闭馆，2030年5月7日 周二 开放。" in said
    assert "改到 2030年5月7日 周二" in said
    assert f'href="?on={TUESDAY}"' in shown
    assert f'href="?on={MONDAY}&amp;skip=2"' in shown
    skipped = words(client, f"{route.url}?on={MONDAY}&skip=2")
    assert "清水河渡口旧址" not in skipped
    assert "恢复原来的安排" in skipped


@pytest.mark.long
def test_another_order_is_offered_when_it_is_quicker_and_shown_when_asked_for(client: Client, stage: Stage) -> None:
    early = ferry(hours="09:00-10:30", closed_weekdays=[])
    stops = [{"stay_minutes": 90}, {"stay_minutes": 60}]
    route = make_published_route(stage.committee, school(), early, stops=stops)

    assert "按 2 → 1 的顺序走，到的时候每一站都开放。" in words(client, f"{route.url}?on={TUESDAY}")
    turned = words(client, f"{route.url}?on={TUESDAY}&order=2,1")
    assert turned.index("2 清水河渡口旧址") < turned.index("1 老石桥夜校")
    assert "闭馆" not in turned


@pytest.mark.long
def test_the_planned_day_opens_the_page_while_it_is_to_come(client: Client, stage: Stage) -> None:
    ahead = make_published_route(stage.committee, ferry(), planned_on=date(2030, 5, 6))
    over = make_published_route(stage.committee, ferry(), planned_on=date(2020, 5, 6), title="走过的线")

    assert "2030年5月6日 周一，第 1 站闭馆" in words(client, ahead.url)
    assert f"{(today() + timedelta(days=1)).day}日" in words(client, over.url)


@pytest.mark.parametrize(
    "query",
    [
        {"on": "x"},
        {"on": "99999-01-01"},
        {"on": TUESDAY, "heads": "0"},
        {"on": TUESDAY, "heads": "9" * 40},
        {"on": TUESDAY, "skip": "1,x"},
        {"on": TUESDAY, "order": "1," * 300},
        {"on": TUESDAY, "skip": "a\x00b"},
    ],
)
@pytest.mark.long
def test_odd_questions_get_a_sentence(client: Client, stage: Stage, query: dict[str, str]) -> None:
    route = make_published_route(stage.committee, ferry())

    assert client.get(route.url, query).status_code == 400
    assert client.get(f"/itineraries/{route.pk}/route.gpx", query).status_code == 404


@pytest.mark.long
def test_numbers_of_stops_that_there_are_not_change_nothing(client: Client, stage: Stage) -> None:
    route = make_published_route(stage.committee, ferry())

    assert client.get(f"{route.url}?on={TUESDAY}&skip=77&order=88,99").status_code == 200
    assert client.get(f"{route.url}?on={TUESDAY}&skip=1").status_code == 200


@pytest.mark.long
def test_a_place_that_is_not_open_to_the_reader_is_not_named(client: Client, stage: Stage) -> None:
    inner = school(visibility=Visibility.ORGANISATION, visible_organisation=stage.branch, name="内部展室")
    route = make_published_route(stage.committee, ferry(), inner)
    exports = [f"/itineraries/{route.pk}/route.gpx", f"/itineraries/{route.pk}/day-1.ics"]

    assert "内部展室" not in client.get(route.url).content.decode()
    assert [b"\xe5\x86\x85\xe9\x83\xa8" in client.get(address).content for address in exports] == [False, False]
    document = route_document(str(route.pk))
    assert document is not None
    assert "内部展室" not in document.body
    client.force_login(stage.author)
    assert "内部展室" in client.get(route.url).content.decode()


def hidden_school(stage: Stage, **values: Any) -> Venue:
    """Return a place of one branch with everything that a plan could tell about it; on that Tuesday it is closed."""
    told = {"always_open": False, "hours": "09:10-16:50", "capacity": 7, "notice_days": 3, "access_note": "请走侧门"}
    inner = {"visibility": Visibility.ORGANISATION, "visible_organisation": stage.branch, "name": "内部展室"}
    made = school(**(told | inner | values))
    VenueException.objects.create(venue=made, first=date(2030, 5, 7), last=date(2030, 5, 9), reason="修屋顶")
    return made


def pdf_words(client: Client, address: str) -> str:
    pages = PdfReader(BytesIO(client.get(address).content)).pages
    return "".join(page.extract_text() for page in pages).replace("\n", "")


def calendar_words(client: Client, address: str) -> str:
    events = Calendar.from_ical(client.get(address).content).walk("VEVENT")
    return "\n".join(f"{event['summary']} {event['description']}" for event in events)


def all_words(client: Client, route: ItineraryPage, query: str) -> list[str]:
    """Return what page, calendar, booklet, GPX and the search's answer say about the plan."""
    exports = f"/itineraries/{route.pk}"
    return [
        client.get(f"{route.url}{query}").content.decode(),
        calendar_words(client, f"{exports}/day-1.ics{query}"),
        pdf_words(client, f"{exports}/booklet.pdf{query}"),
        client.get(f"{exports}/route.gpx{query}").content.decode(),
        str(client.get("/api/v1/search?q=清水河一日线").json()),
    ]


SECRETS = (
    *("内部展室", "修屋顶", "09:10", "16:50", "7 人", "请走侧门", "5月9日", "3 天", "9.2 公里"),
    *("26.600000", '"latitude": 26.6'),
)


@pytest.mark.parametrize(
    "query",
    [
        f"?on={TUESDAY}&heads=30",
        f"?on={MONDAY}&heads=30",
        f"?on={TUESDAY}&heads=30&order=2,1",
        f"?on={TUESDAY}&skip=1",
        f"?on={today()}",
    ],
)
@pytest.mark.long
def test_of_a_place_that_is_not_open_to_the_reader_nothing_is_told_but_whether_the_day_fits(
    client: Client, stage: Stage, query: str
) -> None:
    route = make_published_route(stage.committee, ferry(), hidden_school(stage))
    call_command("search_rebuild")
    said = all_words(client, route, query)

    assert [[secret for secret in SECRETS if secret in text] for text in said] == [[], [], [], [], []]
    # The next day that fits is the whole route's answer; the place's own next open day is not told.
    assert ["再开放" in text or "5月10日 周五 开放" in text for text in said] == [False] * 5
    assert ["清水河" in text for text in said] == [True] * 5
    client.force_login(stage.author)
    assert [text.count("内部展室") > 0 for text in all_words(client, route, query)] == [True] * 4 + [False]


def test_whether_a_hidden_place_fits_is_said_in_one_sentence_and_the_plan_goes_on(
    client: Client, stage: Stage
) -> None:
    inner = hidden_school(stage, hours="11:30-16:50")
    route = make_published_route(stage.committee, ferry(), inner, ferry(name="上游渡口"))
    shut, fitting = words(client, f"{route.url}?on={TUESDAY}&heads=30"), words(client, f"{route.url}?on=2030-05-10")

    assert "第 2 站时间不合适 一处没有对你开放的场所：这一天不合适。" in shut
    assert "10:30 60 分钟 2 一处没有对你开放的场所 这一天不合适 乘车 30 分钟 12:00 60 分钟 3" in shut
    # An hour before its doors open nobody is told to wait, for that would tell when they do.
    assert "10:30 60 分钟 2 一处没有对你开放的场所 这一天合适 乘车 30 分钟 12:00 60 分钟 3" in fitting
    client.force_login(stage.author)
    assert "内部展室：闭馆（修屋顶），2030年5月10日 周五 开放" in words(client, f"{route.url}?on={TUESDAY}")
    assert "11:30 60 分钟 2 内部展室" in words(client, f"{route.url}?on=2030-05-10")


@pytest.mark.parametrize(
    ("address", "scope", "limit"),
    [
        ("/itineraries/{pk}/route.gpx", "itineraries.export", 120),
        ("/itineraries/{pk}/day-1.ics", "itineraries.export", 120),
        ("/itineraries/{pk}/booklet.pdf", "itineraries.booklet", 30),
        ("/routes/{slug}/?on=2030-05-07&order=2,1", "itineraries.rearrange", 120),
        ("/routes/{slug}/?on=2030-05-07&skip=1", "itineraries.rearrange", 120),
    ],
)
@pytest.mark.long
def test_who_asks_for_too_many_files_or_orders_waits_a_minute(
    client: Client, stage: Stage, address: str, scope: str, limit: int
) -> None:
    route = make_published_route(stage.committee, ferry(), school())
    address = address.format(pk=route.pk, slug=route.slug)
    for _request in range(limit - 1):
        count_request(scope, "a127.0.0.1", seconds=60)

    assert [client.get(address).status_code for _turn in range(2)] == [200, 429]
    assert client.get(f"{route.url}?on={TUESDAY}").status_code == 200


@pytest.mark.long
def test_the_best_order_is_worked_out_once_for_a_kind_of_day(
    client: Client, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    route = make_published_route(stage.committee, ferry(), school(), stops=[{"stay_minutes": 47}, {}])
    asked: list[int] = []

    def counted(*calls: Any, **options: Any) -> Order | None:
        asked.append(len(calls[0]))
        return best_order(*calls, **options)

    monkeypatch.setattr(plans, "best_order", counted)
    for day in (TUESDAY, TUESDAY, "2030-05-14"):
        assert client.get(f"{route.url}?on={day}").status_code == 200
    assert asked == [2]
    VenueHours.objects.update(closes=time(16, 0))
    client.get(f"{route.url}?on={TUESDAY}")
    assert asked == [2, 2]


@pytest.mark.long
def test_a_draft_and_a_route_for_others_are_nobodys(client: Client, stage: Stage) -> None:
    draft = make_route(stage.committee, ferry())
    inner = make_published_route(
        stage.committee,
        ferry(),
        visibility=Visibility.ORGANISATION,
        visible_organisation=OrganisationFactory(),
        title="别家的线",
    )
    for route in (draft, inner):
        for address in (route.url, f"/itineraries/{route.pk}/route.gpx", f"/itineraries/{route.pk}/day-1.ics"):
            assert client.get(address).status_code == 404
    assert "别家的线" not in client.get("/routes/").content.decode()


def test_gpx_has_waypoints_and_a_route_for_each_day(client: Client, stage: Stage) -> None:
    route = make_published_route(stage.committee, ferry(), school(), stops=[{"day": 1}, {"day": 2}])
    tree = fromstring(client.get(f"/itineraries/{route.pk}/route.gpx").content)
    space = {"g": "http://www.topografix.com/GPX/1/1"}

    assert [(node.get("lat"), node.get("lon")) for node in tree.findall("g:wpt", space)] == [
        ("26.570000", "114.160000"),
        ("26.600000", "114.100000"),
    ]
    assert [len(day.findall("g:rtept", space)) for day in tree.findall("g:rte", space)] == [1, 1]


def test_search_engines_read_a_tourist_trip_that_no_text_breaks_out_of(client: Client, stage: Stage) -> None:
    route = make_published_route(
        stage.committee, ferry(name="</script><b>渡口"), title="线", themes=["culture", "villages"]
    )
    shown = client.get(route.url).content.decode()
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)

    assert found is not None
    trip = json.loads(found[1])
    assert (trip["@type"], trip["name"]) == ("TouristTrip", "线")
    assert trip["touristType"] == ["优秀文化", "乡村振兴"]
    assert trip["itinerary"]["itemListElement"][0]["item"]["name"] == "</script><b>渡口"


def test_a_route_is_found_with_its_places_and_regions(stage: Stage) -> None:
    route = make_published_route(
        stage.committee, ferry(region=RegionFactory(name="云岭", slug="yunling")), themes=["culture", "spirit"]
    )
    document = route_document(str(route.pk))

    assert document is not None
    assert (document.kind, document.title, document.body) == (
        "itinerary",
        "清水河一日线",
        "沿河走四站。\n清水河渡口旧址",
    )
    assert [facet.value for facet in document.facets["region"]] == ["yunling"]
    assert list(route_keys()) == [str(route.pk)]
    assert OutboxEntry.objects.filter(kind="itinerary", object_id=str(route.pk)).exists()


def test_a_route_is_found_by_its_own_text_and_by_what_is_said_of_open_stops(stage: Stage) -> None:
    inner = school(visibility=Visibility.ORGANISATION, visible_organisation=stage.branch, name="内部展室")
    remarks = [{"note": "先听渡口", "discussion": "谁摆的渡"}, {"note": "带上证件", "discussion": "展了什么"}]
    route = make_published_route(stage.committee, ferry(), inner, stops=remarks, prepare="雨衣\n水壶", body=BODY)
    document = route_document(str(route.pk))

    assert document is not None
    assert [word in document.body for word in ("先看杆基", "水壶", "先听渡口", "谁摆的渡")] == [True] * 4
    assert [word in document.body for word in ("内部展室", "带上证件", "展了什么")] == [False, False, False]


@pytest.mark.long
def test_a_place_shows_the_lessons_and_the_routes_that_come_by(client: Client, stage: Stage) -> None:
    lesson, place = make_published(stage), ferry()
    make_published_route(stage.committee, place, stops=[{"lesson": lesson}])
    said = words(client, place.get_absolute_url())

    assert str(lesson) in said
    assert "清水河一日线" in said


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


@pytest.mark.wide
def test_lists_and_pages_ask_as_often_for_three_as_for_one(client: Client, stage: Stage) -> None:
    short = make_published_route(stage.committee, ferry(), title="短线")
    queries(client, "/routes/")
    few = queries(client, "/routes/")
    long = make_published_route(stage.committee, ferry(), school(), ferry(), title="长线")
    make_published_route(stage.committee, school(), title="第三条")

    assert queries(client, "/routes/") == few
    queries(client, short.url)
    assert queries(client, long.url) == queries(client, short.url)


def test_tiles_are_asked_for_only_where_the_operator_named_a_server(
    client: Client, stage: Stage, settings: Any
) -> None:
    route = make_published_route(stage.committee, ferry())
    drawn = client.get(route.url).content.decode()
    settings.MAP_TILES_URL = "https://tiles.example/{z}/{x}/{y}.png"
    settings.MAP_TILES_DATUM = "gcj02"
    tiled = client.get(route.url).content.decode()

    assert ("data-map" in drawn, "weike/map" in drawn) == (False, False)
    assert 'data-tiles="https://tiles.example/{z}/{x}/{y}.png"' in tiled
    points = re.search(r'id="map-points" type="application/json">(.*?)</script>', tiled)
    assert points is not None
    # Six hundred metres east of where it stands by WGS-84.
    assert [round(part, 3) for part in json.loads(points[1])[0]["at"]] == [26.567, 114.165]
    assert "清水河渡口" in tiled.partition("<svg viewBox")[2].partition("</svg>")[0]
