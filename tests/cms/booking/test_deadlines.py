"""How long a request still waits, in days of the county's calendar, on every page where somebody looks."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils.translation import override

from cms.accounts.models import User
from cms.booking.cards import cap_checks, deadline_of
from cms.booking.models import BookingRequest
from cms.booking.services import counter, decline
from tests.factories.booking import Scene
from tests.factories.lecturers import OccupationFactory, evening


def waits_until(booking: BookingRequest, instant: datetime) -> BookingRequest:
    """Let the request wait until the instant; the bare row."""
    BookingRequest.objects.filter(pk=booking.pk).update(answer_by=instant)
    booking.refresh_from_db()
    return booking


def read(person: User, address: str) -> str:
    client = Client()
    client.force_login(person)
    return client.get(address).content.decode()


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        (0, "前答复"),
        (1, "前答复，就在今天"),
        (11.98, "前答复，就在今天"),
        (12, "前答复，还有 1 天"),
        (35.98, "前答复，还有 1 天"),
        (36, "前答复，还有 2 天"),
        (54, "前答复，还有 2 天"),
    ],
)
def test_days_are_those_of_the_county_s_calendar(scene: Scene, noon: datetime, hours: float, words: str) -> None:
    booking = waits_until(scene.request(), noon + timedelta(hours=hours))
    assert deadline_of(booking).endswith(f" {words}")


@pytest.mark.usefixtures("noon")
def test_in_english_one_day_is_one_day(scene: Scene, noon: datetime) -> None:
    booking = waits_until(scene.request(), noon + timedelta(hours=20))
    with override("en"):
        assert deadline_of(booking).endswith(", 1 day left")


def test_what_is_answered_has_no_deadline(scene: Scene) -> None:
    assert deadline_of(scene.agreed()) == ""
    assert deadline_of(decline(scene.request(starts_at=evening(6)), actor=scene.teacher, reason="没空")) == ""


def test_the_request_my_schedule_and_the_overview_say_it(scene: Scene, noon: datetime) -> None:
    booking = waits_until(scene.request(), noon + timedelta(days=2))
    for person, address in (
        (scene.teacher, booking.get_absolute_url()),
        (scene.secretary, booking.get_absolute_url()),
        (scene.teacher, "/my/schedule/"),
        (scene.secretary, "/workbench/bookings/"),
        (scene.dean, "/workbench/bookings/?side=lent"),
    ):
        assert "前答复，还有 2 天" in read(person, address)


def test_whoever_answers_reads_which_lesson_of_the_month_it_would_be(scene: Scene) -> None:
    scene.lecturer.cap_month = 4
    scene.lecturer.save()
    booking = scene.request()
    month = evening(5).month
    for day in (4, 6):
        if evening(day).month == month:
            OccupationFactory(lecturer=scene.lecturer, start=evening(day, 9))
    number = 1 + sum(evening(day).month == month for day in (4, 6))
    assert f"仍算在{evening(5).year}年{month}月的 4 场以内，这是第 {number} 场" in read(
        scene.teacher, booking.get_absolute_url()
    )
    assert "场以内" not in read(scene.secretary, booking.get_absolute_url())


def test_lessons_of_the_month_before_and_after_do_not_count(scene: Scene) -> None:
    booking = scene.request()
    booking.lecturer.cap_month = 2
    first = evening(5).replace(day=1)
    for start in (first - timedelta(days=1), first + timedelta(days=32)):
        OccupationFactory(lecturer=scene.lecturer, start=start)
    assert [check["text"] for check in cap_checks(booking)] == [
        f"仍算在{first.year}年{first.month}月的 2 场以内，这是第 1 场"
    ]


def test_a_month_that_is_full_offers_no_yes(scene: Scene) -> None:
    scene.lecturer.cap_month = 1
    scene.lecturer.save()
    booking = scene.request()
    OccupationFactory(lecturer=scene.lecturer, start=evening(5, 9))
    page = read(scene.teacher, booking.get_absolute_url())
    assert "讲师这个月约定的 1 场已满" in page
    assert f"{booking.get_absolute_url()}accept/" not in page
    counter(booking, starts_at=evening(5 + 62), actor=scene.teacher, reason="下下个月")
