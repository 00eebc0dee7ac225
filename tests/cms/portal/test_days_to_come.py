"""The first page tells members what their branch has agreed for the coming days: time, title and place, nothing else."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import User
from cms.booking.enums import Concern
from cms.booking.models import BookingRequest
from cms.booking.services import cancel
from cms.core.clock import now
from cms.core.templatetags.core_tags import local_datetime
from cms.taxonomy.enums import Visibility
from cms.venues.models import VenueVisit
from tests.factories.accounts import UserFactory
from tests.factories.booking import Scene, make_scene
from tests.factories.lecturers import evening
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.venues import VenueFactory, VenueVisitFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db


scene = standing_scene(make_scene)


@pytest.fixture
def member(scene: Scene) -> User:
    person: User = UserFactory()
    MembershipFactory(user=person, organisation=scene.branch)
    return person


def part_of(person: User | None, *, elder: str = "0") -> str:
    """Return the part of the first page, or nothing."""
    client = Client()
    if person is not None:
        client.force_login(person)
    client.cookies["elder"] = elder
    page = client.get("/").content.decode()
    return page.split('id="ahead-title"')[1].split("</section>")[0] if 'id="ahead-title"' in page else ""


def rows(person: User | None, *, elder: str = "0") -> list[list[str]]:
    """Return the texts of each line: title, kind, time and place."""
    part = re.sub(r'<span class="unbroken">([^<]+)</span>', r"\1", part_of(person, elder=elder))
    lines = re.findall(r"<h3>.*?</h3>\s*<p class=\"meta\">.*?</p>", part, re.DOTALL)
    return [[text.strip() for text in re.split(r"<[^>]+>", line) if text.strip()] for line in lines]


def titles(person: User | None, *, elder: str = "0") -> list[str]:
    return [row[0] for row in rows(person, elder=elder)]


def go_out(scene: Scene, days: int, **values: object) -> VenueVisit:
    """Agree a visit of the branch for two hours of an evening."""
    starts_at = evening(days)
    times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    visit: VenueVisit = VenueVisitFactory(**({"organisation": scene.branch} | times | values))
    return visit


def test_members_read_when_what_and_where_and_no_contact(scene: Scene, member: User) -> None:
    place = VenueFactory(name="清水河渡口旧址", address="渡口路1号", contact_phone="13900139000")
    visit = go_out(scene, 3, venue=place, note="老人较多", heads=4711)
    lesson = scene.agreed(topic="冬季用气，问13800138000", place="活动室二楼 13800138000", heads=4711)
    assert rows(member) == [
        ["清水河渡口旧址", "参观", f"{local_datetime(visit.starts_at)}–21:00", "渡口路1号"],
        [
            "冬季用气，问1**********",
            "到单位授课",
            f"{local_datetime(lesson.starts_at)}–20:30",
            "活动室二楼 1**********",
        ],
    ]
    shown = part_of(member)
    assert f'<a href="{place.get_absolute_url()}">' in shown
    for hidden in ("13900139000", "13800138000", "19900001234", scene.secretary.name, "老人较多", "4711"):
        assert hidden not in shown


def test_nothing_stands_there_when_nothing_is_agreed(scene: Scene, member: User) -> None:
    scene.request()
    cancel(scene.agreed(starts_at=evening(6)), actor=scene.secretary, reason="改期")
    go_out(scene, 3, released_at=now())
    assert part_of(member) == ""


def test_only_the_own_branch_and_the_coming_days_are_told(scene: Scene, member: User) -> None:
    scene.agreed(topic="冬季用气")
    scene.agreed(topic="很久以后", starts_at=evening(15))
    go_out(scene, 2, organisation=OrganisationFactory())
    over = go_out(scene, 1)
    VenueVisit.objects.filter(pk=over.pk).update(
        starts_at=now() - timedelta(hours=3), ends_at=now() - timedelta(hours=1)
    )
    assert titles(member) == ["冬季用气"]
    assert (titles(scene.stranger), titles(None)) == ([], [])


def test_a_lesson_in_a_place_of_the_list_is_one_line(scene: Scene, member: User) -> None:
    lesson = scene.agreed(topic="冬季用气")
    room = go_out(scene, 5)
    BookingRequest.objects.filter(pk=lesson.pk).update(venue=room.venue, visit=room)
    assert titles(member) == ["冬季用气"]


def test_a_place_that_is_not_for_the_reader_is_not_named(scene: Scene, member: User) -> None:
    closed = VenueFactory(name="只给审核员", address="内院", visibility=Visibility.ROLE, visible_role="reviewer")
    lesson = scene.agreed(topic="冬季用气", place="二楼")
    BookingRequest.objects.filter(pk=lesson.pk).update(venue=closed)
    go_out(scene, 3, venue=closed)
    shown = part_of(member)
    assert [(row[0], row[-1]) for row in rows(member)] == [("冬季用气", "二楼")]
    assert ("内院" in shown, "只给审核员" in shown) == (False, False)


def test_a_place_that_was_taken_off_the_list_is_not_named(scene: Scene, member: User) -> None:
    gone = VenueFactory(name="已撤下的旧址", address="内院", live=False)
    lesson = scene.agreed(topic="冬季用气", place="二楼")
    BookingRequest.objects.filter(pk=lesson.pk).update(venue=gone)
    assert [(row[0], row[-1]) for row in rows(member)] == [("冬季用气", "二楼")]


def test_a_visit_that_its_place_cannot_take_says_that_it_may_change(scene: Scene, member: User) -> None:
    visit = go_out(scene, 3)
    assert "可能会变" not in part_of(member)
    VenueVisit.objects.filter(pk=visit.pk).update(is_shut=True)
    assert "正在重新商定，可能会变。" in part_of(member)


def test_what_is_decided_again_says_so(scene: Scene, member: User) -> None:
    lesson = scene.agreed()
    assert "可能会变" not in part_of(member)
    BookingRequest.objects.filter(pk=lesson.pk).update(concern=Concern.LEAVE)
    assert "正在重新商定，可能会变。" in part_of(member)


@pytest.mark.parametrize(("elder", "days"), [("0", [1, 2, 3, 4]), ("1", [1, 2])])
def test_few_are_shown_the_next_first_and_half_as_many_in_elder_view(
    scene: Scene, member: User, elder: str, days: list[int]
) -> None:
    for day in (5, 4, 3, 2, 1):
        go_out(scene, day, venue=VenueFactory(name=str(day)))
    assert titles(member, elder=elder) == [str(day) for day in days]


@pytest.mark.wide
def test_three_of_each_cost_as_many_queries_as_one(scene: Scene, member: User) -> None:
    client = Client()
    client.force_login(member)
    counts = []
    for days in ((1, 2), (3, 4, 5, 6)):
        for day in days[::2]:
            lesson = scene.agreed(starts_at=evening(day))
            BookingRequest.objects.filter(pk=lesson.pk).update(venue=VenueFactory())
            go_out(scene, day + 1)
        client.get("/")
        with CaptureQueriesContext(connection) as asked:
            client.get("/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
