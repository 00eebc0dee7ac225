from collections.abc import Iterator

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import User
from cms.core import events
from cms.core.errors import InvalidInput
from cms.courses.events import CourseCompleted
from cms.courses.models import CourseItem, CoursePage, CourseStudy, ItemDone, Prerequisite
from cms.courses.queries.courses import COURSE_QUIZ
from cms.courses.services.study import begin_course, set_tick
from cms.lessons.services import unpublish
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.quizzes.models import Quiz
from cms.quizzes.queries import find_quiz
from cms.review.services import approve, submit
from cms.taxonomy.enums import Visibility
from tests.factories.courses import QUESTION, course_draft, make_course, make_series, make_track, set_parts, watch
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.library import make_editor, make_resource, publish_page
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db


stage = standing_scene(make_stage)


@pytest.fixture
def heard() -> Iterator[list[CourseCompleted]]:
    told: list[CourseCompleted] = []
    subscriber = told.append
    events.subscribe(CourseCompleted)(subscriber)
    yield told
    events._subscribers[CourseCompleted].remove(subscriber)


def as_person(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(User.objects.get(pk=person.pk))
    return client


def page_of(person: User | None, course: CoursePage) -> str:
    response = as_person(person).get(course.url)
    assert response.status_code == 200
    return str(response.content.decode())


def task_of(course: CoursePage) -> CourseItem:
    return course.items.get(lesson=None)


def tick(course: CoursePage, person: User, done: str = "1") -> None:
    key = task_of(course).key
    assert as_person(person).post(f"/courses/{course.pk}/items/{key}/", {"done": done}).status_code == 302


@pytest.mark.long
def test_a_course_shows_its_units_in_order_to_everybody(stage: Stage) -> None:
    course = make_course(stage, make_published(stage, title="甲课"), make_published(stage, title="乙课"))
    shown = page_of(None, course)
    places = [shown.index(words) for words in ("第一单元", "甲课", "乙课", "第二单元", "写一条巡线记录")]
    assert places == sorted(places)
    assert ("未开始" in shown, "/continue/" in shown, "登录后可记住学习位置" in shown) == (False, False, True)


@pytest.mark.long
def test_a_draft_and_a_course_for_others_are_nobodys_to_see(stage: Stage) -> None:
    draft = course_draft(stage)
    hidden = make_course(stage, title="内部", visibility=Visibility.ORGANISATION, visible_organisation=stage.branch)
    assert as_person(stage.author).get(draft.url).status_code == 404
    assert as_person(stage.author).get(hidden.url).status_code == 200
    for person in (None, stage.outsider):
        assert as_person(person).get(hidden.url).status_code == 404
        assert "内部" not in as_person(person).get("/courses/").content.decode()
    assert as_person(stage.outsider).post(f"/courses/{hidden.pk}/continue/").status_code == 404


@pytest.mark.long
def test_one_button_begins_goes_on_and_remembers_where_one_was(stage: Stage) -> None:
    first, second = make_published(stage, title="甲课"), make_published(stage, title="乙课")
    course = make_course(stage, first, second, questions=True)
    reader, button = as_person(stage.outsider), f"/courses/{course.pk}/continue/"
    assert reader.get(button).status_code == 405
    assert reader.post(button).headers["Location"] == first.get_absolute_url()
    assert CourseStudy.objects.get().user == stage.outsider
    watch(stage.outsider, first)
    assert reader.post(button).headers["Location"] == second.get_absolute_url()
    watch(stage.outsider, second, until=50)
    assert "看到" in page_of(stage.outsider, course)
    watch(stage.outsider, second)
    assert reader.post(button).headers["Location"] == f"{course.url}#item-{task_of(course).key}"
    tick(course, stage.outsider)
    assert reader.post(button).headers["Location"] == f"{course.url}#question"


@pytest.mark.long
def test_a_course_is_completed_once_when_everything_is_done_and_its_quiz_passed(
    stage: Stage, heard: list[CourseCompleted]
) -> None:
    lesson = make_published(stage)
    course = make_course(stage, lesson, questions=True)
    begin_course(stage.outsider, course)
    tick(course, stage.outsider)
    watch(stage.outsider, lesson)
    assert heard == []
    pass_quiz(stage.outsider, course)
    study = CourseStudy.objects.get()
    assert heard == [CourseCompleted(stage.outsider.pk, course.pk, study.pk)]
    assert study.completed_at is not None
    pass_quiz(stage.outsider, course)
    begin_course(stage.outsider, course)
    assert len(heard) == 1
    assert "这门课程你已经全部学完。" in page_of(stage.outsider, course)


def pass_quiz(person: User, course: CoursePage) -> None:
    from uuid import uuid4

    from cms.quizzes.services import save_answer, start_attempt, submit_attempt

    quiz = find_quiz(COURSE_QUIZ, course.pk)
    assert quiz is not None
    attempt = start_attempt(person, quiz)
    save_answer(attempt, quiz.versions.get().pk, seq=1, value=[0])
    submit_attempt(attempt, uuid4())


@pytest.mark.long
def test_watching_the_last_lesson_completes_the_course(stage: Stage, heard: list[CourseCompleted]) -> None:
    lesson = make_published(stage)
    course = make_course(stage, items=[CourseItem(lesson=lesson)])
    begin_course(stage.outsider, course)
    watch(stage.outsider, lesson)
    assert [event.course_id for event in heard] == [course.pk]


@pytest.mark.long
def test_what_was_done_before_counts_when_the_course_is_begun(stage: Stage, heard: list[CourseCompleted]) -> None:
    lesson = make_published(stage)
    watch(stage.outsider, lesson)
    course = make_course(stage, items=[CourseItem(lesson=lesson)])
    assert CourseStudy.objects.count() == 0
    begin_course(stage.outsider, course)
    assert len(heard) == 1


def test_an_unfinished_course_stays_unfinished_after_a_failed_quiz(stage: Stage) -> None:
    course = make_course(stage, items=[CourseItem(title="写记录")], questions=True)
    set_tick(stage.outsider, course, course.items.get().key, done=True)
    assert CourseStudy.objects.get().completed_at is None


@pytest.mark.long
def test_a_tick_can_be_taken_away_and_is_nobody_elses(stage: Stage) -> None:
    course = make_course(stage, make_published(stage))
    tick(course, stage.outsider)
    assert ItemDone.objects.get().user == stage.outsider
    assert "is-done" in page_of(stage.outsider, course)
    for person in (stage.author, stage.secretary, stage.editor):
        assert "is-done" not in page_of(person, course)
    tick(course, stage.outsider, done="0")
    assert not ItemDone.objects.exists()


@pytest.mark.long
def test_a_lesson_of_a_course_is_not_ticked_by_hand(stage: Stage) -> None:
    course = make_course(stage, make_published(stage))
    lesson_key = course.items.exclude(lesson=None).get().key
    with pytest.raises(InvalidInput):
        set_tick(stage.outsider, course, lesson_key, done=True)
    answer = as_person(stage.outsider).post(f"/courses/{course.pk}/items/{lesson_key}/", {"done": "1"})
    assert (answer.status_code, ItemDone.objects.count()) == (302, 0)


@pytest.mark.long
def test_a_lesson_that_is_shown_no_longer_is_named_so_the_course_stays_and_its_editors_are_told(stage: Stage) -> None:
    gone, kept = make_published(stage, title="甲课"), make_published(stage, title="乙课")
    course = make_course(stage, gone, kept)
    begin_course(stage.outsider, course)
    unpublish(gone, actor=stage.author)
    shown = page_of(stage.outsider, course)
    assert ("甲课" in shown, "已不再提供" in shown, "乙课" in shown) == (False, True, True)
    notice = Notice.objects.get(kind="courses.lesson_gone", user=stage.editor)
    assert ("甲课" in notice.title, "巡线入门" in notice.title) == (True, True)
    tick(course, stage.outsider)
    watch(stage.outsider, kept)
    assert CourseStudy.objects.get().completed_at is not None


@pytest.mark.long
def test_a_resource_in_a_course_opens_its_page_and_is_ticked(stage: Stage) -> None:
    resource = publish_page(make_resource(stage.editor, stage.committee), make_editor(stage.committee, Role.REVIEWER))
    course = make_course(stage, items=[CourseItem(page=resource.contentpage_ptr)])
    assert f'href="{resource.url}"' in page_of(stage.outsider, course)
    set_tick(stage.outsider, course, course.items.get().key, done=True)
    assert CourseStudy.objects.get().completed_at is not None


@pytest.mark.long
def test_a_lesson_page_leads_on_in_the_course_that_is_studied(stage: Stage) -> None:
    lesson = make_published(stage)
    course = make_course(stage, lesson)
    reader = as_person(stage.outsider)
    assert "继续学这门课程" not in reader.get(lesson.get_absolute_url()).content.decode()
    begin_course(stage.outsider, course)
    shown = reader.get(lesson.get_absolute_url()).content.decode()
    assert (course.title in shown, f"/courses/{course.pk}/continue/" in shown) == (True, True)


def test_questions_are_frozen_at_publishing_and_hidden_with_the_course(stage: Stage) -> None:
    course = make_course(stage, questions=True)
    quiz = Quiz.objects.get(owner_kind=COURSE_QUIZ)
    assert (quiz.visibility, quiz.versions.get().stem) == (Visibility.PUBLIC, QUESTION["stem"])
    course.unpublish()
    quiz.refresh_from_db()
    assert quiz.visibility == Visibility.PRIVATE


@pytest.mark.long
def test_minutes_are_the_sum_of_the_items_unless_an_editor_says_otherwise(stage: Stage) -> None:
    lesson = make_published(stage)
    assert make_course(stage, lesson).total_minutes == (lesson.minutes or 0) + 10
    assert make_course(stage, lesson, minutes=25, title="另一门").total_minutes == 25


@pytest.mark.long
def test_courses_that_come_first_are_named_and_lock_nobody_out(stage: Stage) -> None:
    first = make_course(stage, title="安全常识")
    course = make_course(stage, needs=(first,))
    shown = page_of(stage.outsider, course)
    assert ("建议先学" in shown, f'href="{first.url}"' in shown) == (True, True)
    assert as_person(stage.outsider).post(f"/courses/{course.pk}/continue/").status_code == 302


@pytest.mark.long
def test_a_course_that_would_come_before_itself_around_a_corner_is_not_published(stage: Stage) -> None:
    first = make_course(stage, title="安全常识")
    second = make_course(stage, needs=(first,), title="巡线入门")
    set_parts(first, "prerequisites", [Prerequisite(needed=second)])
    first.save_revision(user=stage.editor)
    first = CoursePage.objects.get(pk=first.pk)
    submit(first, actor=stage.editor)
    with pytest.raises(InvalidInput, match="安全常识 → 巡线入门 → 安全常识"), transaction.atomic():
        approve(CoursePage.objects.get(pk=first.pk), actor=make_editor(stage.committee, Role.REVIEWER))
    assert CoursePage.objects.get(pk=first.pk).prerequisites.count() == 0


@pytest.mark.long
def test_series_and_track_lead_through_courses_and_say_what_is_done(stage: Stage) -> None:
    lesson = make_published(stage)
    course = make_course(stage, items=[CourseItem(lesson=lesson)])
    begin_course(stage.outsider, course)
    watch(stage.outsider, lesson)
    for page in (make_series(stage, course), make_track(stage, course)):
        shown = as_person(stage.outsider).get(page.url).content.decode()
        assert (course.title in shown, "is-done" in shown) == (True, True)
        assert "is-done" not in as_person(None).get(page.url).content.decode()


@pytest.mark.long
def test_browsing_narrows_by_series_badge_topic_and_odd_values_find_nothing(stage: Stage) -> None:
    course, other = make_course(stage, title="甲课程"), make_course(stage, title="乙课程")
    series = make_series(stage, course)

    def titles(**query: str) -> list[bool]:
        shown = as_person(None).get("/courses/", query).content.decode()
        found = shown[shown.index("found-title") :]
        return [course.title in found, other.title in found]

    assert titles() == [True, True]
    assert titles(series=str(series.pk)) == [True, False]
    assert titles(selected="1") == [False, False]
    assert titles(topic="nothing\x00") == [False, False]
    assert titles(series="9" * 400) == [True, True]


def test_one_person_has_one_study_and_one_tick(stage: Stage) -> None:
    course = make_course(stage)
    begin_course(stage.outsider, course)
    with pytest.raises(IntegrityError), transaction.atomic():
        CourseStudy.objects.create(user=stage.outsider, course=course)
    set_tick(stage.outsider, course, task_of(course).key, done=True)
    set_tick(stage.outsider, course, task_of(course).key, done=True)
    assert ItemDone.objects.count() == 1


@pytest.mark.wide
def test_pages_take_as_many_queries_for_three_items_as_for_one(stage: Stage) -> None:
    def count(address: str) -> int:
        client = as_person(stage.outsider)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    lessons = [make_published(stage, title=f"课{number}") for number in range(3)]
    short, long = make_course(stage, *lessons[:1], title="短"), make_course(stage, *lessons, title="长")
    assert count(short.url) == count(long.url)
    small, large = make_series(stage, short), make_series(stage, short, long, title="大系列")
    assert count(small.url) == count(large.url)
    one = count("/courses/")
    make_course(stage, title="第三门")
    make_track(stage, short)
    before = count("/courses/")
    make_track(stage, long, title="第二条")
    make_series(stage, long, title="第三个系列")
    assert (count("/courses/"), one <= before) == (before, True)
