"""When each picture of an MP4 is shown, from its index alone: no byte of the media is read.

ffmpeg has already built the index and applied the edit list; it keeps to itself by how much each picture is shown later
than it is stored, so those numbers are read here from the file's own tables.
"""

from __future__ import annotations

import sys
from array import array
from dataclasses import dataclass
from itertools import chain, islice, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from media_pipeline.probe_boxes import child

if TYPE_CHECKING:
    from collections.abc import Iterator

    from av.index import IndexEntries
    from av.packet import Packet

_TABLE_HEADER = 8  # version, flags and the number of rows


class Sample(NamedTuple):
    """One stored picture. Times in ticks."""

    time: int
    duration: int
    size: int
    key: bool
    hidden: bool


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of one track: sizes, and runs of (number, value) for durations and delays; signed, as ffmpeg reads them."""

    number: int
    sizes: array[int]  # empty when all are the same
    durations: array[int]
    delays: array[int]


def is_fragmented(moov: memoryview) -> bool:
    """Tell whether the index continues between the media."""
    return bool(child(moov, b"mvex"))


def read_tables(table: memoryview) -> Tables | None:
    """Read what stands in a track's `stbl`; None when its sizes are stored in a way that only ffmpeg reads."""
    sizes = child(table, b"stsz")
    number = int.from_bytes(sizes[8:12], "big")
    if not number:
        return None
    durations, delays = (_numbers(child(table, name)[_TABLE_HEADER:]) for name in (b"stts", b"ctts"))
    return Tables(number, _numbers(sizes[12:])[:number], durations, delays)


def samples(index: IndexEntries, tables: Tables, first: Packet[Any]) -> Iterator[Sample] | None:
    """Yield the pictures in the order in which they are stored.

    `first` is the stream's first packet as ffmpeg gives it: it tells by how much all times are moved. None when the index
    is not one whole piece of the tables, as after several cuts, or does not begin with that packet.
    """
    place = _place(index, tables)
    if place is None or first.pts is None or (first.pos, first.size) != (index[0].pos, index[0].size):
        return None
    shift = first.pts - index[0].timestamp - next(_values(tables.delays, place))
    return _merged(index, tables, place, shift)


def _merged(index: IndexEntries, tables: Tables, place: int, shift: int) -> Iterator[Sample]:
    rows = zip(index, _values(tables.delays, place), _values(tables.durations, place), strict=False)
    for entry, delay, duration in rows:
        time = entry.timestamp + delay + shift
        yield Sample(time, duration, entry.size, entry.is_keyframe, entry.is_discard)


def _place(index: IndexEntries, tables: Tables) -> int | None:
    """Return which row of the tables the index begins with: an edit list leaves out what nobody needs to decode."""
    if not tables.sizes:
        return 0 if len(index) == tables.number else None
    known, wanted = tables.sizes.tobytes(), array("i", (entry.size for entry in index)).tobytes()
    at = known.find(wanted) if wanted else -1
    whole, rest = divmod(at, tables.sizes.itemsize)
    # Found twice, it could be either.
    return whole if at >= 0 and not rest and known.find(wanted, at + 1) < 0 else None


def _values(runs: array[int], skip: int) -> Iterator[int]:
    """Yield the value of each sample; 0 when there are too few."""
    each = chain.from_iterable(repeat(runs[at + 1], max(runs[at], 0)) for at in range(0, len(runs) - 1, 2))
    return islice(chain(each, repeat(0)), skip, None)


def _numbers(data: memoryview) -> array[int]:
    numbers = array("i")
    numbers.frombytes(bytes(data[: len(data) // numbers.itemsize * numbers.itemsize]))
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
