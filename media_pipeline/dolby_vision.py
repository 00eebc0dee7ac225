"""Finds what a file declares of Dolby Vision: some profiles have no base layer in colours that we could show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from media_pipeline.probe_boxes import elements, matroska_tracks, picture_boxes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BOXES = frozenset({b"dvcC", b"dvvC", b"dvwC"})
_RECORD_MIN = 5
_TRACK_ENTRY = 0xAE
_TRACK_TYPE = 0x83
_MAPPING = 0x41E4
_MAPPING_TYPE = 0x41E7
_MAPPING_DATA = 0x41ED
# Profile 5 is in colours of its own; 10 (AV1) and 20 (two eyes) are when they name nothing that they agree with.
_NEVER_WITH_BASE = 5
_PERHAPS_WITHOUT_BASE = frozenset({10, 20})


class DolbyVision(NamedTuple):
    """What the configuration record says: the profile, and the number of the plain format the base layer agrees with."""

    profile: int
    compatible: int

    @property
    def has_base(self) -> bool:
        if self.profile in _PERHAPS_WITHOUT_BASE:
            return self.compatible != 0
        return self.profile != _NEVER_WITH_BASE


def in_table(table: memoryview) -> DolbyVision | None:
    """Return what a track's table of samples (`stbl`) declares."""
    return next((_read(box.content) for box in picture_boxes(table) if box.name in _BOXES), None)


def in_matroska(path: Path) -> DolbyVision | None:
    """Return what the first track of pictures declares in a Matroska file."""
    for entry in elements(matroska_tracks(path)):
        if entry.number == _TRACK_ENTRY:
            fields = list(elements(entry.content))
            if any(field.number == _TRACK_TYPE and bytes(field.content) == b"\x01" for field in fields):
                mappings = (field.content for field in fields if field.number == _MAPPING)
                return next(_records(mappings), None)
    return None


def _records(mappings: Iterator[memoryview]) -> Iterator[DolbyVision | None]:
    for mapping in mappings:
        parts = {part.number: bytes(part.content) for part in elements(mapping)}
        if parts.get(_MAPPING_TYPE) in _BOXES:
            yield _read(memoryview(parts.get(_MAPPING_DATA, b"")))


def _read(record: memoryview) -> DolbyVision | None:
    """Read a record: two bytes of version, seven bits of profile, …, four bits of compatibility."""
    if len(record) < _RECORD_MIN:
        return None
    return DolbyVision(record[2] >> 1, record[4] >> 4)
