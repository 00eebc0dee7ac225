"""Where a lesson stands, derived from facts (pure)."""

from dataclasses import dataclass
from enum import Enum, auto

from cms.lessons.enums import LessonState
from cms.review.enums import Stage

RUNNING = "in_progress"
NEEDS_CHANGES = "needs_changes"


class Recording(Enum):
    """Where the recording of a lesson stands, from the first byte to a video that plays."""

    NONE = auto()
    STOPPED = auto()
    GONE = auto()
    COMING = auto()
    FAILED = auto()
    PLAYABLE = auto()


# What the recording makes of a lesson that was never shown; otherwise it is a draft.
BEGUN = {
    Recording.STOPPED: LessonState.UPLOAD_STOPPED,
    Recording.GONE: LessonState.UPLOAD_GONE,
    Recording.COMING: LessonState.PROCESSING,
    Recording.FAILED: LessonState.VIDEO_FAILED,
}


@dataclass(frozen=True, slots=True)
class Facts:
    """What the state depends on; `review_*` describe the review that runs or waits."""

    live: bool
    was_live: bool
    taken_down: bool
    changed: bool
    review_status: str | None = None
    review_stage: str | None = None
    recording: Recording = Recording.NONE


def derive_state(facts: Facts) -> LessonState:
    """Return the one state that matters most to the author."""
    if facts.taken_down:
        return LessonState.TAKEN_DOWN
    if facts.review_status == RUNNING:
        return LessonState.BRANCH_CHECK if facts.review_stage == Stage.BRANCH else LessonState.EDITOR_REVIEW
    if facts.review_status == NEEDS_CHANGES:
        return LessonState.RETURNED
    return shown_state(facts) if facts.live or facts.was_live else begun_state(facts)


def shown_state(facts: Facts) -> LessonState:
    """Return the state of a lesson that is or was shown and that nobody reviews now."""
    if not facts.live:
        return LessonState.UNPUBLISHED
    return LessonState.CHANGED if facts.changed else LessonState.PUBLISHED


def begun_state(facts: Facts) -> LessonState:
    """Return the state of a lesson that was never shown."""
    return BEGUN.get(facts.recording, LessonState.DRAFT)
