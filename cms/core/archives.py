"""Looking into zip archives that strangers made, without being led to read more than is sane."""

import zipfile
from dataclasses import dataclass
from typing import IO

# An entry of a directory has 46 bytes and a name; with this much for each, real files never come near.
DIRECTORY_BYTES_PER_PART = 400
# What compresses better than this is no text that a person typed; small parts may.
SMALL_PART = 1024 * 1024
END_RECORD_BYTES = 22 + 65535


class NotAnArchive(ValueError):  # noqa: N818  # reads as the fact it states
    """The bytes are no zip archive that can be read."""


class OversizedArchive(ValueError):  # noqa: N818  # reads as the fact it states
    """The archive has too many parts or unpacks to too much."""


@dataclass(frozen=True)
class ArchiveLimits:
    """The most that an archive may hold: parts, unpacked bytes of one and of all, unpacked to packed of a large part."""

    parts: int
    part_bytes: int
    all_bytes: int
    ratio: int


class _BoundedReader:
    """What zipfile reads the directory through: a larger piece than the limit is refused before it is in memory.

    The length of the directory stands in the archive's end record, and zipfile reads it in one piece; its own reading
    is bounded here, so that no second reading of that record can disagree with it.
    """

    def __init__(self, file: IO[bytes], most: int) -> None:
        self.file = file
        self.most = max(most, END_RECORD_BYTES)

    def read(self, size: int = -1) -> bytes:
        data = self.file.read(self.most + 1 if size < 0 else min(size, self.most + 1))
        if len(data) > self.most:
            raise OversizedArchive("directory")
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self.file.seek(offset, whence)

    def tell(self) -> int:
        return self.file.tell()


def archive_parts(file: IO[bytes], limits: ArchiveLimits) -> list[zipfile.ZipInfo]:
    """Return what the archive says it holds, and leave the file at its start; nothing is unpacked.

    Raises NotAnArchive and OversizedArchive.
    """
    file.seek(0)
    try:
        with zipfile.ZipFile(_BoundedReader(file, limits.parts * DIRECTORY_BYTES_PER_PART)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError) as error:
        raise NotAnArchive(str(error)) from error
    except OversizedArchive:
        raise
    except ValueError as error:
        raise NotAnArchive(str(error)) from error
    finally:
        file.seek(0)
    refuse_excess(parts, limits)
    return parts


def refuse_excess(parts: list[zipfile.ZipInfo], limits: ArchiveLimits) -> None:
    """Raise OversizedArchive for what is beyond the limits by the archive's own account; zipfile unpacks no more."""
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.all_bytes:
        raise OversizedArchive("parts")
    for part in parts:
        dense = part.file_size > SMALL_PART and part.file_size > limits.ratio * max(1, part.compress_size)
        if part.file_size > limits.part_bytes or dense:
            raise OversizedArchive(part.filename)
