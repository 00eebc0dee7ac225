"""What fields of lessons must hold."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.videos.captions import MAX_CUES

DIGEST_LINES = 3
DIGEST_LINE_LENGTH = 60
MAX_OPTIONS = 8
TOO_MANY_CUES = _(
    "At most %(most)s captions, please; these are %(count)s. Join short ones; all that you typed is kept."
)


def validate_digest(value: str) -> None:
    """Refuse more than three lines, or a line that is too long to be taken in at a glance."""
    lines = [line for line in value.splitlines() if line.strip()]
    if len(lines) > DIGEST_LINES:
        raise ValidationError(_("At most three lines, please: one point each."), code="lines")
    if any(len(line) > DIGEST_LINE_LENGTH for line in lines):
        raise ValidationError(_("A line of the digest has at most 60 characters."), code="length")


def validate_cues(value: Any) -> None:
    """Refuse anything but a list of {"start", "end", "text"} in order, in seconds."""
    if isinstance(value, list) and len(value) > MAX_CUES:
        raise ValidationError(TOO_MANY_CUES, params={"most": MAX_CUES, "count": len(value)}, code="many")
    if not isinstance(value, list) or not all(is_cue(cue) for cue in value):
        raise ValidationError(_("These captions cannot be used."), code="cues")
    starts = [cue["start"] for cue in value]
    if starts != sorted(starts):
        raise ValidationError(_("The captions are not in the order of time."), code="order")


def is_cue(cue: Any) -> bool:
    """Return whether the value is one caption."""
    if not isinstance(cue, dict) or not isinstance(cue.get("text"), str):
        return False
    start, end = cue.get("start"), cue.get("end")
    if isinstance(start, bool) or isinstance(end, bool):
        return False
    return isinstance(start, int | float) and isinstance(end, int | float) and 0 <= start < end


def validate_options(value: Any) -> None:
    """Refuse anything but a list of short texts."""
    texts = value if isinstance(value, list) else [None]
    if len(texts) > MAX_OPTIONS or not all(isinstance(text, str) and text.strip() for text in texts):
        raise ValidationError(_("Please write between two and eight options."), code="options")
    if any("\n" in str(text) or "\r" in str(text) for text in texts):
        raise ValidationError(_("Please write each option on one line."), code="lines")


def validate_answer(value: Any) -> None:
    """Refuse anything but a list of positions, counted from 0."""
    if not isinstance(value, list) or not all(
        isinstance(n, int) and not isinstance(n, bool) and n >= 0 for n in value
    ):
        raise ValidationError(_("Please mark what is right."), code="answer")
