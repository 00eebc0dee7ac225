"""What the review tells upper rooms."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ReviewApproved:
    """One look ended well; `finished` when it was the last, so that the object is published now."""

    state_id: int
    stage: str
    finished: bool


@dataclass(frozen=True)
class ReviewReturned:
    """The object went back to its author with a reason."""

    state_id: int
    stage: str
