"""Which net is kept, and which pieces of a question tell too little to be looked for by themselves: alike in every engine."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol, TypeVar

from search.recall import KEEP_RARE, All, Net, Phrase, Step

# A pair of characters in more than a fifth of all documents tells little and costs most; small indexes keep them all.
COMMON_SHARE = 0.2
COMMON_FROM_DOCS = 200
# The net of any pieces takes the rarest as long as together they stand in no more documents than this.
MOST_CAUGHT = 3000


class Caught(Protocol):
    """What one net holds."""

    @property
    def total(self) -> int:
        """How many documents, up to where counting stops."""
        ...


AnyCaught = TypeVar("AnyCaught", bound=Caught)


def cast_all(planned: Iterable[Step], cast: Callable[[Step | None], AnyCaught]) -> AnyCaught:
    """Cast the nets from the finest to the widest until one holds enough; keep a wider one only if it holds more.

    Without nets, cast the one that holds everything.
    """
    kept: AnyCaught | None = None
    for step in planned:
        wider = cast(step)
        kept = wider if kept is None or wider.total > kept.total else kept
        if kept.total >= step.enough:
            break
    return kept or cast(None)


def common_among(found: Mapping[str, float], documents: int) -> tuple[str, ...]:
    """Return the pieces that are in a fifth of a large index, or in too many documents together with rarer ones.

    `found` says in how many documents each stands; the rarest come first.
    """
    common: list[str] = []
    caught = 0.0
    for place, piece in enumerate(sorted(found, key=found.__getitem__)):
        caught += found[piece]
        too_many = caught > MOST_CAUGHT and place >= KEEP_RARE
        if too_many or found[piece] > documents * COMMON_SHARE:
            common.append(piece)
    return tuple(common)


def is_bare(net: Net) -> bool:
    """Tell whether only single characters are asked for: they tell nothing but where they stand."""
    return net.open_ended if isinstance(net, Phrase) else isinstance(net, All) and all(map(is_bare, net.parts))
