"""Checks that speak: what must be there before a review, and what would make the lesson better (no queries of its own)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cms.lessons.enums import QuestionKind
from cms.lessons.models import AskedQuestion, LessonQuestion, MicroLesson
from cms.quizzes.kinds import faults as quiz_faults
from cms.videos.enums import VideoStatus
from cms.videos.messages import CHECKS

LEAST_OPTIONS = 2
# Read in a list of all that is missing as well as at the field, so each says what it is about.
ANSWERS = {
    "people": _("Please say whether people can be recognised."),
    "minors": _("Please say whether minors can be recognised."),
    "no_secrets": _("Please check that nothing secret or internal can be seen or heard."),
    "rights_clear": _("Please check that music and pictures may be used."),
}
UNREAD_MACHINE = _(
    "The captions were recognised by machine. Please read them against the sound and say so, or delete them."
)


@dataclass(frozen=True)
class Finding:
    """One remark: `code` is stable, `section` names the part of the form that it is about."""

    code: str
    section: str
    text: str | Promise


def missing_for_review(lesson: MicroLesson) -> dict[str, list[str]]:
    """Return sentences by field for all that must be there before somebody reviews it."""
    missing: dict[str, list[str]] = {}
    if not lesson.title.strip():
        missing["title"] = [str(_("Please give the lesson a title: one thing, in one sentence."))]
    if fault := video_fault(lesson):
        missing["video"] = [str(fault)]
    for name, sentence in ANSWERS.items():
        if not getattr(lesson, name):
            missing[name] = [str(sentence)]
    if any(caption.is_unread_machine for caption in lesson.captions.all()):
        missing["captions"] = [str(UNREAD_MACHINE)]
    if faults := question_faults(list(lesson.questions.all())):
        missing["questions"] = [str(fault) for fault in dict.fromkeys(faults)]
    return missing


def question_faults(questions: list[LessonQuestion]) -> list[str | Promise]:
    """Return what is wrong with the questions: each one, and all of them beside each other."""
    faults = [fault for question in questions if (fault := question_fault(question))]
    if len({question.draft.digest for question in questions}) != len(questions):
        faults.append(_("The same question stands there twice."))
    return faults


def video_fault(lesson: MicroLesson) -> str | Promise | None:
    """Return why the video cannot be shown to a reviewer, or None."""
    video = lesson.video
    if video is None:
        return _("There is no video yet. Please choose one or film one.")
    if video.is_closed:
        return _("This video was taken down with another lesson. Please choose another one.")
    if video.status == VideoStatus.FAILED:
        return _("The video did not work. Please choose it again.")
    if not video.is_playable:
        return _("The video is not playable yet. Please hand the lesson in when it is; all is kept.")
    return None


def question_fault(question: AskedQuestion) -> str | Promise | None:
    """Return what is wrong with a question, or None."""
    options, answer = list(question.options), list(question.answer)
    if not question.stem.strip():
        return _("Please write the question.")
    if question.kind == QuestionKind.TRUE_FALSE:
        return None if answer in ([0], [1]) else _("Please mark whether it is right or wrong.")
    if len(options) < LEAST_OPTIONS or len(set(options)) != len(options):
        return _("A question needs at least two different options.")
    if not answer or any(position >= len(options) for position in answer):
        return _("Please mark which option is right.")
    if question.kind == QuestionKind.SINGLE and len(answer) != 1:
        return _("Exactly one option of this question is right.")
    # What freezes the question at the end has the last word, so that nothing is refused later than here.
    return next(iter(quiz_faults(question.draft)), None)


def findings(lesson: MicroLesson) -> list[Finding]:
    """Return remarks that help the author and the reviewer; none of them forbids anything."""
    found = video_findings(lesson)
    if not any(caption.cues for caption in lesson.captions.all()):
        text = _("There are no captions. Many people watch without sound; older members read along.")
        found.append(Finding("no_captions", "captions", text))
    if not lesson.digest_lines:
        found.append(Finding("no_digest", "edit", _("The digest is empty. Three lines help people to choose.")))
    if not lesson.questions.all():
        text = _("There is no question. One good question helps people to remember.")
        found.append(Finding("no_question", "questions", text))
    return found


def video_findings(lesson: MicroLesson) -> list[Finding]:
    """Return what the conversion noticed: length, sound, picture."""
    checks = lesson.video.checks if lesson.video else []
    codes = [check.get("code") for check in checks if isinstance(check, dict)]
    return [Finding(code, "edit", CHECKS[code]) for code in codes if code in CHECKS]
