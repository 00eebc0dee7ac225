"""The only writer of a report's status."""

from typing import Any

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.transitions import move
from cms.feedback.enums import ReportStatus
from cms.feedback.models import ProblemReport

TRANSITIONS = {
    ReportStatus.ANSWERED.value: frozenset({ReportStatus.OPEN.value}),
    ReportStatus.CLOSED.value: frozenset({ReportStatus.OPEN.value, ReportStatus.ANSWERED.value}),
}


def advance(report: ProblemReport, to: str, *, actor: User, reason: str, **fields: Any) -> None:
    """Answer or close a report and leave actor, time and reason; raises StaleState when somebody was faster."""
    before = report.status
    move(report, to, allowed=TRANSITIONS, **fields)
    record_act(
        f"feedback.{to}",
        actor=actor,
        target=report,
        before={"status": before},
        after={"status": to},
        reason=reason,
    )
