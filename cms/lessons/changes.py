"""What differs between two versions of a lesson, in words: old → new, in the order of the author's forms."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cms.accounts.record_words import code_words
from cms.core.templatetags.core_tags import duration_words, local_datetime, moment
from cms.lessons.cue_lines import format_lines
from cms.lessons.models import MicroLesson
from cms.lessons.option_lines import format_options
from cms.videos.models import Video

# Of a long text this many lines that differ are shown.
MAX_LINES = 12
PLAIN = (
    "prompt_resource", "title", "prompt_topic", "prompt_audience", "prompt_language", "show", "do", "realize", "digest",
    "series", "speaker", "speaker_name", "unit", "producer", "visible_organisation",
)  # fmt: skip  # one name a line would hide how they belong together
CHOSEN = ("speech", "template", "work_type", "visibility", "people", "minors")
TICKED = ("no_secrets", "rights_clear")


@dataclass(frozen=True, slots=True)
class Change:
    """One part of a lesson in both versions; of long texts only the lines that differ."""

    label: str
    old: str
    new: str


def changes_between(old: MicroLesson, new: MicroLesson) -> list[Change]:
    """Return what differs; versions are rows or revisions, whose children are read."""
    return [
        Change(label=label_of(name), **differing(before, after))
        for name, words in readers().items()
        if (before := words(old)) != (after := words(new))
    ]


def label_of(name: str) -> str:
    """Return what a part is called in the forms and in the audit log."""
    return capfirst(code_words("lessons.changed", name) or name)


def readers() -> dict[str, Callable[[MicroLesson], list[str]]]:
    """Return for each part how a version says it, as lines."""
    return {
        "video": lambda lesson: video_lines(lesson.video),
        **{name: plain(name) for name in PLAIN},
        **{name: chosen(name) for name in CHOSEN},
        **{name: ticked(name) for name in TICKED},
        "audiences": lambda lesson: sorted(str(row) for row in lesson.audiences.all()),
        "topics": lambda lesson: sorted(str(row) for row in lesson.topics.all()),
        "captions": caption_lines,
        "chapters": lambda lesson: [f"{moment(row.start_s)} {row.title}" for row in lesson.chapters.all()],
        "questions": question_lines,
        "key_questions": lambda lesson: [
            line for row in lesson.key_questions.all() for line in (row.question, *row.answer.splitlines())
        ],
        "attachments": lambda lesson: [str(row) for row in lesson.attachments.all()],
    }


def plain(name: str) -> Callable[[MicroLesson], list[str]]:
    """Return how a text, a person or an organisation is said."""
    return lambda lesson: str(getattr(lesson, name) or "").splitlines()


def chosen(name: str) -> Callable[[MicroLesson], list[str]]:
    """Return how a choice is said."""
    return lambda lesson: [str(getattr(lesson, f"get_{name}_display")())]


def ticked(name: str) -> Callable[[MicroLesson], list[str]]:
    """Return how a tick is said."""
    return lambda lesson: [_("Yes") if getattr(lesson, name) else _("No")]


def video_lines(video: Video | None) -> list[str]:
    """Return the video by name, length and the instant it came: two may have one name."""
    if video is None:
        return []
    parts = (str(video), duration_words(video.duration_s), local_datetime(video.created_at))
    return [" · ".join(part for part in parts if part)]


def caption_lines(lesson: MicroLesson) -> list[str]:
    """Return the captions of all languages line by line, each language with whether a person read it."""
    found: list[str] = []
    for caption in sorted(lesson.captions.all(), key=lambda row: row.language):
        checked = _("read by a person") if caption.checked else _("not read by a person yet")
        found += [f"{caption.get_language_display()} · {checked}", *format_lines(caption.cues).splitlines()]
    return found


def question_lines(lesson: MicroLesson) -> list[str]:
    """Return the questions with their options, the right ones marked, explanation and source."""
    found: list[str] = []
    for question in lesson.questions.all():
        options = question.draft.options or [_("Right"), _("Wrong")]
        found += [f"{question.stem} · {question.get_kind_display()}"]
        found += format_options(options, question.answer).splitlines()
        found += [line for text in (question.explanation, question.source) for line in text.splitlines()]
    return found


def differing(old: list[str], new: list[str]) -> dict[str, Any]:
    """Return the lines of each side that the other has not; all of them when only their order differs."""
    before, after = set(old), set(new)
    gone = [line for line in old if line not in after]
    come = [line for line in new if line not in before]
    if not gone and not come:
        gone, come = old, new
    return {"old": shortened(gone), "new": shortened(come)}


def shortened(lines: list[str]) -> str:
    """Return the lines as one text; of many the first ones, and how many follow."""
    left = len(lines) - MAX_LINES
    if left <= 0:
        return "\n".join(lines)
    rest = ngettext("… and %(count)s more line", "… and %(count)s more lines", left) % {"count": left}
    return "\n".join([*lines[:MAX_LINES], rest])
