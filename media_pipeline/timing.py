"""Times, sizes and key marks of one stream's packets -> its rhythm, in a few kilobytes however long the film is. Pure."""

from __future__ import annotations

import heapq
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain, compress, count, pairwise
from operator import add
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Packets come in decoding order. H.264 and HEVC let a picture be shown at most 16 places later.
WINDOW = 32
KINDS = 4096
SHARE_OF_ROUNDING = 0.02
# Packets are counted so many at once: ten minutes of film then take half as long as one by one.
BATCH = 1024


@dataclass(slots=True)
class Ascending:
    """Hands values on in order, as long as none comes more than WINDOW places late."""

    held: list[int] = field(default_factory=list)

    def push(self, value: int) -> int | None:
        """Take a value; return the one whose turn it is once enough are held."""
        if len(self.held) < WINDOW:
            heapq.heappush(self.held, value)
            return None
        return heapq.heappushpop(self.held, value)

    def rest(self) -> list[int]:
        """Return what is still held."""
        return sorted(self.held)


@dataclass(slots=True)
class Distances:
    """Counts distances. When there are too many kinds of them they are counted in grains, twice as coarse each time."""

    counts: Counter[int] = field(default_factory=Counter)
    grain: int = 1
    number: int = 0
    longest: int = 0

    def add(self, distances: Sequence[int]) -> None:
        """Count some."""
        self.number += len(distances)
        self.longest = max(self.longest, *distances, 0)
        self.counts.update(distances if self.grain == 1 else [distance // self.grain for distance in distances])
        while len(self.counts) > KINDS:
            self._coarsen()

    def median(self) -> int:
        """Return the middle one, the upper of two; 0 when there is none."""
        passed = 0
        for distance in sorted(self.counts):
            passed += self.counts[distance]
            if passed > self.number // 2:
                return distance * self.grain
        return 0

    def beyond(self, slack: float) -> int:
        """Return how many are further from the middle than `slack`."""
        middle = self.median()
        return sum(n for distance, n in self.counts.items() if abs(distance * self.grain - middle) > slack)

    def _coarsen(self) -> None:
        self.grain *= 2
        finer, self.counts = self.counts, Counter()
        for distance, n in finer.items():
            self.counts[distance // 2] += n


@dataclass(slots=True)
class Groups:
    """Groups of pictures: the longest, and the most bytes a second that one needs.

    Groups shorter than a second are taken together, since nobody's line notices them one by one.
    """

    second: float  # in ticks
    busiest: float = 0.0
    longest: int = 0
    size: int = 0
    since: int | None = None
    last_key: int | None = None
    keys: Ascending = field(default_factory=Ascending)

    def take(self, times: Sequence[int], sizes: Sequence[int], keys: Sequence[bool]) -> None:
        """Take at least one packet, in decoding order."""
        self.since = times[0] if self.since is None else self.since
        passed = 0
        for place in compress(count(), keys):
            self.size += sum(sizes[passed:place])
            passed = place
            self._mark(self.keys.push(times[place]))
            if times[place] - self.since >= self.second:
                self._close(times[place])
        self.size += sum(sizes[passed:])

    def end(self, time: int) -> None:
        """Take the end of the last picture."""
        for key in (*self.keys.rest(), time):
            self._mark(key)
        self._close(time)

    def _mark(self, key: int | None) -> None:
        if key is None:
            return
        if self.last_key is not None:
            self.longest = max(self.longest, key - self.last_key)
        self.last_key = key

    def _close(self, time: int) -> None:
        if self.since is not None:
            self.busiest = max(self.busiest, self.size * self.second / max(time - self.since, self.second))
        self.since, self.size = time, 0


@dataclass(slots=True)
class Clock:
    """How far the times of stored packets jump, in ticks: ahead from one to the next, and back behind the latest."""

    ahead: int = 0
    back: int = 0
    latest: int | None = None

    def take(self, time: int) -> None:
        """Take the time of a packet at which it has to be decoded, in the order of the file."""
        latest = self.latest
        if latest is None:
            self.latest = time
        elif time > latest:
            self.ahead = max(self.ahead, time - latest)
            self.latest = time
        elif latest - time > self.back:
            self.back = latest - time


class Timing:
    """Takes the packets of one stream in decoding order and tells the rhythm of what they show.

    Times are in ticks; `tick_s` is the length of one in seconds.
    """

    def __init__(self, tick_s: float) -> None:
        self.tick_s = tick_s
        self.packets = 0
        self.bytes = 0
        self.start: int | None = None
        self.end = 0
        self.latest: int | None = None
        self.open_gop = False
        self._newest_key: int | None = None
        self._shown: int | None = None
        self._times = Ascending()
        self._distances = Distances()
        self._groups = Groups(1 / tick_s)
        self._waiting: list[tuple[int, int, int, bool]] = []

    def take(self, time: int, *, duration: int, size: int, key: bool) -> None:
        """Take one packet."""
        self._waiting.append((time, duration, size, key))
        if len(self._waiting) == BATCH:
            self._count()

    def facts(self) -> dict[str, object]:
        """Return the rhythm, in seconds and bytes; asked once, after the last packet."""
        if self._waiting:
            self._count()
        if self.start is None or self.latest is None:
            return _NOTHING
        self._show(self._times.rest())
        self._groups.end(self.end)
        return {
            "packets": self.packets,
            "bytes": self.bytes,
            "start_s": self.start * self.tick_s,
            "end_s": self.end * self.tick_s,
            "open_gop": self.open_gop,
            "gop_max_s": self._groups.longest * self.tick_s,
            "peak_bytes": round(self._groups.busiest),
            "deltas": self._deltas(self.latest - self.start),
        }

    def _count(self) -> None:
        times, durations, sizes, keys = zip(*self._waiting, strict=True)
        self._waiting.clear()
        self.packets += len(times)
        self.bytes += sum(sizes)
        end = max(map(add, times, durations))
        self.end = end if self.start is None else max(self.end, end)
        self.start = min(times) if self.start is None else min(self.start, *times)
        self.latest = max(times) if self.latest is None else max(self.latest, *times)
        self._follow_keys(times, keys)
        self._groups.take(times, sizes, keys)
        self._show([time for time in map(self._times.push, times) if time is not None])

    def _follow_keys(self, times: Sequence[int], keys: Sequence[bool]) -> None:
        newest = self._newest_key
        for time, key in zip(times, keys, strict=True):
            if key:
                newest = time
            elif newest is not None and time < newest:
                self.open_gop = True
        self._newest_key = newest

    def _show(self, times: Sequence[int]) -> None:
        """Take the next instants at which something is shown."""
        if not times:
            return
        before = () if self._shown is None else (self._shown,)
        self._distances.add([abs(after - earlier) for earlier, after in pairwise(chain(before, times))])
        self._shown = times[-1]

    def _deltas(self, length: int) -> dict[str, float]:
        seen, tick_s = self._distances, self.tick_s
        middle = seen.median()
        # One tick and a bit more: containers that count in milliseconds round 33.3 to 33 or 34.
        slack = max(0.0012 / tick_s, middle * SHARE_OF_ROUNDING, 1.0)
        return {
            "count": seen.number,
            "median_s": middle * tick_s,
            "mean_s": length * tick_s / max(1, seen.number),
            "max_s": seen.longest * tick_s,
            "odd": seen.beyond(slack),
        }


_NOTHING: dict[str, object] = {
    "packets": 0,
    "bytes": 0,
    "start_s": 0.0,
    "end_s": 0.0,
    "open_gop": False,
    "gop_max_s": 0.0,
    "peak_bytes": 0,
    "deltas": None,
}
