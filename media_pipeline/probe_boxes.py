"""The boxes of an MP4 and the elements of a Matroska file, read from where they stand and from nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOOV_MAX = 64 << 20
TRACKS_MAX = 4 << 20
PARTS_MAX = 10_000
_LONG_HEADER = 16
_SHORT_HEADER = 8
_TRACK_BOXES = (b"mdia", b"minf", b"stbl")
# A sample entry begins with fixed fields: what it describes stands behind them.
_VISUAL_ENTRY = 78

_BEGINNING = 4096
_NOT_SAID = 0xFFFFFFFF
_FORGIVEN_MAX = 64 << 10

SEGMENT = 0x18538067
TRACKS = 0x1654AE6B
_CLUSTER = 0x1F43B675


class Box(NamedTuple):
    """A box by its name."""

    name: bytes
    content: memoryview


def boxes(data: memoryview) -> Iterator[Box]:
    """Yield the boxes that lie one behind the other; ends where one is not whole."""
    at = 0
    for _ in range(PARTS_MAX):
        size, taken = int.from_bytes(data[at : at + 4], "big"), _SHORT_HEADER
        name = bytes(data[at + 4 : at + 8])
        if size == 1:
            size, taken = int.from_bytes(data[at + 8 : at + 16], "big"), _LONG_HEADER
        if size < taken or at + size > len(data):
            return
        yield Box(name, data[at + taken : at + size])
        at += size


def child(data: memoryview, *names: bytes) -> memoryview:
    """Return the content of the first box on a path of names; empty when there is none."""
    for name in names:
        data = next((box.content for box in boxes(data) if box.name == name), data[:0])
    return data


def movie_header(path: Path) -> memoryview:
    """Return the content of the top-level `moov` box, empty when there is none or it is unreasonably large."""
    with path.open("rb") as file:
        size = _find_movie(file)
        return memoryview(file.read(size) if size <= MOOV_MAX else b"")


def _find_movie(file: BinaryIO) -> int:
    """Go to the content of the top-level `moov` box and return its size; 0 when there is none."""
    for _ in range(PARTS_MAX):
        header = file.read(_SHORT_HEADER)
        size, taken = int.from_bytes(header[:4], "big"), _SHORT_HEADER
        if size == 1:
            size, taken = int.from_bytes(file.read(_LONG_HEADER - _SHORT_HEADER), "big"), _LONG_HEADER
        if len(header) < _SHORT_HEADER or size < taken:
            break
        if header[4:] == b"moov":
            return size - taken
        file.seek(size - taken, 1)
    return 0


def track(moov: memoryview, number: int) -> memoryview:
    """Return the table of samples (`stbl`) of the one track with that number, empty unless there is exactly one."""
    found = [box.content for box in boxes(moov) if box.name == b"trak" and _track_number(box.content) == number]
    return child(found[0], *_TRACK_BOXES) if len(found) == 1 else moov[:0]


def picture_boxes(table: memoryview) -> Iterator[Box]:
    """Yield the boxes that describe how the pictures of a track are stored."""
    for entry in boxes(child(table, b"stsd")[8:]):
        yield from boxes(entry.content[_VISUAL_ENTRY:])


def _track_number(trak: memoryview) -> int:
    header = child(trak, b"tkhd")
    at = 20 if header[:1].tobytes() == b"\x01" else 12  # the dates before it are longer in version 1
    return int.from_bytes(header[at : at + 4], "big")


class Element(NamedTuple):
    """A Matroska element by its number."""

    number: int
    content: memoryview


def elements(data: memoryview) -> Iterator[Element]:
    """Yield the elements that lie one behind the other; ends where one is not whole."""
    at = 0
    for _ in range(PARTS_MAX):
        number, size, taken = _element_header(bytes(data[at : at + 12]))
        if not taken or size is None or at + taken + size > len(data):
            return
        yield Element(number, data[at + taken : at + taken + size])
        at += taken + size


def matroska_tracks(path: Path) -> memoryview:
    """Return the content of the `Tracks` element, which stands before the media; empty when there is none."""
    with path.open("rb") as file:
        for _ in range(PARTS_MAX):
            at = file.tell()
            number, size, taken = _element_header(file.read(12))
            if not taken or number == _CLUSTER:
                break
            file.seek(at + taken)
            if number == SEGMENT:  # what follows lies inside it, however long it says it is
                continue
            if size is None:
                break
            if number == TRACKS:
                return memoryview(_whole(file, size))
            file.seek(size, 1)
    return memoryview(b"")


def is_cut_short(path: Path, demuxer: str) -> bool:
    """Return whether bytes are missing at the end by what the file says of itself.

    An MP4's index is exact. Old cameras count a few bytes too many in an AVI, and what ends a Matroska file is an index
    that nobody needs: there only a hundredth, or 64 KiB of a large file, is missing film.
    """
    promised = promised_bytes(path, demuxer)
    forgiven = 0 if demuxer == "mov" else min(_FORGIVEN_MAX, promised // 100)
    return promised - forgiven > path.stat().st_size


def promised_bytes(path: Path, demuxer: str) -> int:
    """Return how long a file says that it is, an MP4 up to the end of its index; 0 when it does not say it."""
    with path.open("rb") as file:
        if demuxer == "mov":
            size = _find_movie(file)
            return size and file.tell() + size
        head = file.read(_BEGINNING)
    if demuxer == "avi":
        size = int.from_bytes(head[4:8], "little")
        return size + _SHORT_HEADER if size < _NOT_SAID else 0
    if demuxer == "matroska":
        _, header, taken = _element_header(head)
        at = taken + (header or 0)
        number, content, taken = _element_header(head[at : at + 12])
        return at + taken + content if number == SEGMENT and content is not None else 0
    return 0


def _whole(file: BinaryIO, size: int) -> bytes:
    return file.read(size) if size <= TRACKS_MAX else b""


def _element_header(head: bytes) -> tuple[int, int | None, int]:
    """Return an element's number, its size (None: not said) and the length of both; all 0 when it is not whole."""
    wide = _width(head[:1])
    sized = _width(head[wide : wide + 1])
    if not wide or wide > 4 or not sized or len(head) < wide + sized:  # noqa: PLR2004 - numbers have four bytes at most
        return 0, 0, 0
    size = int.from_bytes(head[wide : wide + sized], "big") & ((1 << 7 * sized) - 1)
    unknown = size == (1 << 7 * sized) - 1
    return int.from_bytes(head[:wide], "big"), None if unknown else size, wide + sized


def _width(first: bytes) -> int:
    return 9 - first[0].bit_length() if first and first[0] else 0
