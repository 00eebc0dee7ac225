"""Questions that stand ready in a lesson or another page are copied into a course's draft; each page freezes its own."""

import pytest
from django.urls import reverse

from cms.core.errors import InvalidInput, StaleState
from cms.courses.models import CoursePage, CourseQuestion
from cms.courses.services.questions import take_over_questions
from cms.lessons.models import LessonQuestion, MicroLesson
from cms.review.services import submit
from tests.factories.admin import in_admin
from tests.factories.courses import QUESTION, course_draft, make_course, make_guide
from tests.factories.lessons import Stage, make_draft, make_published, make_stage
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db


stage = standing_scene(make_stage)


def asked(lesson: MicroLesson, *stems: str) -> MicroLesson:
    """Return the lesson as it is shown, with a question of each stem and no other."""
    lesson.questions.all().delete()
    for stem in stems:
        LessonQuestion.objects.create(lesson=lesson, **(QUESTION | {"stem": stem}))
    return MicroLesson.objects.get(pk=lesson.pk)


def stems_of(course: CoursePage) -> list[str]:
    """Return the questions of the newest draft in their order."""
    return [
        question.stem
        for question in CoursePage.objects.get(pk=course.pk).get_latest_revision_as_object().questions.all()
    ]


@pytest.mark.long
def test_copies_come_after_what_stands_there_and_known_questions_are_left_out(stage: Stage) -> None:
    lesson = asked(make_published(stage), "先看什么？", "再看什么？")
    course = course_draft(stage, lesson, questions=True)
    assert take_over_questions(course, lesson, actor=stage.editor) == 1
    assert stems_of(course) == ["先看什么？", "再看什么？"]
    with pytest.raises(InvalidInput):
        take_over_questions(CoursePage.objects.get(pk=course.pk), lesson, actor=stage.editor)
    asked(lesson, "换了的题")
    assert stems_of(course) == ["先看什么？", "再看什么？"]


@pytest.mark.long
def test_a_published_course_shows_them_only_after_its_review(stage: Stage) -> None:
    lesson = asked(make_published(stage), "再看什么？")
    course = make_course(stage, lesson)
    take_over_questions(course, lesson, actor=stage.editor)
    assert (CourseQuestion.objects.count(), stems_of(course)) == (0, ["再看什么？"])


@pytest.mark.long
def test_more_than_a_page_holds_and_a_page_in_review_are_refused(stage: Stage) -> None:
    lesson = asked(make_published(stage), *(f"第{number}问？" for number in range(10)))
    course = course_draft(stage, lesson, questions=True)
    with pytest.raises(InvalidInput) as full:
        take_over_questions(course, lesson, actor=stage.editor)
    assert full.value.fields == {"lesson": ["那样就有 11 道题，一页最多 10 道。请先去掉几道。"]}
    submit(course, actor=stage.editor)
    with pytest.raises(StaleState):
        take_over_questions(CoursePage.objects.get(pk=course.pk), lesson, actor=stage.editor)
    assert stems_of(course) == ["先看什么？"]


@pytest.mark.long
def test_the_editor_leads_there_and_back_and_mistakes_are_said(stage: Stage) -> None:
    lesson = asked(make_published(stage), "再看什么？")
    guide = make_guide(stage, lesson)
    course, client = course_draft(stage, lesson), in_admin(stage.editor)
    address, edit = reverse("courses_take_questions", args=[course.pk]), f"/admin/pages/{course.pk}/edit/"
    assert address in client.get(edit).content.decode()
    assert client.get(address).status_code == 200
    for wrong in (
        {},
        {"lesson": lesson.pk, "page": guide.pk},
        {"lesson": "9" * 20},
        {"lesson": "abc"},
        {"page": "abc"},
        {"page": guide.pk},
    ):
        answer = client.post(address, wrong)
        assert (answer.status_code, bool(answer.context["form"].errors)) == (400, True)
    assert stems_of(course) == []
    answer = client.post(address, {"lesson": lesson.pk})
    assert (answer.status_code, answer["Location"], stems_of(course)) == (302, edit, ["再看什么？"])
    assert client.put(address).status_code == 405


@pytest.mark.long
def test_nobody_takes_from_what_is_not_shown_nor_into_the_page_of_others(stage: Stage) -> None:
    draft = make_draft(stage)
    course = course_draft(stage)
    address = reverse("courses_take_questions", args=[course.pk])
    refused = in_admin(stage.editor).post(address, {"lesson": draft.pk})
    assert (refused.status_code, str(draft) in refused.content.decode()) == (400, False)
    stranger = in_admin(make_editor(OrganisationFactory()))
    assert [stranger.get(address).status_code, stranger.post(address, {"lesson": draft.pk}).status_code] == [404, 404]
    assert stems_of(course) == []
