"""What refuses an act upon a lecturer's time."""

from cms.core.errors import DomainError


class SlotTaken(DomainError):  # noqa: N818  # reads as the fact it states: raise SlotTaken(...)
    """The time was given away meanwhile."""

    code = "slot_taken"
    status = 409


class CapReached(DomainError):  # noqa: N818  # see SlotTaken
    """The lecturer teaches as often as was agreed, that day, week or month."""

    code = "cap_reached"
    status = 409
