"""The pool and the page of a lecturer: who is shown to whom, who has time, and what never stands there."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from django.utils.timezone import localtime

from cms.core.clock import today
from cms.core.templatetags.core_tags import local_datetime
from cms.lecturers.models import Lecturer
from cms.taxonomy.enums import Visibility
from tests.cms.lecturers.conftest import Scene
from tests.factories.lecturers import (
    AppointmentTermFactory,
    LecturerFactory,
    LessonOfferFactory,
    OccupationFactory,
    ScheduleFactory,
    SuspensionFactory,
    evening,
)
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.factories.taxonomy import TeachingMethodFactory, TopicFactory

pytestmark = pytest.mark.django_db


def names(client: Client, query: str = "") -> list[str]:
    response = client.get(f"/lecturers/{query}")
    assert response.status_code == 200
    return [card["lecturer"].name for card in response.context["cards"]]


def test_the_pool_shows_who_can_be_asked(client: Client, scene: Scene) -> None:
    LecturerFactory(name="未展示", live=False)
    LecturerFactory(name="未公开", visibility=Visibility.PRIVATE)
    LecturerFactory(name="没有聘期", term=False)
    AppointmentTermFactory(lecturer__name="聘期已满", ends_on=today() - timedelta(days=1))
    SuspensionFactory(lecturer__name="暂停")
    SuspensionFactory(
        lecturer__name="暂停已过", starts_on=today() - timedelta(days=9), ends_on=today() - timedelta(days=1)
    )
    LecturerFactory(name="组织已撤销", organisation__is_active=False)

    assert names(client) == ["周砚秋", "暂停已过"]


def test_a_lecturer_of_an_organisation_is_shown_to_its_people_only(client: Client, scene: Scene) -> None:
    Lecturer.objects.update(visibility=Visibility.ORGANISATION, visible_organisation=scene.county)
    inside = MembershipFactory(organisation=OrganisationFactory(parent=scene.county)).user
    outside = MembershipFactory().user

    assert names(client) == []
    client.force_login(outside)
    assert names(client) == []
    assert client.get(scene.lecturer.get_absolute_url()).status_code == 404
    client.force_login(inside)
    assert names(client) == ["周砚秋"]


def test_the_pool_is_narrowed_by_how_a_lesson_of_the_menu_is_taught(client: Client, scene: Scene) -> None:
    case, visit = TeachingMethodFactory(name="案例教学", slug="case"), TeachingMethodFactory(name="现场观摩")
    TeachingMethodFactory(name="无人用")
    for name, method, offered in (("孟守安", case, True), ("石怀远", case, False), ("周砚秋", visit, True)):
        lecturer = Lecturer.objects.filter(name=name).first() or LecturerFactory(name=name)
        offer = LessonOfferFactory(lecturer=lecturer, is_offered=offered)
        offer.methods = [method]
        offer.save()

    assert names(client, "?method=case") == ["孟守安"]
    assert names(client, "?method=none") == []
    labels = [chip["label"] for chip in client.get("/lecturers/").context["methods"]]
    assert labels == ["全部", "案例教学", "现场观摩"]


def test_hours_that_cannot_be_read_leave_one_lecturer_without_times_and_the_pool_open(
    client: Client, scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    other = LecturerFactory(name="吴桂芳")
    ScheduleFactory(lecturer=other)
    scene.lecturer.schedules.update(weekly={"someday": [["09:00", "12:00"]]})

    assert names(client) == ["吴桂芳", "周砚秋"]
    assert names(client, f"?day={today() + timedelta(days=1)}&begins=09:00&ends=11:00") == ["吴桂芳"]
    assert client.get(scene.lecturer.get_absolute_url()).status_code == 200
    assert f"hours of lecturer {scene.lecturer.pk}: " in caplog.text


@pytest.mark.long
def test_choices_narrow_the_pool(client: Client, scene: Scene) -> None:
    topic = TopicFactory(name="安全生产", slug="safety")
    other = LecturerFactory(name="孟守安", kind="guest", region="松林乡", online=True)
    other.topics.add(topic)
    other.save()

    assert names(client, "?topic=safety") == ["孟守安"]
    assert names(client, "?kind=guest") == ["孟守安"]
    assert names(client, "?region=县城") == ["周砚秋"]
    assert names(client, "?mode=online") == ["孟守安"]
    assert names(client, "?mode=online&region=县城") == []
    assert names(client, "?kind=nonsense&mode=%00") == ["周砚秋", "孟守安"]


def test_who_has_time_then_is_found(client: Client, scene: Scene) -> None:
    busy = LecturerFactory(name="孟守安")
    ScheduleFactory(lecturer=busy)
    OccupationFactory(lecturer=busy, start=evening(5))
    day = evening(5).date()

    assert names(client, f"?day={day}&begins=19:00&ends=20:30") == ["周砚秋"]
    assert names(client, f"?day={day}&begins=14:00&ends=18:00") == ["周砚秋", "孟守安"]
    assert names(client, f"?day={day}&begins=12:00&ends=14:00") == []
    assert names(client, f"?day={day}&begins=19:00") == ["周砚秋"]
    assert names(client, f"?day={day}&ends=12:00") == ["周砚秋", "孟守安"]
    assert names(client, f"?day={day}") == ["周砚秋", "孟守安"]
    assert names(client, f"?day={day}&ends=08:00") == []


def test_who_has_time_then_is_shown_with_that_time_and_the_way_to_it(client: Client, scene: Scene) -> None:
    begin = evening(9)
    found = client.get(f"/lecturers/?day={begin.date()}&begins=19:00&ends=20:00").content.decode()
    assert f"那时有空：{local_datetime(begin)}" in strip_tags(found)
    [way] = re.findall(rf'href="({scene.lecturer.get_absolute_url()}\?[^"]+)"', found)
    assert client.get(way.replace("&amp;", "&")).context["monday"] == begin.date() - timedelta(days=begin.weekday())


@pytest.mark.parametrize(("taken", "begins", "first"), [(14, "14:00", "16:00"), (9, "14:30", "14:30")])
def test_who_has_time_in_a_span_is_shown_with_the_first_time_that_fits_and_the_way_to_it(
    client: Client, scene: Scene, taken: int, begins: str, first: str
) -> None:
    OccupationFactory(lecturer=scene.lecturer, start=evening(9, taken))
    day = evening(9).date()
    found = client.get(f"/lecturers/?day={day}&begins={begins}&ends=18:00")
    [card] = found.context["cards"]

    assert localtime(card["asked"]).isoformat()[:16] == f"{day}T{first}"
    assert f"那时有空：{local_datetime(card['asked'])}" in strip_tags(found.content.decode())
    chosen = client.get(scene.lecturer.get_absolute_url() + card["query"]).context["slot"]
    assert chosen == {"start": card["asked"], "end": card["asked"] + timedelta(minutes=90)}


@pytest.mark.parametrize(
    "query",
    [
        "?begins=19:00&ends=20:00",
        "?day=nonsense&begins=19:00&ends=20:00",
        "?day=9999-12-31&begins=19:00&ends=20:00",
        "?day=0001-01-01&begins=19:00&ends=20:00",
        "?day=2026-12-03&begins=20:00&ends=19:00",
        "?day=2026-12-03&begins=25:00&ends=%00",
    ],
)
def test_a_time_that_cannot_be_is_refused_with_a_sentence_and_kept(client: Client, scene: Scene, query: str) -> None:
    response = client.get(f"/lecturers/{query}")

    assert response.status_code == 400
    assert response.context["form"].errors
    assert "周砚秋" in response.content.decode()


def test_the_list_asks_the_same_number_of_queries_for_one_and_for_three(client: Client, scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            names(client)
        return len(captured)

    queries()
    one = queries()
    for lecturer in LecturerFactory.create_batch(2):
        ScheduleFactory(lecturer=lecturer)
        lecturer.topics.add(TopicFactory())
        lecturer.save()
    assert queries() == one


def test_no_page_says_how_to_reach_a_lecturer(client: Client, scene: Scene) -> None:
    for address in ("/lecturers/", scene.lecturer.get_absolute_url()):
        text = client.get(address).content.decode()
        assert "周砚秋" in text
        assert "19900001234" not in text
        assert "zhou@example.org" not in text


def test_the_page_shows_the_free_times_of_the_chosen_lesson(client: Client, scene: Scene) -> None:
    LessonOfferFactory(lecturer=scene.lecturer, title="短的", minutes=60)
    long = LessonOfferFactory(lecturer=scene.lecturer, title="长的", minutes=180)
    week = evening(7).date()

    response = client.get(f"{scene.lecturer.get_absolute_url()}?offer={long.pk}&week={week}")

    assert response.context["offer"] == long
    assert [len(day["slots"]) for day in response.context["days"]] == [3] * 7
    assert len(client.get(f"{scene.lecturer.get_absolute_url()}?week={week}").context["days"][0]["slots"]) == 10


def test_a_time_that_was_chosen_stands_beside_the_request(client: Client, scene: Scene) -> None:
    address = scene.lecturer.get_absolute_url()
    week = evening(7).date()
    slot = client.get(f"{address}?week={week}").context["days"][2]["slots"][0]["slot"]

    chosen = client.get(address, {"week": str(week), "start": slot.start.isoformat()})
    gone = client.get(address, {"week": str(week), "start": "2020-01-01T09:00:00+08:00"})

    assert chosen.context["slot"]["start"] == slot.start
    assert gone.context["slot"] is None


@pytest.mark.parametrize(
    "query", ["?week=nonsense", "?week=9999-12-31", "?week=0001-01-01", "?offer=" + "9" * 40, "?start=%00"]
)
def test_odd_choices_show_the_present_week(client: Client, scene: Scene, query: str) -> None:
    response = client.get(f"{scene.lecturer.get_absolute_url()}{query}")

    assert response.status_code == 200
    assert response.context["monday"] == today() - timedelta(days=today().weekday())


def test_a_suspended_lecturer_can_be_seen_and_not_be_asked(client: Client, scene: Scene) -> None:
    SuspensionFactory(lecturer=scene.lecturer, reason="家中有事")

    response = client.get(scene.lecturer.get_absolute_url())

    assert response.context["in_service"] is False
    assert not any(day["slots"] for day in response.context["days"])
    assert "家中有事" not in response.content.decode()


@pytest.mark.long
def test_the_page_leads_those_who_may_edit_to_what_they_may_edit(client: Client, scene: Scene) -> None:
    schedule, standing = f"/lecturers/{scene.lecturer.pk}/schedule/", f"/workbench/lecturers/{scene.lecturer.pk}/"

    def links() -> tuple[bool, bool]:
        page = client.get(scene.lecturer.get_absolute_url()).content.decode()
        return f'href="{schedule}"' in page, f'href="{standing}"' in page

    assert links() == (False, False)
    for person, shown in (
        (scene.stranger, (False, False)),
        (scene.person, (True, False)),
        (scene.editor, (True, True)),
    ):
        client.force_login(person)
        assert links() == shown


def test_a_hidden_lecturer_is_there_for_those_who_keep_the_pool(client: Client, scene: Scene) -> None:
    Lecturer.objects.update(live=False)
    address = scene.lecturer.get_absolute_url()

    assert client.get(address).status_code == 404
    for person, status in ((scene.stranger, 404), (scene.editor, 200), (scene.person, 200)):
        client.force_login(person)
        assert client.get(address).status_code == status


@pytest.mark.parametrize("address", ["/lecturers/999999999999999999/", "/lecturers/0/"])
def test_nobody_stands_at_other_numbers(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_pages_are_only_read(client: Client, scene: Scene) -> None:
    assert client.post("/lecturers/").status_code == 405
    assert client.post(scene.lecturer.get_absolute_url()).status_code == 405
