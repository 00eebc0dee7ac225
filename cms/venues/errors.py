"""What a place refuses."""

from cms.core.errors import DomainError


class VenueFull(DomainError):  # noqa: N818  # reads as the fact it states
    """More people would be inside at once than the place holds; `left` is how many still fit."""

    code = "venue_full"
    status = 409

    def __init__(self, message: object, *, left: int) -> None:
        super().__init__(str(message))
        self.left = left
