"""What leaves the site as a file, held against facts of its schema: GPX 1.1, RFC 5545, schema.org/TouristTrip, PDF."""

import json
import re
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from icalendar import Calendar
from pypdf import PdfReader

from cms.itineraries.models import ItineraryPage
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage, make_stage
from tests.factories.venues import VenueFactory, ferry, school
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
SPACE = "{http://www.topografix.com/GPX/1/1}"
# The order in which the schema's sequences demand their elements, as far as ours are used.
ORDERS = {
    "gpx": ["metadata", "wpt", "rte", "trk", "extensions"],
    "metadata": ["name", "desc", "author", "copyright", "link", "time", "keywords", "bounds", "extensions"],
    "rte": ["name", "cmt", "desc", "src", "link", "number", "type", "extensions", "rtept"],
    "wpt": ["ele", "time", "magvar", "geoidheight", "name", "cmt", "desc", "src", "link", "sym", "type"],
}
ORDERS["rtept"] = ORDERS["wpt"]
TUESDAY = "2030-05-07"
LONG = "听讲解员说一说当年怎样摆渡，再看看两岸的石阶，" * 8


stage = standing_scene(make_stage)


@pytest.fixture
def route(stage: Stage) -> ItineraryPage:
    """Two days with three places: text with markup, a long text, a place of the southern and western half."""
    kept = {"organisation": stage.committee, "hours": "09:00-17:00"}
    places = [
        VenueFactory(
            name="渡口 & <旧址>", address="水边; 一号, 东", entered_latitude=26.57, entered_longitude=114.16, **kept
        ),
        VenueFactory(name="老石桥夜校", entered_latitude=26.6, entered_longitude=114.1, **kept),
        VenueFactory(name="远方的书屋", entered_latitude=-33.5, entered_longitude=-70.25, **kept),
        VenueFactory(name="没有位置的院子", **kept),
    ]
    stops: list[dict[str, Any]] = [
        {"day": 1, "note": LONG, "discussion": "怎么过河？"},
        {"day": 1},
        {"day": 2},
        {"day": 2},
    ]
    return make_published_route(stage.committee, *places, stops=stops, title="清水河两日线", lead="沿河走，<看>三处。")


def in_order(node: Element) -> bool:
    """Whether the elements below the node, and those below them, come as their schema's sequence says."""
    kind = node.tag.removeprefix(SPACE)
    if kind not in ORDERS:
        return len(node) == 0
    places = [ORDERS[kind].index(child.tag.removeprefix(SPACE)) for child in node]
    return places == sorted(places) and all(in_order(child) for child in node)


@pytest.mark.long
def test_gpx_keeps_the_order_names_and_ranges_of_its_schema(client: Client, route: ItineraryPage) -> None:
    answer = client.get(f"/itineraries/{route.pk}/route.gpx")
    root = fromstring(answer.content)

    assert answer["Content-Type"].split(";")[0] == "application/gpx+xml"
    assert answer.content.startswith(b"<?xml version='1.0' encoding='utf-8'?>")
    assert (root.tag, root.get("version"), bool(root.get("creator"))) == (f"{SPACE}gpx", "1.1", True)
    assert {node.tag.startswith(SPACE) for node in root.iter()} == {True}
    assert in_order(root)
    assert [node.tag.removeprefix(SPACE) for node in root] == ["metadata", "wpt", "wpt", "wpt", "rte", "rte"]
    points = [node for node in root.iter() if node.tag in {f"{SPACE}wpt", f"{SPACE}rtept"}]
    # Latitude and longitude are demanded, and longitude ends before 180.
    spots = [(float(node.attrib["lat"]), float(node.attrib["lon"])) for node in points]
    assert all(-90 <= lat <= 90 and -180 <= lon < 180 for lat, lon in spots)
    assert spots == [(26.57, 114.16), (26.6, 114.1), (-33.5, -70.25)] * 2
    assert root.findtext(f"{SPACE}wpt/{SPACE}name") == "1 渡口 & <旧址>"


@pytest.mark.parametrize("day", [1, 2])
@pytest.mark.long
def test_a_day_for_the_calendar_keeps_rfc_5545(client: Client, route: ItineraryPage, day: int) -> None:
    answer = client.get(f"/itineraries/{route.pk}/day-{day}.ics?on={TUESDAY}")
    content = answer.content

    assert answer["Content-Type"].split(";")[0] == "text/calendar"
    # Every line ends in CRLF (3.1), and none is longer than 75 octets; folds cut no letter of UTF-8 in two.
    assert content.endswith(b"END:VCALENDAR\r\n")
    assert content.count(b"\n") == content.count(b"\r\n") == content.count(b"\r")
    lines = content.split(b"\r\n")
    assert max(len(line) for line in lines) <= 75
    assert [line.decode() for line in lines][:3] == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//weike//itineraries//ZH",
    ]
    calendar = Calendar.from_ical(content)
    events = calendar.walk("VEVENT")
    assert [sorted({"UID", "DTSTAMP", "DTSTART"} - set(event)) for event in events] == [[], []]
    assert len({str(event["uid"]) for event in events}) == 2
    # All instants in UTC, so that no VTIMEZONE is needed.
    stamps = re.findall(rb"^(DTSTAMP|DTSTART|DTEND)([;:].*)$", content.replace(b"\r\n", b"\n"), re.MULTILINE)
    assert len(stamps) == 6
    assert all(re.fullmatch(rb":\d{8}T\d{6}Z", value) for _name, value in stamps)
    assert b"TZID" not in content
    starts = [event.decoded("dtstart") for event in events]
    assert starts[0] == datetime(2030, 5, 6 + day, 1, 0, tzinfo=UTC)
    assert all(event.decoded("dtstart") < event.decoded("dtend") for event in events)


