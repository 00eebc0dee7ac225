"""Writing hours, correcting and disputing them; the hours of lessons given."""

from cms.ledger.services.hours import (
    ANSWER_WITHIN,
    answer_dispute,
    correct,
    dispute,
    ensure_default_rules,
    forget_old_hours,
    note_rule,
    record_hours,
    rule_figures,
)
from cms.ledger.services.teaching import count_teaching, recount_teaching, tell_about_months

__all__ = [
    "ANSWER_WITHIN",
    "answer_dispute",
    "correct",
    "count_teaching",
    "dispute",
    "ensure_default_rules",
    "forget_old_hours",
    "note_rule",
    "record_hours",
    "recount_teaching",
    "rule_figures",
    "tell_about_months",
]
