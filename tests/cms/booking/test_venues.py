"""Lessons at teaching places: hours, closed days, room, and what calendars and pages say."""

from datetime import timedelta
from typing import Any

import pytest

from cms.booking.enums import BookingStatus, Concern
from cms.booking.feeds import calendar_of
from cms.booking.services import accept, cancel, counter
from cms.core import events
from cms.core.errors import InvalidInput
from cms.notices.models import Notice
from cms.organisations.events import OrganisationClosed
from cms.venues.models import Venue, VenueException, VenueVisit
from cms.venues.services import hold_visit, release_visit
from tests.cms.booking.test_pages import where
from tests.factories.accounts import signed_in
from tests.factories.booking import Scene
from tests.factories.lecturers import evening
from tests.factories.organisations import RoleAssignmentFactory
from tests.factories.venues import VenueFactory


@pytest.fixture
def school(db: None) -> Venue:
    found: Venue = VenueFactory(
        name="东岭微党校",
        address="东岭街18号",
        hours="08:30-21:00",
        capacity=50,
        entered_latitude=30.5,
        entered_longitude=114.3,
    )
    return found


def test_room_is_kept_with_the_last_yes_and_given_back_when_it_is_called_off(scene: Scene, school: Venue) -> None:
    booking = scene.request(venue=school, place="二楼")
    assert not VenueVisit.objects.exists()

    agreed = accept(booking, actor=scene.teacher)
    [visit] = VenueVisit.objects.all()
    assert (visit.venue, visit.organisation, visit.heads, visit.agreed_by) == (school, scene.branch, 32, None)
    assert (visit.starts_at, visit.ends_at) == (booking.starts_at, booking.ends_at)
    assert agreed.where == "东岭微党校 · 东岭街18号 · 二楼"

    cancel(agreed, actor=scene.secretary, reason="停电")
    visit.refresh_from_db()
    assert visit.released_at is not None


@pytest.mark.parametrize("keeps", ["whoever acts", "somebody else"])
def test_those_who_keep_the_place_are_told_of_a_lesson_there_unless_they_acted_themselves(
    scene: Scene, school: Venue, keeps: str
) -> None:
    for person in (scene.teacher, scene.secretary) if keeps == "whoever acts" else (scene.stranger,):
        RoleAssignmentFactory(user=person, organisation=school.organisation)
    cancel(accept(scene.request(venue=school), actor=scene.teacher), actor=scene.secretary, reason="停电")

    told = Notice.objects.filter(kind__startswith="venues.visit_").values_list("kind", "user")
    agreed, given_back = "venues.visit_agreed", "venues.visit_given_back"
    assert set(told) == (
        {(agreed, scene.secretary.pk), (given_back, scene.teacher.pk)}
        if keeps == "whoever acts"
        else {(agreed, scene.stranger.pk), (given_back, scene.stranger.pk)}
    )


def test_room_given_back_by_hand_leaves_the_lesson_to_both_sides(scene: Scene, school: Venue) -> None:
    agreed = accept(scene.request(venue=school), actor=scene.teacher)
    agreed.refresh_from_db()
    assert agreed.visit is not None
    release_visit(agreed.visit, actor=scene.secretary)
    agreed.refresh_from_db()
    assert (agreed.status, agreed.concern) == (BookingStatus.ACCEPTED, Concern.ROOM)


@pytest.mark.parametrize("befalls", ["taken down", "closed that day", "its keeper closed"])
@pytest.mark.long
def test_what_befalls_the_place_leaves_an_agreed_lesson_to_both_sides(
    scene: Scene, school: Venue, befalls: str
) -> None:
    agreed, other = accept(scene.request(venue=school), actor=scene.teacher), scene.agreed(starts_at=evening(7))
    if befalls == "taken down":
        school.unpublish()
    elif befalls == "closed that day":
        VenueException.objects.create(venue=school, first=evening(5).date(), last=evening(5).date(), reason="检修")
        Venue.objects.get(pk=school.pk).save_revision().publish()
    else:
        events.publish(OrganisationClosed(school.organisation_id))

    for booking in (agreed, other):
        booking.refresh_from_db()
    assert (agreed.status, agreed.concern, other.concern) == (BookingStatus.ACCEPTED, Concern.PLACE, "")
    told = Notice.objects.filter(kind="booking.concern", url=agreed.get_absolute_url())
    assert set(told.values_list("user", flat=True)) == {scene.secretary.pk, scene.teacher.pk, scene.dean.pk}
    shown = signed_in(scene.secretary).get(agreed.get_absolute_url()).content.decode()
    assert "教学点这个时间不再开放" in shown
    assert "/keep/" in shown


def test_a_place_that_is_published_anew_and_open_then_leaves_nothing_to_decide(scene: Scene, school: Venue) -> None:
    agreed = accept(scene.request(venue=school), actor=scene.teacher)
    Venue.objects.get(pk=school.pk).save_revision().publish()
    agreed.refresh_from_db()
    assert agreed.concern == ""
    assert not Notice.objects.filter(kind="booking.concern").exists()


