"""What is done when an index and the tables beside it do not fit together."""

import struct
from array import array
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pytest

from media_pipeline.probe_index import Sample, Tables, ends_in_file, is_fragmented, read_tables, samples


@dataclass(frozen=True)
class Entry:
    """As ffmpeg gives it."""

    timestamp: int
    size: int
    pos: int = 0
    is_keyframe: bool = False
    is_discard: bool = False


@dataclass(frozen=True)
class First:
    """A stream's first packet."""

    pts: int | None = 0
    pos: int = 0
    size: int = 5


TABLES = Tables(6, array("i", [4, 5, 6, 7, 8, 9]), array("i", [6, 100]), array("i", [1, 0, 1, 300, 4, 100]))


def index(*sizes: int) -> Any:
    return [Entry(100 * n, size, is_keyframe=n == 0) for n, size in enumerate(sizes)]


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


def told(entries: Any, first: Any, tables: Tables = TABLES) -> list[Sample] | None:
    found = samples(entries, tables, first)
    return None if found is None else list(found)


def test_a_part_of_the_tables_is_found_by_its_sizes_and_moved_to_where_ffmpeg_shows_it() -> None:
    assert told(index(5, 6), First(pts=50)) == [
        Sample(50, 100, 5, key=True, hidden=False),
        Sample(-50, 100, 6, key=False, hidden=False),
    ]


@pytest.mark.parametrize(
    ("entries", "first"),
    [
        (index(), First()),
        (index(6, 5), First(size=6)),  # another order
        (index(7, 8, 9, 4, 5, 6), First(size=7)),  # the second half first
        (index(4, 5, 6, 7, 8, 9, 4), First(size=4)),  # more than there are
        (index(5, 6), First(pos=9)),  # ffmpeg begins elsewhere
        (index(5, 6), First(pts=None)),
    ],
)
def test_what_does_not_fit_is_not_guessed(entries: Any, first: Any) -> None:
    assert told(entries, first) is None


def test_a_part_that_fits_twice_could_be_either() -> None:
    twice = Tables(4, array("i", [5, 6, 5, 6]), array("i", [4, 100]), array("i"))

    assert told(index(5, 6), First(), twice) is None


def test_pictures_of_one_size_fit_only_as_a_whole() -> None:
    same = Tables(2, array("i"), array("i", [2, 100]), array("i"))

    assert told(index(5), First(), same) is None
    assert [sample.time for sample in told(index(5, 5), First(), same) or []] == [0, 100]


def test_tables_that_lie_about_their_length_end_where_they_end() -> None:
    lying = read_tables(
        memoryview(
            box(b"stsz", struct.pack(">IIIII", 0, 0, 1 << 30, 5, 6))
            + box(b"stts", struct.pack(">IIII", 0, 1 << 30, 1 << 30, 100))
            + box(b"ctts", struct.pack(">IIIi", 0, 9, 0xFFFFFFFF, -100)[:-1])
        )
    )

    assert lying is not None
    assert (lying.number, list(lying.sizes)) == (1 << 30, [5, 6])
    first: Any = First()
    found = samples(index(5, 6), lying, first)
    assert found is not None
    assert [sample.duration for sample in islice(found, 3)] == [100, 100]


def test_without_sizes_there_are_no_tables() -> None:
    assert read_tables(memoryview(box(b"stz2", bytes(12)))) is None


def test_media_beyond_the_end_of_the_file_is_missing() -> None:
    entries: Any = [Entry(0, 10, pos=90), Entry(100, 10, pos=100)]

    assert ends_in_file(entries, 110)
    assert not ends_in_file(entries, 109)


@pytest.mark.parametrize("entry", [Entry(0, -10, pos=90), Entry(0, 10, pos=-1)])
def test_media_that_cannot_be_is_missing(entry: Any) -> None:
    entries: Any = [entry]

    assert not ends_in_file(entries, 110)


def test_an_index_that_goes_on_elsewhere_says_so() -> None:
    assert is_fragmented(memoryview(box(b"mvhd", b"x") + box(b"mvex", b"x")))
    assert not is_fragmented(memoryview(box(b"mvhd", b"x")))
