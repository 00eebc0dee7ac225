"""Members hear once a day what their own branch shows for the first time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from cms.accounts.models import User
from cms.core.clock import now
from cms.jobs.schedule import scheduled_work
from cms.jobs.services import due_at
from cms.lessons.models import MicroLesson
from cms.lessons.services import announce_new_lessons
from cms.notices.services import mute_areas
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory
from tests.factories.lessons import Stage, make_published
from tests.factories.organisations import MembershipFactory

pytestmark = pytest.mark.django_db
MORNING = due_at(timedelta(days=1), now())  # the last eight o'clock in the county


@pytest.fixture(autouse=True)
def in_chinese(settings: Settings) -> None:
    settings.LANGUAGE_CODE = "zh-hans"


@pytest.fixture
def member(stage: Stage) -> User:
    user: User = MembershipFactory(organisation=stage.branch).user
    return user


def shown(stage: Stage, *, at: datetime = MORNING - timedelta(hours=3), **values: Any) -> MicroLesson:
    """Return a lesson of the branch's author that was shown first at the instant."""
    lesson = make_published(stage)
    MicroLesson.objects.filter(pk=lesson.pk).update(first_published_at=at, **values)
    lesson.refresh_from_db()
    return lesson


def told(person: User) -> list[tuple[str, str, str]]:
    return list(person.notices.filter(kind="lessons.new").values_list("title", "body", "url"))


def test_the_branch_hears_of_one_lesson_and_its_author_and_others_do_not(stage: Stage, member: User) -> None:
    lesson = shown(stage)

    assert announce_new_lessons(MORNING + timedelta(minutes=5)) == 2  # the secretary belongs to the branch too

    assert told(member) == [("本支部新课：雪后巡线，先看杆基", "", f"/lessons/{lesson.pk}/")]
    assert told(stage.author) == told(stage.outsider) == told(stage.editor) == []


@pytest.mark.long
def test_several_lessons_are_one_notice_and_an_author_hears_of_the_others(stage: Stage, member: User) -> None:
    first, second = shown(stage, title="一"), shown(stage, title="二", at=MORNING - timedelta(hours=1))
    colleague = MembershipFactory(organisation=stage.branch).user
    MicroLesson.objects.filter(pk=second.pk).update(author=colleague)

    announce_new_lessons(MORNING)

    assert told(member) == [("本支部有 2 节新课", "二\n一", "/lessons/")]
    assert told(colleague) == [("本支部新课：一", "", f"/lessons/{first.pk}/")]
    assert told(stage.author) == [("本支部新课：二", "", f"/lessons/{second.pk}/")]


def test_a_job_that_runs_twice_tells_once(stage: Stage, member: User) -> None:
    shown(stage)
    announce_new_lessons(MORNING)
    assert announce_new_lessons(MORNING + timedelta(hours=1)) == 0
    assert len(told(member)) == 1


@pytest.mark.parametrize(
    "values",
    [
        {"at": MORNING - timedelta(days=1, seconds=1)},
        {"at": MORNING},
        {"live": False},
        {"live": False, "taken_down_at": MORNING},
        {"visibility": Visibility.ROLE, "visible_role": "editor"},
    ],
)
def test_other_days_and_what_not_everybody_in_the_branch_sees_is_not_told(
    stage: Stage, member: User, values: dict[str, Any]
) -> None:
    shown(stage, **values)
    assert announce_new_lessons(MORNING) == 0
    assert told(member) == []


@pytest.mark.long
def test_a_lesson_for_the_branch_and_all_around_it_is_told(stage: Stage, member: User) -> None:
    shown(stage, visibility=Visibility.ORGANISATION, visible_organisation=stage.committee)
    announce_new_lessons(MORNING)
    assert len(told(member)) == 1


def test_who_does_not_want_it_hears_nothing(stage: Stage, member: User) -> None:
    shown(stage)
    mute_areas(member, ["lessons"])
    announce_new_lessons(MORNING)
    assert told(member) == []


@pytest.mark.long
def test_a_thousand_members_cost_no_more_statements_than_one(stage: Stage, member: User) -> None:
    shown(stage)
    with CaptureQueriesContext(connection) as few:
        announce_new_lessons(MORNING)
    member.notices.all().delete()
    stage.secretary.notices.all().delete()
    for person in UserFactory.create_batch(20):
        MembershipFactory(user=person, organisation=stage.branch)
    with CaptureQueriesContext(connection) as many:
        assert announce_new_lessons(MORNING) == 22
    assert len(many) == len(few)


def test_it_is_scheduled() -> None:
    assert scheduled_work("lessons.announce_new") is not None
