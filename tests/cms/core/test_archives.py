import io
import struct
import zipfile

import pytest

from cms.core.archives import ArchiveLimits, NotAnArchive, OversizedArchive, archive_parts

LIMITS = ArchiveLimits(parts=200, part_bytes=30 << 20, all_bytes=40 << 20, ratio=100)


def packed(parts: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", kind) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def directory_of(entries: int) -> bytes:
    """Return an archive that is nothing but a directory of empty parts, with a zip64 record where one is needed."""
    entry = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *([0] * 6), 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    body = entry * entries
    zip64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, len(body), 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(body), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    return body + zip64 + locator + end


class Counting(io.BytesIO):
    """A file that remembers the largest piece that was read."""

    largest = 0

    def read(self, size: int | None = -1) -> bytes:
        data = super().read(size)
        self.largest = max(self.largest, len(data))
        return data


def test_the_parts_are_told_and_the_file_is_left_at_its_start() -> None:
    file = io.BytesIO(packed({"a.xml": b"x", "b/c.xml": b""}))

    assert [part.filename for part in archive_parts(file, LIMITS)] == ["a.xml", "b/c.xml"]
    assert file.tell() == 0


def test_a_directory_of_hundreds_of_thousands_of_entries_is_refused_before_it_is_read() -> None:
    file = Counting(directory_of(300_000))

    with pytest.raises(OversizedArchive):
        archive_parts(file, LIMITS)
    assert file.largest < 200_000


def test_one_part_too_many_is_refused() -> None:
    assert len(archive_parts(io.BytesIO(directory_of(200)), LIMITS)) == 200
    with pytest.raises(OversizedArchive):
        archive_parts(io.BytesIO(directory_of(201)), LIMITS)


@pytest.mark.parametrize(
    "parts",
    [{"a": bytes(31 << 20)}, {"a": bytes(21 << 20), "b": bytes(21 << 20)}, {"a": bytes(2 << 20)}],
    ids=["one part", "all parts", "ratio"],
)
def test_what_unpacks_to_too_much_is_refused(parts: dict[str, bytes]) -> None:
    with pytest.raises(OversizedArchive):
        archive_parts(io.BytesIO(packed(parts)), LIMITS)


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"PK\x05\x06", packed({"a": b"x"})[:-5], b"\0" * 300_000],
    # An archive holds the time at which it was made: as a name it would differ between processes.
    ids=["nothing", "a beginning", "half an end", "cut off", "zeros"],
)
def test_what_is_no_archive_is_told_apart(data: bytes) -> None:
    with pytest.raises(NotAnArchive):
        archive_parts(io.BytesIO(data), LIMITS)
