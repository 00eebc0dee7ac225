"""What a question's net holds behind its filters: counted, with facets, and in the engine's own order."""

from collections import Counter
from collections.abc import Sequence

from search.engines.answering import COUNT_UP_TO
from search.engines.embedded.matching import Matching, Row, rowid_of, score_of, shape_of
from search.engines.embedded.shapes import Shape
from search.engines.embedded.storage import Snapshot
from search.engines.faceting import chosen, counts_of, listed
from search.recall import Net
from search.schema import FacetCount, Query

# Of more than 10,000 matches the last written are read. Of so many that match by title, the best are candidates, too.
MOST_TITLED, BEST_TITLED = 500, 30


class Selection:
    """The documents that match and are visible, with or without filters.

    Up to 10,000 are read once, and the filters are applied to what was read. Where more match, 10,000 are read for
    each set of filters.
    """

    def __init__(self, snapshot: Snapshot, query: Query, net: Net | None, *, ranked: bool) -> None:
        self._snapshot = snapshot
        self._chosen = chosen(query)
        self._matching = Matching(snapshot, query, net, ranked=ranked)
        self._rows: dict[tuple[str, ...], list[Row]] = {}
        self._shapes: dict[tuple[str, ...], list[tuple[Shape, int]]] = {}

    def count(self) -> tuple[int, bool]:
        """Return how many documents there are, and whether that is exact (counting stops at 10,000)."""
        found = len(self._passing(self._applied()))
        return min(found, COUNT_UP_TO), found <= COUNT_UP_TO

    def rows(self) -> list[Row]:
        """Return what passes the filters, at most 10,000, in the order it was read."""
        return self._passing(self._applied())[:COUNT_UP_TO]

    def best_first(self, same_title: Sequence[int], last: int) -> list[Row]:
        """Return at least the first `last` rows: those with the same title, then the best, then the last written."""
        ordered = sorted(self.rows(), key=score_of, reverse=True)
        if not ordered:
            return []
        first = self._matching.rows(self._chosen, only=same_title) if same_title else []
        if self._matching.is_bare or not self.count()[1]:
            first += self._matching.titled(self._chosen, limit=MOST_TITLED)[:BEST_TITLED]
        best = score_of(ordered[0])
        leading = {rowid: (rowid, shape, best) for rowid, shape, _score in first}
        leading |= {rowid_of(row): row for row in ordered if rowid_of(row) in leading}
        return [*leading.values(), *(row for row in ordered[: last + len(leading)] if rowid_of(row) not in leading)]

    def facet(self, field: str) -> tuple[FacetCount, ...]:
        """Count the values of a field, its own filter left out, so that a choice still shows its siblings."""
        selected = self._chosen.get(field, ())
        siblings = self._applied(without=field)
        counts = self._counts(field, siblings)
        if selected and len(self._passing(siblings)) > COUNT_UP_TO:
            # Whatever has a chosen value passes the field's filter: there it is counted to the end.
            own = self._counts(field, self._applied())
            counts |= {value: own[value] for value in selected if value in own}
        return listed(counts, selected)

    def _counts(self, field: str, applied: tuple[str, ...]) -> dict[str, tuple[int, str]]:
        """Return for each value of a field how many documents have it, and its label."""
        labelled: dict[tuple[str, str], int] = {}
        for shape, found in self._shapes_of(applied):
            for each in shape.facets.get(field, {}).items():
                labelled[each] = labelled.get(each, 0) + found
        return counts_of(labelled)

    def _shapes_of(self, applied: tuple[str, ...]) -> list[tuple[Shape, int]]:
        """Return the shapes of what passes, with how many documents have each: far fewer than documents."""
        if applied not in self._shapes:
            numbers = Counter(map(shape_of, self._passing(applied)[:COUNT_UP_TO]))
            shapes = self._snapshot.shapes.of(self._snapshot.connection, numbers)
            self._shapes[applied] = [(shapes[number], found) for number, found in numbers.items()]
        return self._shapes[applied]

    def _applied(self, *, without: str = "") -> tuple[str, ...]:
        return tuple(field for field in self._chosen if field != without)

    def _passing(self, applied: tuple[str, ...]) -> list[Row]:
        """Return what passes these fields' filters, at most 10,001."""
        if applied not in self._rows:
            self._rows[applied] = self._filtered(applied) if applied else self._matching.rows({})
        return self._rows[applied]

    def _filtered(self, applied: tuple[str, ...]) -> list[Row]:
        everything, wanted = self._passing(()), {field: frozenset(self._chosen[field]) for field in applied}
        if len(everything) > COUNT_UP_TO:
            return self._matching.rows(wanted)
        shapes = self._snapshot.shapes.of(self._snapshot.connection, map(shape_of, everything))
        fitting = {number for number, shape in shapes.items() if shape.fits(wanted)}
        return [row for row in everything if shape_of(row) in fitting]
