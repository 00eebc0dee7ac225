"""Captions, questions, attachments, chapters: the children of a lesson, replaced as wholes in a draft."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.assets.services import add_document
from cms.core.errors import InvalidInput, StaleState
from cms.lessons.cue_lines import format_lines
from cms.lessons.enums import CaptionOrigin
from cms.lessons.models import (
    KeyQuestion,
    LessonAttachment,
    LessonCaption,
    LessonChapter,
    LessonQuestion,
    MicroLesson,
)
from cms.lessons.queries import is_handed_in
from cms.lessons.services.drafts import delete_unused, revise
from cms.videos.services import require_space

MAX_QUESTIONS = 10
MAX_KEY_QUESTIONS = 10
MAX_ATTACHMENTS = 10
MAX_CHAPTERS = 30
CAPTIONS_CHANGED = "captions_changed"


@dataclass(frozen=True)
class QuestionInput:
    """One question as typed; `answer` holds positions of right options, counted from 0."""

    kind: str
    stem: str
    options: list[str]
    answer: list[int]
    explanation: str = ""
    source: str = ""


@dataclass(frozen=True)
class CueInput:
    """One caption, in seconds."""

    start: float
    end: float
    text: str

    def stored(self) -> dict[str, Any]:
        """Return the caption as the revision keeps it."""
        return {"start": round(self.start, 3), "end": round(self.end, 3), "text": self.text}


def checked(child: Any) -> Any:
    """Return the child if its values are allowed. Raises InvalidInput."""
    try:
        child.full_clean(exclude=["lesson"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        raise InvalidInput(_("Some values cannot be used."), fields=error.message_dict) from error
    return child


def replace(draft: MicroLesson, name: str, children: list[Any]) -> None:
    """Put these children in the place of those the draft has, without touching stored rows."""
    setattr(draft, name, children)


def cues_of(caption: LessonCaption | None) -> list[dict[str, Any]]:
    """Return what captions say, none as well."""
    return caption.cues if caption else []


def digest_of(cues: Sequence[dict[str, Any]]) -> str:
    """Return a mark of what captions say and when, as a page shows it: lines that nobody touched have the same."""
    return hashlib.sha256(format_lines(cues).encode()).hexdigest()


def require_seen(cues: Sequence[dict[str, Any]], seen: str) -> None:
    """Raise StaleState unless these are the captions that a page was made from; without a mark nothing is compared."""
    if seen and seen != digest_of(cues):
        raise StaleState(
            _(
                "These captions were changed elsewhere after you opened this page, and nothing was saved. "
                "Save once more to put yours in their place."
            ),
            code=CAPTIONS_CHANGED,
        )


def set_captions(
    lesson: MicroLesson,
    cues: Sequence[CueInput],
    *,
    actor: User,
    language: str = "zh-Hans",
    read: bool = False,
    origin: str = CaptionOrigin.WRITTEN,
    seen: str = "",
) -> MicroLesson:
    """Replace the captions of a language; none remove them. `read`: a person has read them against the sound.

    `seen` is the digest of those that they shall replace. Somebody who changed nothing of those replaces no others:
    what came since stays. Raises InvalidInput, StaleState and what `revise` raises.
    """
    stored = [cue.stored() for cue in sorted(cues, key=lambda cue: (cue.start, cue.end))]

    def change(draft: MicroLesson) -> None:
        others = [caption for caption in draft.captions.all() if caption.language != language]
        same = next((caption for caption in draft.captions.all() if caption.language == language), None)
        if seen == digest_of(stored) != digest_of(cues_of(same)):
            return
        require_seen(cues_of(same), seen)
        if stored:
            caption = same or LessonCaption(language=language)
            caption.cues, caption.checked, caption.origin = stored, read, origin
            others.append(checked(caption))
        replace(draft, "captions", others)

    return revise(lesson, change, actor=actor)


def set_questions(lesson: MicroLesson, questions: Sequence[QuestionInput], *, actor: User) -> MicroLesson:
    """Replace the lesson's questions, in order.

    Raises InvalidInput for more than MAX_QUESTIONS or values that are not allowed, and what `revise` raises.
    """
    if len(questions) > MAX_QUESTIONS:
        raise InvalidInput(_("At most %(count)s questions, please.") % {"count": MAX_QUESTIONS})

    def change(draft: MicroLesson) -> None:
        replace(
            draft, "questions", [checked(LessonQuestion(sort_order=n, **asdict(q))) for n, q in enumerate(questions)]
        )

    return revise(lesson, change, actor=actor)


def set_key_questions(lesson: MicroLesson, pairs: Sequence[tuple[str, str]], *, actor: User) -> MicroLesson:
    """Replace the questions people often ask, as (question, answer). Raises as `set_questions`."""
    if len(pairs) > MAX_KEY_QUESTIONS:
        raise InvalidInput(_("At most %(count)s questions, please.") % {"count": MAX_KEY_QUESTIONS})

    def change(draft: MicroLesson) -> None:
        rows = [checked(KeyQuestion(sort_order=n, question=q, answer=a)) for n, (q, a) in enumerate(pairs)]
        replace(draft, "key_questions", rows)

    return revise(lesson, change, actor=actor)


def set_chapters(lesson: MicroLesson, chapters: Sequence[tuple[int, str]], *, actor: User) -> MicroLesson:
    """Replace the chapters, as (second, title). Raises as `set_questions`."""
    if len(chapters) > MAX_CHAPTERS:
        raise InvalidInput(_("At most %(count)s chapters, please.") % {"count": MAX_CHAPTERS})

    def change(draft: MicroLesson) -> None:
        rows = [
            checked(LessonChapter(sort_order=n, start_s=at, title=t)) for n, (at, t) in enumerate(sorted(chapters))
        ]
        replace(draft, "chapters", rows)

    return revise(lesson, change, actor=actor)


def attach_document(lesson: MicroLesson, file: File, *, actor: User, title: str = "") -> MicroLesson:  # type: ignore[type-arg]  # generic only in the stubs
    """Check a file, keep it as a document that is not shown yet, and attach it to the draft.

    The file is checked and copied before the transaction of the revision begins; it goes when that refuses. Raises
    UploadRefused when the actor or the disk has no room for it, InvalidInput when the file is refused or there are
    MAX_ATTACHMENTS already, and what `revise` raises.
    """
    require_space(actor, file.size)
    try:
        document = add_document(actor, file=file, title=title)
    except ValidationError as error:
        raise InvalidInput(str(error.messages[0]), fields={"file": error.messages}) from error

    def change(draft: MicroLesson) -> None:
        kept = list(draft.attachments.all())
        if len(kept) >= MAX_ATTACHMENTS:
            words = _("At most %(count)s attachments, please.") % {"count": MAX_ATTACHMENTS}
            raise InvalidInput(words, fields={"file": [words]})
        replace(draft, "attachments", [*kept, LessonAttachment(sort_order=len(kept), document=document)])

    try:
        return revise(lesson, change, actor=actor)
    except BaseException:
        document.delete()
        raise


@transaction.atomic
def detach_document(lesson: MicroLesson, document_id: int, *, actor: User) -> MicroLesson:
    """Take an attachment out of the draft; what is shown keeps it until the draft is published. Raises as `revise`.

    A document that nobody but its author has seen is deleted with its file.
    """
    attached: set[int] = set()

    def change(draft: MicroLesson) -> None:
        rows = list(draft.attachments.all())
        attached.update(row.document_id for row in rows)
        replace(draft, "attachments", [row for row in rows if row.document_id != document_id])

    draft = revise(lesson, change, actor=actor)
    if not is_handed_in(lesson):
        delete_unused(attached & {document_id}, owner=actor)
    return draft
