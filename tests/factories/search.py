"""A room that exists only in a test, and what search keeps about documents that it could not take."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from cms.core.clock import now
from search import outbox
from search.models import DeadLetter
from search.schema import SearchDoc, Visibility


def make_dead_letter(kind: str = "lesson", pk: str = "0", *, error: str = "ValueError: broken") -> DeadLetter:
    """Note that a document could not be built."""
    return DeadLetter.objects.create(
        index="embedded", kind=kind, object_id=pk, error=error, failed_at=now(), retry_at=now()
    )


class Room:
    """Documents by key, as a room's tables would give them; a key with None in it cannot be built."""

    kind = "lesson"

    def __init__(self) -> None:
        self.docs: dict[str, SearchDoc | None] = {}
        self.while_building: Callable[[str], object] = lambda _pk: None

    def publish(self, pk: str, title: str, **fields: object) -> None:
        """Keep a public document and note the change."""
        doc = SearchDoc(kind=self.kind, pk=pk, title=title, url=f"/lessons/{pk}/", visibility=Visibility(public=True))
        self.docs[pk] = replace(doc, **fields)  # type: ignore[arg-type]  # the names of fields are the test's
        outbox.record_change(self.kind, pk)

    def delete(self, pk: str) -> None:
        """Take a document away and note the change."""
        del self.docs[pk]
        outbox.record_change(self.kind, pk)

    def build(self, pk: str) -> SearchDoc | None:
        self.while_building(pk)
        if pk not in self.docs:
            return None
        doc = self.docs[pk]
        if doc is None:
            raise ValueError(f"lesson {pk} is broken")
        return doc

    def iterate(self) -> Iterator[str]:
        yield from list(self.docs)