def test_texts_of_a_calendar_are_escaped_and_come_back_whole(client: Client, route: ItineraryPage) -> None:
    content = client.get(f"/itineraries/{route.pk}/day-1.ics?on={TUESDAY}").content
    first = Calendar.from_ical(content).walk("VEVENT")[0]

    assert str(first["location"]) == "渡口 & <旧址> 水边; 一号, 东"
    assert LONG in str(first["description"])
    assert "水边\\; 一号\\, 东" in content.replace(b"\r\n ", b"").decode()
    assert first["geo"].to_ical() == "26.57;114.16"


@pytest.mark.long
def test_the_trip_for_search_engines_has_what_schema_org_asks_for(client: Client, route: ItineraryPage) -> None:
    shown = client.get(route.url).content.decode()
    (text,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', shown, re.DOTALL)
    trip = json.loads(text)

    assert (trip["@context"], trip["@type"], trip["name"]) == ("https://schema.org", "TouristTrip", "清水河两日线")
    assert trip["description"] == "沿河走，<看>三处。"
    assert [(part["@type"], part["name"]) for part in trip["subTrip"]] == [
        ("Trip", "清水河两日线 1"),
        ("Trip", "清水河两日线 2"),
    ]
    for listing in (trip["itinerary"], *(part["itinerary"] for part in trip["subTrip"])):
        rows = listing["itemListElement"]
        assert listing["@type"] == "ItemList"
        assert [(row["@type"], row["position"]) for row in rows] == [
            ("ListItem", place) for place in range(1, len(rows) + 1)
        ]
        assert {row["item"]["@type"] for row in rows} == {"TouristAttraction"}
    places = [row["item"] for row in trip["itinerary"]["itemListElement"]]
    assert [place["name"] for place in places] == ["渡口 & <旧址>", "老石桥夜校", "远方的书屋", "没有位置的院子"]
    assert [place.get("geo") for place in places] == [
        {"@type": "GeoCoordinates", "latitude": 26.57, "longitude": 114.16},
        {"@type": "GeoCoordinates", "latitude": 26.6, "longitude": 114.1},
        {"@type": "GeoCoordinates", "latitude": -33.5, "longitude": -70.25},
        None,
    ]


@pytest.mark.wide
def test_the_booklet_has_pages_all_stops_and_its_font_in_it(client: Client, route: ItineraryPage) -> None:
    answer = client.get(f"/itineraries/{route.pk}/booklet.pdf?on={TUESDAY}")
    reader = PdfReader(BytesIO(answer.content))
    text = "".join(page.extract_text() for page in reader.pages).replace("\n", "")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.")
    assert 1 <= len(reader.pages) <= 4
    for said in ("清水河两日线", "渡口 & <旧址>", "老石桥夜校", "远方的书屋", "没有位置的院子", "怎么过河？"):
        assert said in text
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]  # objects of the file
    drawn = [inner.get_object() for font in fonts for inner in font.get("/DescendantFonts", [font])]
    assert drawn
    # Not one letter depends on what the printer's machine has installed.
    assert {bool({"/FontFile", "/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"])) for font in drawn} == {True}


@pytest.mark.long
def test_a_day_for_the_calendar_has_the_stops_and_is_the_same_bytes_twice(client: Client, stage: Stage) -> None:
    route = make_published_route(stage.committee, ferry(), school(), stops=[{"way_minutes": 20}, {}])
    address = f"/itineraries/{route.pk}/day-1.ics?on={TUESDAY}"
    content = client.get(address).content

    assert client.get(address).content == content
    events = Calendar.from_ical(content).walk("VEVENT")
    assert [(str(event["summary"]), event.decoded("dtstart")) for event in events] == [
        ("1 清水河渡口旧址", datetime(2030, 5, 7, 1, 0, tzinfo=UTC)),
        ("2 老石桥夜校", datetime(2030, 5, 7, 2, 20, tzinfo=UTC)),
    ]
    assert client.get(f"/itineraries/{route.pk}/day-2.ics").status_code == 404
