"""Reporting and suggesting, looking after it, answering, reminding."""

from cms.feedback.services.answers import answer_report, close_report, keep_private
from cms.feedback.services.reports import (
    forget_old_reports,
    hand_over,
    remind_owners,
    report_problem,
    take_on_report,
)

__all__ = [
    "answer_report",
    "close_report",
    "forget_old_reports",
    "hand_over",
    "keep_private",
    "remind_owners",
    "report_problem",
    "take_on_report",
]
