"""What the rest of the package asks of an engine. Everything that feeds or queries an index goes through these shapes."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from search.schema import Query, Result, SearchDoc, SuggestionGroup, Viewer


class EngineBusy(Exception):  # noqa: N818  # reads as the state it reports
    """Somebody else is writing to this index and did not finish within the wait."""


class EngineAway(Exception):  # noqa: N818  # reads as the state it reports
    """A shared index cannot be reached, answers too late, or refuses work as a whole.

    Nothing is known of what was sent last: it may have been done, or be done later. The cause is chained or in the text.
    """


@dataclass(frozen=True, slots=True)
class Refusal:
    """One document that a shared index will not take as it is, however often it is sent; the others were taken.

    `reason` is in the words of the server, for whoever looks after the site.
    """

    kind: str
    pk: str
    reason: str


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

    def keys(self, query: Query) -> tuple[str, ...]:
        """Return the keys of all that passes the question's filters, its words left aside: at most 10,000, of one kind.

        What the index alone cannot know is then asked of the database for all of them at once.
        """
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


class Sender(Protocol):
    """What goes to a shared index in one batch, all of it with the batch's version.

    Of two writes of one document that with the higher version stays, in whatever order they arrive: one that comes too
    late changes nothing and counts as done, and the same version again writes again.
    """

    def put(self, doc: SearchDoc) -> None:
        """Write a document in place of the one with its kind and key. May send what has gathered; raises EngineAway."""
        ...

    def remove(self, kind: str, pk: str) -> None:
        """Leave a mark, with the version, that the document is gone; one that never was there is no error."""
        ...

    def flush(self) -> tuple[Refusal, ...]:
        """Send the rest and return what was refused since the last call, each document once.

        When it returns, everything else is kept in every generation. Raises EngineAway otherwise; then nothing is known
        of what was sent.
        """
        ...


class SharedEngine(Searching, Protocol):
    """One index on a server for all nodes, in generations: one answers, others are filled beside it or kept.

    Everything raises EngineAway when the server cannot be asked. A generation's name is ours: small letters, digits, "-".
    """

    def sender(self, version: int, *, generations: Sequence[str]) -> Sender:
        """Start a batch that goes to each of these generations. One that is not there is not made: EngineAway."""
        ...

    def create(self, generation: str, *, owner: str = "") -> None:
        """Make an empty generation, with this code's fingerprint and the mark of a site; one that is there stays as it is."""
        ...

    def drop(self, generation: str) -> None:
        """Delete a generation; one that is not there is no error."""
        ...

    def point_to(self, generation: str) -> None:
        """Let this generation answer from now on, in one step."""
        ...

    def pointed_to(self) -> str | None:
        """Return the generation that answers, or None when none does."""
        ...

    def fingerprint(self) -> str:
        """Return what generations made by this code bear: tokens and fields are the same where it is the same."""
        ...

    def fingerprint_of(self, generation: str) -> str | None:
        """Return what a generation bears, or None when there is no such generation."""
        ...

    def owners(self) -> Mapping[str, str]:
        """Return the generations on the server, each with the mark of the site that made it, "" where none did."""
        ...

    def version_of(self, generation: str, kind: str, pk: str) -> int:
        """Return the version under which a document, or the mark that it is gone, was written last; 0 when it never was."""
        ...

    def indexed(self, generation: str | None = None) -> Iterator[IndexedDoc]:
        """Yield what a generation (else the one that answers) holds, as it is, without marks of what is gone.

        Ordered by kind and key as Python orders text; read piece by piece, however much there is. What was sent is seen
        after `refresh`.
        """
        ...

    def refresh(self) -> None:
        """Let searches and `indexed` see everything that was sent, in all generations."""
        ...

    def ping(self) -> bool:
        """Tell whether the server answers; never raises."""
        ...
