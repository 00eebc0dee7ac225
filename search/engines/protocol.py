"""What the rest of the package asks of an engine. Everything that feeds or queries an index goes through these shapes."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from search.schema import Query, Result, SearchDoc, SuggestionGroup, Viewer


class EngineBusy(Exception):  # noqa: N818  # reads as the state it reports
    """Somebody else is writing to this index and did not finish within the wait."""


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in the log of changes; places are ordered as the log is read."""

    transaction: int = 0
    entry: int = 0


START = Position()


@dataclass(frozen=True, slots=True)
class IndexedDoc:
    """What an index holds of a document, for comparing with the database."""

    kind: str
    pk: str
    version: int
    digest: str


class Writer(Protocol):
    """One feeder at a time; nothing is seen by readers before the context that gave the writer ends well."""

    @property
    def position(self) -> Position:
        """How far into the log of changes this index has come."""
        ...

    def put(self, doc: SearchDoc) -> None:
        """Write a document in place of the one with its kind and key."""
        ...

    def remove(self, kind: str, pk: str) -> None:
        """Take a document out; one that is not there is no error."""
        ...

    def move_to(self, position: Position) -> None:
        """Remember, together with what was written, how far the log has been read."""
        ...


class Building(Protocol):
    """A second index that grows beside the one in use."""

    def writing(self) -> AbstractContextManager[Writer]:
        """Write a batch into the new index."""
        ...

    def swap(self) -> None:
        """Put the new index in the place of the old one, in one step; call it while writing to the old is held."""
        ...


class Searching(Protocol):
    """An index that can be asked."""

    name: str

    def search(self, query: Query) -> Result:
        """Answer a question; any text is data and none raises."""
        ...

    def suggest(self, text: str, viewer: Viewer, *, limit: int) -> tuple[SuggestionGroup, ...]:
        """Complete what is being typed with titles and names that the viewer may find."""
        ...


class Feeding(Protocol):
    """An index that can be fed, replaced and compared."""

    name: str

    def writing(self, *, wait_s: float) -> AbstractContextManager[Writer]:
        """Open a batch. Raises EngineBusy when another feeder holds the index for longer than `wait_s` seconds."""
        ...

    def building(self) -> AbstractContextManager[Building]:
        """Start a new index, thrown away unless swapped. Raises EngineBusy when one is being built already."""
        ...

    def indexed(self) -> Iterator[IndexedDoc]:
        """Yield what the index holds, ordered by kind and key."""
        ...

    def node(self) -> str:
        """Return a name for this copy of the index that stays the same across rebuilds."""
        ...

    def outdated(self) -> bool:
        """Tell whether the index was made by another version of the analysis and should be rebuilt."""
        ...


class Engine(Searching, Feeding, Protocol):
    """An index for both."""
