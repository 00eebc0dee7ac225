"""The only writer of an evaluation's status."""

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.clock import today
from cms.core.transitions import move
from cms.evaluations.enums import EvaluationStatus
from cms.evaluations.models import Evaluation

TRANSITIONS = {EvaluationStatus.CLOSED.value: frozenset({EvaluationStatus.OPEN.value})}


def advance(evaluation: Evaluation, to: str, *, actor: User | None, reason: str) -> None:
    """Close an evaluation and leave actor, time and reason; raises StaleState when it is closed already."""
    before = evaluation.status
    move(evaluation, to, allowed=TRANSITIONS, closed_on=today())
    record_act(
        "evaluations.close",
        actor=actor,
        target=evaluation,
        before={"status": before},
        after={"status": to},
        reason=reason,
    )
