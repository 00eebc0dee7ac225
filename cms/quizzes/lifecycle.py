"""The only writer of an attempt's status."""

from typing import Any

from cms.core.transitions import move
from cms.quizzes.enums import AttemptStatus
from cms.quizzes.models import Attempt

TRANSITIONS = {AttemptStatus.SUBMITTED.value: frozenset({AttemptStatus.OPEN.value})}


def advance(attempt: Attempt, to: str, **fields: Any) -> None:
    """Hand an open attempt in; the person acts on the own work, so time and result on the row are the trace.

    Raises StaleState when it was handed in already.
    """
    move(attempt, to, allowed=TRANSITIONS, **fields)
