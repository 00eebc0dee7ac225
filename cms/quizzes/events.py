"""What quizzes tell upper rooms."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class AttemptGraded:
    """An attempt was handed in and marked; `score` is the sum of marks."""

    attempt_id: int
    user_id: int
    quiz_id: int
    owner_kind: str
    owner_id: str
    passed: bool
    score: Decimal
