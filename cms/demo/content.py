"""Forty lessons in all states, begun, handed in, checked, returned and published as people do it, over the past year."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from cms.accounts.models import User
from cms.demo.calendar import days_ago, living_at
from cms.demo.people import Tree, read_data
from cms.demo.writing import Cast, write_lesson
from cms.lessons.models import MicroLesson
from cms.lessons.services import save_draft, submit_lesson, take_down, unpublish
from cms.organisations.enums import Role
from cms.organisations.queries import holders_of
from cms.organisations.services import grant_role
from cms.review.services import approve, return_with_reason

# Lessons are begun in turn, one every so many days; what is still on its way was begun within the last week.
EVERY_DAYS = 6
STEP = timedelta(days=1)
UNFINISHED = frozenset({"processing", "video_failed", "draft", "branch", "editor", "returned"})
WEEK = 7
# An upload that stopped is thrown away after a week, so this one stopped today.
TODAY = frozenset({"processing"})


def appoint_secretaries(tree: Tree) -> None:
    """Give every branch without one a secretary from its members, so that each lesson has a first reader."""
    for organisation in tree.values():
        if (
            organisation.kind == "branch"
            and not organisation.role_assignments.filter(role=Role.BRANCH_SECRETARY).exists()
        ):
            membership = organisation.memberships.filter(kind="member").order_by("pk").last()
            if membership is not None:
                grant_role(membership.user, organisation, Role.BRANCH_SECRETARY)


def make_lessons(cast: Cast) -> list[MicroLesson]:
    """Make the forty lessons and bring each to its state, on the days of its own story."""
    entries = mix_themes(read_data("lessons_1") + read_data("lessons_2"))
    lessons = []
    for number, entry in enumerate(entries):
        begun = begun_at(entry, number, len(entries))
        with living_at(begun):
            lesson = write_lesson(entry, number, cast)
        bring_to(entry.get("state", "published"), lesson, cast, begun=begun, change=entry.get("change", ""))
        lessons.append(lesson)
    return lessons


def mix_themes(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lessons in turns from each theme, so that what is newest shows something of everything."""
    counted: Counter[str] = Counter()
    turns = []
    for entry in entries:
        turns.append(counted[entry["theme"]])
        counted[entry["theme"]] += 1
    return [entry for _turn, entry in sorted(zip(turns, entries, strict=True), key=lambda pair: pair[0])]


def begun_at(entry: dict[str, Any], number: int, count: int) -> datetime:
    """Return when a lesson was begun; `age` in days says it outright."""
    state = entry.get("state")
    if state in TODAY:
        return days_ago(0)
    if state in UNFINISHED:
        return days_ago(2 + number % WEEK)
    return days_ago(entry.get("age", WEEK + (count - number) * EVERY_DAYS))


def bring_to(state: str, lesson: MicroLesson, cast: Cast, *, begun: datetime | None = None, change: str = "") -> None:
    """Move the lesson through the doors that people use, a day after the other, as far as its state says."""
    begun = begun or days_ago(0)
    step = STEP if begun < days_ago(1) else timedelta()
    if state in {"draft", "processing", "video_failed"}:
        return
    with living_at(begun):
        submit_lesson(lesson, actor=lesson.author)
    if state == "branch":
        return
    with living_at(begun + step):
        look_first(lesson, returned=state == "returned")
    if state in {"returned", "editor"}:
        return
    with living_at(begun + 2 * step):
        approve(fresh(lesson), actor=cast.people["editor"])
    with living_at(begun + 5 * step):
        go_on(state, lesson, cast.people["editor"], change)


def look_first(lesson: MicroLesson, *, returned: bool) -> None:
    """Let the branch's secretary pass the lesson on, or return it."""
    secretary = require(holders_of(Role.BRANCH_SECRETARY, lesson.organisation).exclude(pk=lesson.author_id).first())
    if returned:
        reason = "第二条要点再具体些：在哪里、看什么、看到什么算不对。改好再交，其余都很好。"
        return_with_reason(fresh(lesson), actor=secretary, reason=reason)
    else:
        approve(fresh(lesson), actor=secretary, comment="内容属实，可以给大家看。")


def go_on(state: str, lesson: MicroLesson, editor: User, change: str) -> None:
    """Do with a published lesson what its state says."""
    if state == "unpublished":
        unpublish(fresh(lesson), actor=editor, reason="有了更新的版本。")
    elif state == "taken_down":
        take_down(fresh(lesson), actor=editor, reason="有人出镜但没有同意，先撤下核实。")
    elif state == "changed":
        first, _second, *rest = lesson.digest_lines
        save_draft(fresh(lesson), {"digest": "\n".join([first, change, *rest])}, actor=lesson.author)


def fresh(lesson: MicroLesson) -> MicroLesson:
    """Return the lesson as the database has it now."""
    return MicroLesson.objects.get(pk=lesson.pk)


def require(person: User | None) -> User:
    """Return the person.

    Raises LookupError when a branch has nobody for the first look.
    """
    if person is None:
        raise LookupError("This branch has no secretary.")
    return person
