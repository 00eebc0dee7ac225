"""Places and routes of the demonstration: real sites as far as public sources agree, each with its datum and doubt.

Positions and hours are for showing only; editors check them again before anybody goes.
"""

from datetime import date, time, timedelta
from typing import Any

from cms.accounts.models import User
from cms.core.clock import today
from cms.demo.people import Tree, read_data
from cms.itineraries.models import ItineraryPage, ItineraryStop
from cms.itineraries.services import record_visit
from cms.lecturers.models import Lecturer
from cms.lessons.models import MicroLesson
from cms.library.enums import Section
from cms.library.services import ensure_sections
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import holders_of
from cms.review.services import approve, submit
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Audience, Topic
from cms.venues.enums import Days
from cms.venues.hours import HOUR
from cms.venues.models import Region, Venue, VenueHours
from cms.venues.services import agree_visit, begin_venue

COUNTY = "yunling"
MONDAY = 0
WEEK = 7
# At least so far ahead, so that the notice of every place is kept.
AHEAD = timedelta(days=10)


def make_places(tree: Tree, people: dict[str, User], lessons: list[MicroLesson]) -> list[ItineraryPage]:
    """Make regions, places and routes, and what a branch did with them."""
    told = read_data("places")
    regions = {row[0]: make_region(order, *row) for order, row in enumerate(told["regions"])}
    topics = {topic.slug: topic for topic in Topic.objects.all()}
    venues = {row["key"]: make_venue(row, regions, topics, tree, people) for row in told["venues"]}
    shown = [lesson for lesson in MicroLesson.objects.filter(pk__in=[row.pk for row in lessons]) if lesson.live]
    routes = [make_route(row, venues, shown, tree, people) for row in told["routes"]]
    go_there(tree, people, venues, routes)
    return routes


def make_region(order: int, slug: str, name: str, english: str, box: list[float] | None) -> Region:
    """Make a region, with its box where one is known."""
    south, west, north, east = box or (None, None, None, None)
    region: Region = Region.objects.create(
        slug=slug, name=name, name_en=english, order=order, south=south, west=west, north=north, east=east
    )
    return region


def make_venue(
    row: dict[str, Any], regions: dict[str, Region], topics: dict[str, Topic], tree: Tree, people: dict[str, User]
) -> Venue:
    """Make a place, hand it in and let the reviewer approve it."""
    latitude, longitude = row["at"] or (None, None)
    only = tree[row["only"]] if "only" in row else None
    venue = Venue(
        name=row["name"],
        kind=row["kind"],
        organisation=tree[row.get("owner", COUNTY)],
        summary=row["summary"],
        region=regions[row["region"]],
        entered_latitude=latitude,
        entered_longitude=longitude,
        entered_datum=row["datum"],
        position_source=row["source"],
        accuracy_m=row["accuracy_m"],
        always_open=row.get("always", False),
        closed_weekdays=row["closed"],
        notice_days=row.get("notice", 0),
        capacity=row.get("capacity"),
        facilities=row.get("facilities", []),
        access_note=row.get("note", ""),
        is_model=row.get("is_model", False),
        contact_name="值班电话（演示）",
        contact_phone="19900000000",
        visibility=Visibility.ORGANISATION if only else Visibility.PUBLIC,
        visible_organisation=only,
    )
    if row["hours"]:
        opens, closes = row["hours"].split("-")
        entry = time.fromisoformat(row["last_entry"]) if row["last_entry"] else None
        venue.opening_hours.add(
            VenueHours(
                days=Days.EVERY, opens=time.fromisoformat(opens), closes=time.fromisoformat(closes), last_entry=entry
            )
        )
    venue.topics = [topics[slug] for slug in row["topics"]]
    begun = begin_venue(venue, actor=people["editor"])
    submit(begun, actor=people["editor"])
    approve(Venue.objects.get(pk=begun.pk), actor=people["reviewer"])
    return Venue.objects.get(pk=begun.pk)