@pytest.mark.long
def test_a_place_taken_down_while_a_request_waits_takes_no_yes(scene: Scene, school: Venue) -> None:
    waiting = scene.request(venue=school)
    school.unpublish()
    client = signed_in(scene.teacher)
    assert "教学点暂时不接待参观" in client.get(waiting.get_absolute_url()).content.decode()
    assert client.post(f"{waiting.get_absolute_url()}accept/").status_code == 400


@pytest.mark.parametrize(
    ("hours", "capacity", "notice", "sentence"),
    [
        ("08:30-18:00", None, 0, "这一天的开放时间是 08:30–18:00"),
        ("08:30-21:00", 31, 0, "还能容纳 31 人"),
        ("08:30-21:00", None, 6, "提前 6 天"),
    ],
)
def test_what_the_place_cannot_do_is_said_at_the_field(
    scene: Scene, hours: str, capacity: int | None, notice: int, sentence: str
) -> None:
    venue = VenueFactory(hours=hours, capacity=capacity, notice_days=notice)
    response = signed_in(scene.secretary).post(f"/bookings/new/{scene.lecturer.pk}/", where(scene, venue=venue.pk))
    assert response.status_code == 400
    [said] = response.context["form"].errors["venue"]
    assert sentence in said
    assert f'value="{venue.pk}" selected' in response.content.decode()


def test_a_closed_day_is_refused_when_asking_and_when_another_time_is_proposed(scene: Scene, school: Venue) -> None:
    booking = scene.request(venue=school, starts_at=evening(6))
    closed = evening(5).date()
    VenueException.objects.create(venue=school, first=closed, last=closed, reason="检修")

    with pytest.raises(InvalidInput) as refused:
        scene.request(venue=school)
    assert list(refused.value.fields) == ["venue"]
    with pytest.raises(InvalidInput) as moved:
        counter(booking, starts_at=evening(5), actor=scene.teacher, reason="换一天")
    assert list(moved.value.fields) == ["start"]


@pytest.mark.long
def test_a_yes_that_finds_the_place_full_says_so_and_keeps_nothing(scene: Scene, school: Venue) -> None:
    booking = scene.request(venue=school)
    hold_visit(
        school,
        starts_at=evening(5) + timedelta(minutes=80),
        ends_at=evening(5) + timedelta(minutes=200),
        heads=19,
        organisation=scene.school,
        actor=scene.dean,
    )
    client = signed_in(scene.teacher)
    assert "还能容纳 31 人" in client.get(booking.get_absolute_url()).content.decode()
    assert client.post(f"{booking.get_absolute_url()}accept/").status_code == 400
    booking.refresh_from_db()
    assert (booking.status, booking.visit) == (BookingStatus.PENDING, None)
    assert not scene.lecturer.occupations.filter(released_at__isnull=True).exists()


def test_the_page_and_the_calendar_name_the_place(scene: Scene, school: Venue) -> None:
    booking = accept(scene.request(venue=school, place=""), actor=scene.teacher)
    page = signed_in(scene.secretary).get(booking.get_absolute_url()).content.decode()
    assert page.count("已为 32 人留好位置：东岭微党校。") == 2
    assert school.get_absolute_url() in page

    calendar = calendar_of(scene.teacher, lambda path: path).decode().replace("\r\n ", "")
    assert "LOCATION:东岭微党校 · 东岭街18号" in calendar
    assert "GEO:30.5;114.3" in calendar


@pytest.mark.parametrize("key", ["9" * 30, "x", "\0", "-1"])
def test_a_place_that_is_none_is_refused(scene: Scene, key: str) -> None:
    hidden = VenueFactory(live=False)
    for given in (key, str(hidden.pk)):
        answer = signed_in(scene.secretary).post(f"/bookings/new/{scene.lecturer.pk}/", where(scene, venue=given))
        assert (answer.status_code, list(answer.context["form"].errors)) == (400, ["venue"])


def test_a_lesson_online_has_no_teaching_place(scene: Scene, school: Venue) -> None:
    client = signed_in(scene.secretary)
    query = {"topic": "用气", "minutes": "90", "mode": "online", "step": "3", "start": evening(5).isoformat()}
    assert 'name="venue"' not in client.get(f"/bookings/new/{scene.lecturer.pk}/", query).content.decode()
    with pytest.raises(InvalidInput):
        scene.request(mode="online", venue=school)


def test_programs_name_the_place_by_its_number(scene: Scene, school: Venue) -> None:
    client = signed_in(scene.secretary)
    given: dict[str, Any] = {
        "lecturer": scene.lecturer.pk,
        "organisation": scene.branch.pk,
        "topic": "冬季用气",
        "mode": "site",
        "start": evening(5).isoformat(),
        "end": (evening(5) + timedelta(minutes=90)).isoformat(),
        "heads": 20,
    }
    scene.lecturer.site = True
    scene.lecturer.save()

    def ask(**changes: Any) -> Any:
        key = {"Idempotency-Key": str(changes)}
        return client.post("/api/v1/bookings", {**given, **changes}, content_type="application/json", headers=key)

    made = ask(venue=school.pk).json()
    assert (made["venue"], made["place"]) == ({"id": school.pk, "name": "东岭微党校"}, "")
    full = ask(venue=school.pk, heads=51).json()
    assert list(full["fields"]) == ["venue"]
    assert list(ask(venue=2**63 - 1).json()["fields"]) == ["venue"]
