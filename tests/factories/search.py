"""What search keeps about documents that it could not take."""

from cms.core.clock import now
from search.models import DeadLetter


def make_dead_letter(kind: str = "lesson", pk: str = "0", *, error: str = "ValueError: broken") -> DeadLetter:
    """Note that a document could not be built."""
    return DeadLetter.objects.create(
        index="embedded", kind=kind, object_id=pk, error=error, failed_at=now(), retry_at=now()
    )
