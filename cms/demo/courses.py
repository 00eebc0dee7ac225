"""Courses, series, tracks, monthly guides and playlists of the demonstration, published through the review."""

from datetime import date, timedelta
from typing import Any

from cms.accounts.models import User
from cms.core.clock import today
from cms.courses.models import (
    CourseItem,
    CoursePage,
    CourseQuestion,
    GuideItem,
    GuidePage,
    Prerequisite,
    SeriesItem,
    SeriesPage,
    TrackItem,
    TrackPage,
)
from cms.courses.services.duties import give_badge
from cms.courses.services.guides import copy_guide
from cms.courses.services.playlists import add_to_playlist, ask_for_topic, make_playlist
from cms.demo.calendar import days_ago, living_at
from cms.demo.library import placed, published
from cms.demo.people import Tree, read_data
from cms.lessons.models import MicroLesson
from cms.organisations.queries import home_organisation
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import TeachingMethod

LESSONS_EACH = 2
LISTED = 4
METHODS = ("lecture", "practice")


def make_courses(people: dict[str, User], tree: Tree) -> None:
    """Make 36 courses in six series, a track for each audience, six guides, a playlist and topics asked for."""
    data = read_data("courses")
    lessons = list(MicroLesson.objects.published().filter(visibility=Visibility.PUBLIC).order_by("pk"))
    by_topic = {row["topics"][0]: fitting(lessons, row["topics"][0]) for row in data["series"]}
    made = [make_series(row, by_topic[row["topics"][0]] or lessons, people, tree) for row in data["series"]]
    courses = [course for _series, rows in made for course in rows]
    for row in data["tracks"]:
        chosen = [one for one in courses if row["audiences"][0] in {label.slug for label in one.audiences.all()}]
        page = TrackPage()
        page.items.add(*(TrackItem(page=course, sort_order=n) for n, course in enumerate(chosen[:6])))
        publish(page, row, people, tree)
    guides = [make_guide(row, by_topic.get(row["topics"][0]) or lessons, people, tree) for row in data["guides"]]
    for course in courses[::9]:
        give_badge(course, actor=people["reviewer"], reason="讲得清楚，例子来自本县，任务做得成。")
    make_branch_things(data["wishes"], guides[0], lessons, people)


def fitting(lessons: list[MicroLesson], topic: str) -> list[MicroLesson]:
    """Return the lessons of a topic."""
    return [lesson for lesson in lessons if topic in {row.slug for row in lesson.topics.all()}]


def publish(page: Any, row: dict[str, Any], people: dict[str, User], tree: Tree) -> Any:
    """Let the editor write the page and the reviewer approve it."""
    placed(page, row, people["editor"], tree)
    return published(page, row, people["editor"], people["reviewer"])


def make_series(
    row: dict[str, Any], lessons: list[MicroLesson], people: dict[str, User], tree: Tree
) -> tuple[SeriesPage, list[CoursePage]]:
    """Make the courses of a series, the second after the first, and the series itself."""
    courses: list[CoursePage] = []
    with living_at(days_ago(60)):
        for number, entry in enumerate(row["courses"]):
            chosen = [lessons[(number + step) % len(lessons)] for step in range(min(LESSONS_EACH, len(lessons)))]
            page = make_course(entry, chosen, first=courses[0] if number == 1 else None, asks=number % 2 == 0)
            courses.append(publish(page, {**row, **entry}, people, tree))
        series = SeriesPage()
        series.items.add(*(SeriesItem(page=course, sort_order=n) for n, course in enumerate(courses)))
        return publish(series, row, people, tree), courses


def make_course(
    entry: dict[str, Any], lessons: list[MicroLesson], *, first: CoursePage | None, asks: bool
) -> CoursePage:
    """Return a course that is not saved yet: lessons in one unit, a task in the next, a question at the end."""
    page = CoursePage()
    page.methods = list(TeachingMethod.objects.filter(slug__in=METHODS))
    items = [CourseItem(unit="" if n else "看一看", lesson=one, sort_order=n) for n, one in enumerate(lessons)]
    items.append(
        CourseItem(unit="做一做", title="写下一件事", text=entry["task"], minutes=10, sort_order=len(lessons))
    )
    page.items.add(*items)
    if first is not None:
        page.prerequisites.add(Prerequisite(needed=first))
    if asks:
        page.questions.add(
            CourseQuestion(
                stem="学完以后，先做哪一步？",
                options=["对照自己的岗位找一件能做的事", "等别人先做", "只把笔记抄一遍"],
                answer=[0],
                explanation="课程里的任务就是这一步。",
                source="演示数据，编写组自编",
            )
        )
    return page


def make_guide(row: dict[str, Any], lessons: list[MicroLesson], people: dict[str, User], tree: Tree) -> GuidePage:
    """Make a guide for the month so many months ago."""
    month = months_before(today(), row["months_ago"])
    page = GuidePage(month=month, theme=row["theme"], discussion="\n".join(row["discussion"]))
    items = [GuideItem(lesson=lesson, sort_order=n) for n, lesson in enumerate(lessons[:LISTED])]
    items.append(GuideItem(title="支部讨论", text="按讨论要点说一说，约 20 分钟。", minutes=20, sort_order=LISTED))
    page.items.add(*items)
    with living_at(days_ago(max(1, (today() - month).days))):
        return publish(page, row, people, tree)  # type: ignore[no-any-return]  # the kind that went in


def months_before(day: date, count: int) -> date:
    """Return the first day of the month so many months before the day's."""
    first = day.replace(day=1)
    for _turn in range(count):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def make_branch_things(
    wishes: list[str], guide: GuidePage, lessons: list[MicroLesson], people: dict[str, User]
) -> None:
    """Let a member ask for topics, and the branch's secretary make a playlist and a version of the guide."""
    secretary = people["secretary"]
    branch = home_organisation(secretary)
    if branch is None:
        return
    for text in wishes:
        ask_for_topic(people["member"], text)
    playlist = make_playlist(branch, title="十二月共学", note="周四晚上一起看。", actor=secretary)
    for lesson in lessons[:LISTED]:
        add_to_playlist(playlist, lesson, actor=secretary)
    copy_guide(guide, branch, actor=secretary)
