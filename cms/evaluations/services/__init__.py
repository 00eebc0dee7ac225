"""What people do with evaluations: opening and closing one, and marking."""

from cms.evaluations.services.ballots import cast_ballot, print_codes
from cms.evaluations.services.evaluations import (
    close_evaluation,
    close_past,
    correct_heads,
    forget_old_remarks,
    open_evaluation,
)

__all__ = [
    "cast_ballot",
    "close_evaluation",
    "close_past",
    "correct_heads",
    "forget_old_remarks",
    "open_evaluation",
    "print_codes",
]
