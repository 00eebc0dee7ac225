"""Courses, guides, playlists and wishes for tests."""

from datetime import date
from typing import Any, TypeVar

from cms.accounts.models import User
from cms.core.clock import today
from cms.courses.models import (
    CourseItem,
    CoursePage,
    CourseQuestion,
    GuideItem,
    GuidePage,
    Playlist,
    Prerequisite,
    SeriesItem,
    SeriesPage,
    TopicWish,
    TrackItem,
    TrackPage,
)
from cms.courses.services.playlists import add_to_playlist, ask_for_topic, make_playlist
from cms.lessons.models import MicroLesson
from cms.library.models import ContentPage
from cms.organisations.enums import Role
from tests.factories.learning import watch_all
from tests.factories.lessons import Stage
from tests.factories.library import make_editor, make_page, publish_page

Kind = TypeVar("Kind", bound=ContentPage)
QUESTION = {"kind": "single", "stem": "先看什么？", "options": ["杆基", "导线"], "answer": [0]}


def make_wish(stage: Stage, text: str = "冬季用电") -> TopicWish:
    """Return a topic that the stage's author asked the branch for."""
    return ask_for_topic(stage.author, text)


def make_list(stage: Stage, *lessons: MicroLesson, **values: Any) -> Playlist:
    """Return the branch's playlist with the lessons in order."""
    playlist = make_playlist(stage.branch, **({"title": "十二月共学"} | values), actor=stage.secretary)
    for lesson in lessons:
        add_to_playlist(playlist, lesson, actor=stage.secretary)
    return playlist


def course_draft(stage: Stage, *lessons: MicroLesson, needs: tuple[CoursePage, ...] = (), **values: Any) -> CoursePage:
    """Return the draft of a course: one unit with the lessons, then a task; `questions=True` asks one at the end."""
    items = [CourseItem(unit="第一单元" if not place else "", lesson=row) for place, row in enumerate(lessons)]
    items.append(CourseItem(unit="第二单元", title="写一条巡线记录", text="写清杆号。", minutes=10))
    questions = [CourseQuestion(**QUESTION)] if values.pop("questions", False) else []
    return make_page(
        CoursePage,
        stage.editor,
        stage.committee,
        items=in_order(values.pop("items", items)),
        questions=questions,
        prerequisites=[Prerequisite(needed=row) for row in needs],
        **({"title": "巡线入门"} | values),
    )


def in_order(items: list[Any]) -> list[Any]:
    """Return the items with their places."""
    for place, item in enumerate(items):
        item.sort_order = place
    return items


def set_parts(page: ContentPage, name: str, parts: list[Any]) -> None:
    """Put these children in the place of those that the page has, for its next revision."""
    setattr(page, name, in_order(parts))


def watch(person: User, lesson: MicroLesson, *, until: float | None = None) -> None:
    """Let the person have played the lesson's video."""
    assert lesson.shown_video is not None
    watch_all(person, lesson.shown_video, until=until)


def published(stage: Stage, page: Kind) -> Kind:
    """Return the page, approved by somebody other than its editor."""
    return publish_page(page, make_editor(stage.committee, Role.REVIEWER))


def make_course(stage: Stage, *lessons: MicroLesson, **values: Any) -> CoursePage:
    """Return a published course."""
    return published(stage, course_draft(stage, *lessons, **values))


def make_series(stage: Stage, *pages: ContentPage, **values: Any) -> SeriesPage:
    """Return a published series of courses."""
    items = in_order([SeriesItem(page=page) for page in pages])
    return published(
        stage,
        make_page(SeriesPage, stage.editor, stage.committee, items=items, **({"title": "安全生产微课"} | values)),
    )


def make_track(stage: Stage, *pages: ContentPage, **values: Any) -> TrackPage:
    """Return a published track of courses."""
    items = in_order([TrackItem(page=page) for page in pages])
    return published(
        stage, make_page(TrackPage, stage.editor, stage.committee, items=items, **({"title": "新党员"} | values))
    )


def guide_draft(stage: Stage, *lessons: MicroLesson, month: date | None = None, **values: Any) -> GuidePage:
    """Return the draft of a guide for this month: the lessons, a link, a task, two points to discuss."""
    items = [GuideItem(lesson=row) for row in lessons]
    items += [GuideItem(title="检查表", url="https://example.org/a"), GuideItem(title="支部讨论")]
    defaults = {"title": "冬季安全生产", "theme": "冬季安全", "discussion": "哪里容易忽略？\n怎么改？"}
    return make_page(
        GuidePage,
        stage.editor,
        stage.committee,
        month=month or today(),
        items=in_order(values.pop("items", items)),
        **(defaults | values),
    )


def make_guide(stage: Stage, *lessons: MicroLesson, month: date | None = None, **values: Any) -> GuidePage:
    """Return a published guide."""
    return published(stage, guide_draft(stage, *lessons, month=month, **values))
