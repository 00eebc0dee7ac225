from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import AuditEntry, User
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.courses.models import Assignment, CoursePage, CourseStudy, Selection
from cms.courses.services.duties import assign_course, give_badge, remind_of_courses, withdraw_badge
from cms.notices.models import Notice
from cms.organisations.enums import Role
from tests.factories.accounts import UserFactory
from tests.factories.courses import make_course
from tests.factories.lessons import Stage, make_stage
from tests.factories.library import make_editor
from tests.factories.organisations import MembershipFactory, OrganisationFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db


stage = standing_scene(make_stage)


@pytest.fixture
def reviewer(stage: Stage) -> User:
    return make_editor(stage.committee, Role.REVIEWER)


def as_person(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def complete(course: CoursePage, person: User) -> None:
    CourseStudy.objects.create(user=person, course=course, completed_at=now())


def assigned(stage: Stage, course: CoursePage, **values: Any) -> Assignment:
    chosen = {"until": today() + timedelta(days=30)} | values
    return assign_course(course, stage.branch, **chosen, actor=stage.secretary)


@pytest.mark.long
def test_a_reviewer_gives_the_badge_with_name_and_reason_and_withdraws_it(stage: Stage, reviewer: User) -> None:
    course = make_course(stage)
    judge, address = as_person(reviewer), f"/courses/{course.pk}/badge/"
    assert judge.post(address, {"reason": " "}).status_code == 400
    assert judge.post(address, {"act": "give", "reason": "讲得清楚，处处有依据"}).status_code == 302
    shown = judge.get(course.url).content.decode()
    assert ("精品课" in shown, "讲得清楚，处处有依据" in shown, reviewer.name in shown) == (True, True, True)
    assert course.title in judge.get("/courses/?selected=1").content.decode()
    assert judge.post(address, {"act": "give", "reason": "再来一次"}).status_code == 409
    assert judge.post(address, {"act": "withdraw", "reason": "数据过期"}).status_code == 302
    badge = Selection.objects.get()
    assert (badge.given_by, badge.withdrawn_by, badge.withdrawn_reason) == (reviewer, reviewer, "数据过期")
    assert "精品课" not in judge.get(course.url).content.decode().replace("评为精品课", "")
    assert [entry.action for entry in AuditEntry.objects.filter(action__startswith="courses.").order_by("pk")] == [
        "courses.give_badge",
        "courses.withdraw_badge",
    ]
    with pytest.raises(StaleState):
        withdraw_badge(course, actor=reviewer, reason="没有了")


@pytest.mark.long
def test_only_a_reviewer_in_reach_who_did_not_begin_the_course_gives_the_badge(stage: Stage, reviewer: User) -> None:
    course = make_course(stage)
    for person in (stage.author, stage.secretary, stage.editor, make_editor(OrganisationFactory(), Role.REVIEWER)):
        assert as_person(person).get(f"/courses/{course.pk}/badge/").status_code == 404
        with pytest.raises(PermissionDenied):
            give_badge(course, actor=person, reason="好")
    CoursePage.objects.filter(pk=course.pk).update(owner=reviewer)
    assert as_person(reviewer).get(f"/courses/{course.pk}/badge/").status_code == 404


def test_the_database_keeps_one_badge_at_a_time_and_its_reason(stage: Stage, reviewer: User) -> None:
    course = make_course(stage)
    give_badge(course, actor=reviewer, reason="好")
    for values in ({"reason": "又好"}, {"reason": "", "withdrawn_at": now(), "withdrawn_reason": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Selection.objects.create(course=course, given_by=reviewer, **values)


@pytest.mark.long
def test_a_secretary_asks_for_a_course_and_each_person_hears_of_it_once(stage: Stage) -> None:
    course = make_course(stage)
    complete(course, stage.secretary)
    form = {"organisation": stage.branch.pk, "until": (today() + timedelta(days=30)).isoformat()}
    keeper = as_person(stage.secretary)
    assert keeper.post(f"/courses/{course.pk}/assign/", form).status_code == 302
    assert keeper.post(f"/courses/{course.pk}/assign/", form).status_code == 302
    told = Notice.objects.filter(kind="courses.assigned")
    assert [notice.user for notice in told] == [stage.author]
    assert course.title in as_person(stage.author).get("/courses/").content.decode()
    assert Assignment.objects.count() == 1


@pytest.mark.parametrize("until", ["", "2020-01-01", "9999-12-31", "tomorrow", "9" * 400])
@pytest.mark.long
def test_a_day_that_cannot_be_used_is_said(stage: Stage, until: str) -> None:
    course = make_course(stage)
    form = {"organisation": stage.branch.pk, "until": until}
    assert as_person(stage.secretary).post(f"/courses/{course.pk}/assign/", form).status_code == 400
    assert not Assignment.objects.exists()


def test_only_for_organisations_in_reach(stage: Stage) -> None:
    course = make_course(stage)
    assert as_person(stage.author).get(f"/courses/{course.pk}/assign/").status_code == 404
    for organisation in (stage.committee, OrganisationFactory()):
        with pytest.raises(PermissionDenied):
            assign_course(course, organisation, until=today(), actor=stage.secretary)
    with pytest.raises(InvalidInput):
        assigned(stage, course, until=today() - timedelta(days=1))


def test_the_last_week_reminds_once_and_only_who_has_not_done_it(stage: Stage) -> None:
    course = make_course(stage)
    row = assigned(stage, course, until=today() + timedelta(days=30))
    complete(course, stage.author)
    Notice.objects.all().delete()
    assert remind_of_courses(today()) == 0
    last_week = row.until - timedelta(days=6)
    assert (remind_of_courses(last_week), remind_of_courses(last_week)) == (1, 0)
    assert [notice.user for notice in Notice.objects.all()] == [stage.secretary]
    assert remind_of_courses(row.until + timedelta(days=1)) == 0


@pytest.mark.parametrize(("people", "number"), [(0, None), (4, None), (5, 5), (9, 5), (11, 10)])
@pytest.mark.long
def test_a_branch_sees_numbers_from_five_people_on_in_steps_of_five(
    stage: Stage, people: int, number: int | None
) -> None:
    course = make_course(stage)
    assigned(stage, course)
    names = []
    for _turn in range(people):
        person = UserFactory()
        MembershipFactory(user=person, organisation=stage.branch)
        complete(course, person)
        names.append(person.name)
    complete(course, stage.outsider)
    page = as_person(stage.secretary).get("/workbench/courses/").content.decode()
    assert [name for name in names if name in page] == []
    assert (f"至少 {number} 人" in page) == (number is not None)


@pytest.mark.long
def test_an_assignment_is_taken_back_by_those_who_may(stage: Stage) -> None:
    row = assigned(stage, make_course(stage))
    assert as_person(stage.outsider).post(f"/workbench/courses/{row.pk}/end/").status_code == 404
    assert as_person(stage.secretary).get(f"/workbench/courses/{row.pk}/end/").status_code == 405
    assert as_person(stage.secretary).post(f"/workbench/courses/{row.pk}/end/").status_code == 302
    assert not Assignment.objects.exists()


@pytest.mark.wide
def test_the_list_takes_a_bounded_number_of_queries(stage: Stage) -> None:
    def count() -> int:
        client = as_person(stage.secretary)
        client.get("/workbench/courses/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/workbench/courses/").status_code == 200
        return len(queries)

    assigned(stage, make_course(stage))
    one = count()
    for number in range(2):
        assigned(stage, make_course(stage, title=f"课程{number}"))
    assert count() == one


@pytest.mark.long
def test_an_assigned_course_is_named_only_to_those_who_see_it(stage: Stage) -> None:
    course = make_course(stage, title="只给骨干的课程")
    assigned(stage, course, until=today() + timedelta(days=5))

    def named() -> bool:
        return course.title in as_person(stage.author).get("/courses/").content.decode()

    assert named()
    CoursePage.objects.filter(pk=course.pk).update(visibility="role", visible_role=Role.BRANCH_SECRETARY)
    Notice.objects.all().delete()
    remind_of_courses()
    assert (named(), list(Notice.objects.values_list("user", flat=True))) == (False, [stage.secretary.pk])

    CoursePage.objects.filter(pk=course.pk).update(
        visibility="organisation", visible_role="", visible_organisation=OrganisationFactory()
    )
    Assignment.objects.update(reminded_for=None)
    Notice.objects.all().delete()
    remind_of_courses()
    assert (named(), Notice.objects.exists()) == (False, False)

    CoursePage.objects.filter(pk=course.pk).update(visibility="public", live=False)
    assert not named()