def make_route(
    row: dict[str, Any], venues: dict[str, Venue], lessons: list[MicroLesson], tree: Tree, people: dict[str, User]
) -> ItineraryPage:
    """Make a route, hand it in and let the reviewer approve it."""
    editor = people["editor"]
    page = ItineraryPage(
        title=row["title"],
        lead=row["lead"],
        owner=editor,
        responsible=editor,
        organisation=tree[COUNTY],
        visibility=Visibility.PUBLIC,
        source="演示数据，仅演示",
        live=False,
        themes=row["themes"],
        season=row["season"],
        effort=row["effort"],
        meeting_point=row["meet"],
        first_way_minutes=row["first"],
        group_size=row["group"],
        prepare=row["prepare"],
        minutes=row["minutes"],
        planned_on=a_monday() if row.get("monday") else None,
    )
    page.stops.add(*(make_stop(place, stop, venues, lessons) for place, stop in enumerate(row["stops"])))
    page.topics = list(Topic.objects.filter(slug="history"))
    page.audiences = list(Audience.objects.filter(slug="member"))
    ensure_sections()[Section.ROUTES].add_child(instance=page)
    page.save_revision(user=editor)
    submit(page, actor=editor)
    approve(ItineraryPage.objects.get(pk=page.pk), actor=people["reviewer"])
    published: ItineraryPage = ItineraryPage.objects.get(pk=page.pk)
    return published


def make_stop(place: int, stop: dict[str, Any], venues: dict[str, Venue], lessons: list[MicroLesson]) -> ItineraryStop:
    """Return a stop, with one of the lessons and the lecturer of a post where there are any."""
    wanted = stop["lesson"]
    return ItineraryStop(
        sort_order=place,
        venue=venues[stop["venue"]],
        day=stop["day"],
        stay_minutes=stop["stay"],
        way_minutes=stop["way"],
        transport=stop["transport"],
        lesson=lessons[wanted % len(lessons)] if lessons and wanted is not None else None,
        discussion=stop["talk"],
        note=stop["note"],
        lecturer=Lecturer.objects.filter(post=stop["speaker"]).first() if "speaker" in stop else None,
    )


def a_monday() -> date:
    """Return a Monday to come: on it one of the places is closed."""
    soon = today() + AHEAD
    return soon + timedelta(days=(MONDAY - soon.weekday()) % WEEK)


def go_there(tree: Tree, people: dict[str, User], venues: dict[str, Venue], routes: list[ItineraryPage]) -> None:
    """Let branches agree visits with each other's places and with their own, and record where they were."""
    street, neighbour = tree["qingshui-4"], tree["qingshui-1"]
    secretary = holders_of(Role.BRANCH_SECRETARY, neighbour).order_by("pk").first()
    come(venues["qs-school"], 1, (19, 20), street, people["secretary"], heads=18, note="支部共学，请留投影。")
    come(venues["songlin-workshop"], 2, (10, 11), street, people["secretary"], heads=22, note="想看果树冬剪。")
    record_visit(
        routes[2],
        on=today() - timedelta(days=40),
        heads=16,
        organisation=street,
        actor=people["secretary"],
        note="在河边走的那一段最安静，回来路上大家说得最多。",
    )
    if secretary is not None:
        come(venues["qs-school"], 3, (14, 16), neighbour, secretary, heads=16, note="有三位老党员，请留靠门的座位。")
        record_visit(routes[1], on=today() - timedelta(days=75), heads=9, organisation=neighbour, actor=secretary)


def come(
    venue: Venue, day: int, hours: tuple[int, int], branch: Organisation, secretary: User, *, heads: int, note: str
) -> None:
    """Agree a visit on a day after the coming Monday, from one hour to another."""
    agree_visit(
        venue,
        day=a_monday() + timedelta(days=day),
        arrives=hours[0] * HOUR,
        leaves=hours[1] * HOUR,
        heads=heads,
        organisation=branch,
        actor=secretary,
        note=note,
    )
