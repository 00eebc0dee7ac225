"""A lecturer finds requests where everybody looks first: on the own page and on the first page, with how many wait."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import User
from cms.booking.enums import Concern
from cms.booking.models import BookingRequest
from cms.booking.queries import waiting_for_lecturer
from cms.lecturers.enums import Approval
from tests.factories.accounts import UserFactory, signed_in
from tests.factories.booking import Scene, keeper_of, make_scene, move_into_past
from tests.factories.lecturers import LecturerFactory, evening
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
DOOR = re.compile(r'href="/my/schedule/">.*?</svg>([^<]+)(?: <span class="badge due">([^<]+)</span>)?<svg', re.DOTALL)


scene = standing_scene(make_scene)


def door_of(person: User) -> list[tuple[str, str]]:
    """Return what the own page says at the door of the schedule: its name and how much waits."""
    return DOOR.findall(signed_in(person).get("/me/").content.decode())


def said_on_first_page(person: User) -> list[str]:
    page = signed_in(person).get("/").content.decode()
    return re.findall(r"<p>((?:有|工作台有) \d+ [^<]+。)</p>", page)


def test_the_own_page_of_a_lecturer_leads_to_the_schedule_and_says_how_much_waits(scene: Scene) -> None:
    assert door_of(scene.teacher) == [("我的排课", "")]
    scene.request()
    scene.request(starts_at=evening(6))
    assert door_of(scene.teacher) == [("我的排课", "2 件待处理")]


def test_the_first_page_tells_a_lecturer_without_workbench_how_many_requests_wait(scene: Scene) -> None:
    assert said_on_first_page(scene.teacher) == []
    scene.request()
    assert said_on_first_page(scene.teacher) == ["有 1 个约课等你处理。"]
    assert '<a class="btn" href="/my/schedule/">打开我的排课</a>' in signed_in(scene.teacher).get("/").content.decode()


def test_who_has_a_workbench_finds_requests_there_with_the_rest(scene: Scene) -> None:
    keeper = keeper_of(scene.school)
    scene.lecturer.user = keeper
    scene.lecturer.save(update_fields=["user"])
    scene.request()
    assert said_on_first_page(keeper) == ["工作台有 1 件事等你处理。"]
    assert door_of(keeper) == [("我的排课", "1 件待处理")]


def test_only_what_needs_the_lecturer_s_word_is_counted(scene: Scene) -> None:
    scene.both_say_yes()
    scene.request()
    scene.rule(approval=Approval.LECTURER)
    agreed = scene.agreed(starts_at=evening(6))
    assert list(waiting_for_lecturer(scene.teacher)) == []
    BookingRequest.objects.filter(pk=agreed.pk).update(concern=Concern.LEAVE)
    assert list(waiting_for_lecturer(scene.teacher)) == [agreed]
    move_into_past(agreed)
    assert list(waiting_for_lecturer(scene.teacher)) == []


def test_nobody_else_has_the_door_or_hears_of_the_request(scene: Scene) -> None:
    scene.request()
    colleague, member = UserFactory(), UserFactory()
    LecturerFactory(organisation=scene.school, user=colleague)
    assert (door_of(member), said_on_first_page(member)) == ([], [])
    assert (door_of(colleague), said_on_first_page(colleague)) == ([("我的排课", "")], [])


@pytest.mark.wide
def test_many_requests_cost_as_many_queries_as_one(scene: Scene) -> None:
    client = signed_in(scene.teacher)
    counts = []
    for day in (5, 6, 7):
        scene.request(starts_at=evening(day))
        for address in ("/", "/me/"):
            client.get(address)
            with CaptureQueriesContext(
                connection,
            ) as asked:
                client.get(address)
            counts.append((address, len(asked)))
    assert set(counts) == set(counts[:2])
