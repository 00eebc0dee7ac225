"""Writing a lesson as its author does: typed words, captions, chapters, questions, attachments."""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from cms.accounts.models import User
from cms.demo.clips import CLIPS
from cms.demo.papers import make_paper
from cms.demo.people import Tree, read_data
from cms.lessons.models import MicroLesson
from cms.lessons.services import (
    attach_document,
    save_draft,
    set_captions,
    set_chapters,
    set_key_questions,
    set_questions,
    start_lesson,
)
from cms.lessons.services.parts import CueInput, QuestionInput
from cms.organisations.models import Organisation
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Audience, Topic
from cms.videos.models import Video
from cms.videos.services import append, start_upload
from cms.videos.services.reuse import reuse_video

THEME_CLIPS = {clip.title: number for number, clip in enumerate(CLIPS)}
SOURCE = "演示数据，编写组自编"
# An upload that stopped on the way; its owner goes on with it from 未完成的上传.
WHOLE_BYTES = 48_000_000


@dataclass(frozen=True)
class Cast:
    """Who takes part: the tree, the role accounts, the finished clips, one that failed and a recording's first bytes."""

    tree: Tree
    people: dict[str, User]
    clips: list[Video]
    failed: Video | None = None
    beginning: bytes = b""


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
    author = author_of(cast.tree[entry["org"]], number, cast)
    clip = cast.clips[THEME_CLIPS.get(entry["theme"], number % len(cast.clips))]
    lesson = begin(entry, author, clip, cast)
    save_draft(lesson, details_of(entry, author, cast), actor=author)
    if entry.get("captions") != "none":
        set_captions(lesson, cues_of(spoken(entry), clip.duration_s or 0.0), actor=author, read=True)
    if "english" in entry:
        cues = cues_of(entry["english"], clip.duration_s or 0.0)
        set_captions(lesson, cues, actor=author, language="en", read=True)
    set_questions(lesson, questions_of(entry), actor=author)
    set_key_questions(lesson, [tuple(entry["ask"])], actor=author)
    if "chapters" in entry:
        set_chapters(lesson, [(second, title) for second, title in entry["chapters"]], actor=author)
    for kind, title, lines in entry.get("attach", ()):
        attach_document(lesson, make_paper(kind, title, lines), actor=author, title=title)
    lesson.refresh_from_db()
    return lesson


def begin(entry: dict[str, Any], author: User, clip: Video, cast: Cast) -> MicroLesson:
    """Begin the lesson with its video: a finished one, one that failed, or one of which only the beginning came."""
    state, title = entry.get("state"), entry["title"]
    if state == "processing" and cast.beginning:
        upload = start_upload(author, length=WHOLE_BYTES, filename="VID_0907.mp4", filetype="video/mp4", title=title)
        return start_lesson(author, upload=append(upload, 0, BytesIO(cast.beginning)), title=title)
    if state == "video_failed" and cast.failed is not None:
        return start_lesson(author, video=cast.failed, title=title)
    return start_lesson(author, video=reuse_video(clip, owner=author, title=title), title=title)


def details_of(entry: dict[str, Any], author: User, cast: Cast) -> dict[str, Any]:
    """Return the typed part of a lesson; some authors tell more: what moved them, who speaks, what it belongs to."""
    told = read_data("told").get(entry["title"], {})
    within = cast.tree[entry["visible"]] if "visible" in entry else None
    return {
        "template": "show_do_realize" if "show" in told else "free",
        "title": entry["title"],
        "work_type": entry["work"],
        "digest": "\n".join(entry["digest"]),
        "speaker": None if "speaker_name" in told else author,
        "topics": Topic.objects.filter(slug=entry["topic"]),
        "audiences": Audience.objects.filter(slug__in=["senior" if entry["topic"] == "digital" else "member"]),
        "people": "nobody",
        "minors": "none",
        "no_secrets": True,
        "rights_clear": True,
        "visibility": Visibility.ORGANISATION if within else Visibility.PUBLIC,
        "visible_organisation": within,
        **told,
    }


def spoken(entry: dict[str, Any]) -> list[str]:
    """Return what is said in the lesson."""
    return [entry["title"], *entry["digest"], entry["ask"][1]]


def cues_of(lines: list[str], duration_s: float) -> list[CueInput]:
    """Return the spoken sentences, spread evenly over the clip."""
    each = max(duration_s, 5.0) / len(lines)
    return [CueInput(round(n * each, 2), round((n + 1) * each - 0.05, 2), line) for n, line in enumerate(lines)]


def questions_of(entry: dict[str, Any]) -> list[QuestionInput]:
    """Return the lesson's questions: one with one answer, and those of other kinds."""
    rows = [["single", *entry["q"]], *entry.get("more", ())]
    return [
        QuestionInput(kind, stem, options, right, explanation, SOURCE)
        for kind, stem, options, right, explanation in rows
    ]
