"""Forty lessons in all states, begun, handed in, checked, returned and published as people do it."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from cms.accounts.models import User
from cms.demo.clips import CLIPS
from cms.demo.history import answer, begin_watching, finish_watching, open_player
from cms.demo.people import Tree, read_data
from cms.lessons.models import MicroLesson
from cms.lessons.services import (
    save_draft,
    set_captions,
    set_key_questions,
    set_questions,
    start_lesson,
    submit_lesson,
    take_down,
    unpublish,
)
from cms.lessons.services.parts import CueInput, QuestionInput
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import holders_of
from cms.organisations.services import grant_role
from cms.review.services import approve, return_with_reason
from cms.taxonomy.models import Audience, Topic
from cms.videos.models import Video
from cms.videos.services.reuse import reuse_video

SERIES_CLIPS = {clip.title: number for number, clip in enumerate(CLIPS)}
SOURCE = "演示数据，编写组自编"


# The lessons that the second member has finished and begun.
FINISHED, BEGUN = "关火前先看这三处：冬季用气", "羊圈换气，看鼻子就知道"


@dataclass(frozen=True)
class Cast:
    """Who takes part: the tree, the role accounts, the finished clips."""

    tree: Tree
    people: dict[str, User]
    clips: list[Video]


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
    """Make the forty lessons and bring each to its state."""
    entries = mix_series(read_data("lessons_1") + read_data("lessons_2"))
    reader = cast.people["member2"]
    player = None
    lessons: list[MicroLesson] = []
    for number, entry in enumerate(entries):
        lesson = write_lesson(entry, number, cast)
        bring_to(entry.get("state", "published"), lesson, cast)
        lessons.append(lesson)
        if entry["title"] == FINISHED:
            player = open_player(reader, fresh(lesson))
    told = {lesson.title: lesson for lesson in lessons}
    if player is not None:
        finish_watching(player)
        answer(reader, fresh(told[FINISHED]), rightly=True)
    answer(reader, fresh(told[BEGUN]), rightly=False)
    begin_watching(reader, fresh(told[BEGUN]))
    return lessons


def mix_series(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the lessons in turns from each series, so that what is newest shows something of everything."""
    counted: Counter[str] = Counter()
    turns = []
    for entry in entries:
        turns.append(counted[entry["series"]])
        counted[entry["series"]] += 1
    return [entry for _turn, entry in sorted(zip(turns, entries, strict=True), key=lambda pair: pair[0])]


def author_of(organisation: Organisation, number: int, cast: Cast) -> User:
    """Return a member of the branch without any duty; the members' role accounts are authors of their own branches."""
    members = organisation.memberships.filter(kind="member", user__role_assignments__isnull=True).order_by("pk")
    for person in (cast.people["member"], cast.people["member2"]):
        if members.filter(user=person).exists():
            return person
    rows = list(members.select_related("user")[:4])
    author: User = rows[number % len(rows)].user
    return author


def write_lesson(entry: dict[str, Any], number: int, cast: Cast) -> MicroLesson:
    """Begin a lesson and fill in all that an author fills in."""
    organisation = cast.tree[entry["org"]]
    author = author_of(organisation, number, cast)
    clip = cast.clips[SERIES_CLIPS.get(entry["series"], number % len(cast.clips))]
    video = reuse_video(clip, owner=author, title=entry["title"])
    lesson = start_lesson(author, video=video, title=entry["title"])
    save_draft(lesson, details_of(entry, author), actor=author)
    set_captions(lesson, cues_of(entry, video.duration_s or 0.0), actor=author, read=True)
    stem, options, answer, explanation = entry["q"]
    question = QuestionInput("single", stem, options, answer, explanation, SOURCE)
    set_questions(lesson, [question], actor=author)
    set_key_questions(lesson, [tuple(entry["ask"])], actor=author)
    lesson.refresh_from_db()
    return lesson


def details_of(entry: dict[str, Any], author: User) -> dict[str, Any]:
    """Return the typed part of a lesson."""
    told = dict(zip(("show", "do", "realize"), entry["digest"], strict=True)) if entry["topic"] == "example" else {}
    return {
        **told,
        "template": "show_do_realize" if told else "free",
        "title": entry["title"],
        "work_type": entry["work"],
        "series": entry["series"],
        "digest": "\n".join(entry["digest"]),
        "speaker": author,
        "topics": Topic.objects.filter(slug=entry["topic"]),
        "audiences": Audience.objects.filter(slug__in=["senior" if entry["topic"] == "digital" else "member"]),
        "people": "nobody",
        "minors": "none",
        "no_secrets": True,
        "rights_clear": True,
    }


def cues_of(entry: dict[str, Any], duration_s: float) -> list[CueInput]:
    """Return the spoken sentences, spread evenly over the clip."""
    lines = [entry["title"], *entry["digest"], entry["ask"][1]]
    each = max(duration_s, 5.0) / len(lines)
    return [CueInput(round(n * each, 2), round((n + 1) * each - 0.05, 2), line) for n, line in enumerate(lines)]


def bring_to(state: str, lesson: MicroLesson, cast: Cast) -> None:
    """Move the lesson through the doors that people use, as far as its state says."""
    if state == "draft":
        return
    submit_lesson(lesson, actor=lesson.author)
    if state == "branch":
        return
    secretary = holders_of(Role.BRANCH_SECRETARY, lesson.organisation).exclude(pk=lesson.author_id).first()
    if state == "returned":
        reason = "第二条要点再具体些：在哪里、看什么、看到什么算不对。改好再交，其余都很好。"
        return_with_reason(fresh(lesson), actor=require(secretary), reason=reason)
        return
    approve(fresh(lesson), actor=require(secretary), comment="内容属实，可以给大家看。")
    if state == "editor":
        return
    editor = cast.people["editor"]
    approve(fresh(lesson), actor=editor)
    if state == "unpublished":
        unpublish(fresh(lesson), actor=editor, reason="有了更新的版本。")
    if state == "taken_down":
        take_down(fresh(lesson), actor=editor, reason="有人出镜但没有同意，先撤下核实。")


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
