"""A ZIP that is written while it is sent: nothing lies on a disk, and of films and files no more than a block in memory.

Everything is stored as it is: films do not get smaller, and so the length is known before the first byte. Names are
plain ASCII and a pack stays below two gigabytes, so that the oldest unpacker and a FAT32 stick take it.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

MOST_BYTES = 2_000_000_000
MANIFEST = "manifest.json"
# PKWARE's APPNOTE 6.3, sections 4.3.7, 4.3.9, 4.3.12, 4.3.16: local header, data descriptor, central header, end.
LOCAL, DESCRIPTOR, CENTRAL, END = 30, 16, 46, 22
NAME = re.compile(r"(?:[a-z]+/)?[A-Za-z0-9]+(?:[.-][A-Za-z0-9]+)+")
READABLE = 0o644 << 16


class SourceChanged(Exception):  # noqa: N818  # reads as the fact it states
    """A file is not as long as it was when the length of the pack was told; the sending breaks off."""


@dataclass(frozen=True)
class Part:
    """One file of a pack: its name inside, its length in bytes, and how its bytes are read, block by block."""

    name: str
    size: int
    blocks: Callable[[], Iterator[bytes]]

    def __post_init__(self) -> None:
        """Refuse a name that some system would not take."""
        if not NAME.fullmatch(self.name):
            raise ValueError(self.name)


class Sink:
    """What `zipfile` writes into; it cannot be wound back, and is emptied after each block."""

    def __init__(self) -> None:
        self.blocks: list[bytes] = []

    def write(self, data: bytes) -> int:
        self.blocks.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""

    def take(self) -> bytes:
        """Return what came since the last time."""
        taken = b"".join(self.blocks)
        self.blocks.clear()
        return taken


@dataclass(frozen=True)
class Archive:
    """Files in order, and facts about them; the list of all with their SHA-256 is the last file."""

    parts: Sequence[Part]
    facts: dict[str, Any]
    at: datetime

    def manifest(self, digests: Sequence[str]) -> bytes:
        """Return the list of the files; every digest has the same length, so the list has too."""
        files = [
            {"path": part.name, "bytes": part.size, "sha256": digest}
            for part, digest in zip(self.parts, digests, strict=True)
        ]
        return json.dumps(self.facts | {"files": files}, ensure_ascii=False, indent=1).encode()

    @property
    def size(self) -> int:
        """The length of the whole in bytes."""
        listed = len(self.manifest(["0" * 64] * len(self.parts)))
        named = [(part.name, part.size) for part in self.parts] + [(MANIFEST, listed)]
        return END + sum(LOCAL + DESCRIPTOR + CENTRAL + 2 * len(name) + size for name, size in named)

    def stream(self) -> Generator[bytes]:
        """Yield the bytes of the ZIP. Raises SourceChanged, and OSError for a file that is gone meanwhile."""
        sink, digests = Sink(), []
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, allowZip64=False) as archive:  # type: ignore[call-overload]  # it needs no more
            for part in self.parts:
                digest = hashlib.sha256()
                for block in self.written(archive, part):
                    digest.update(block)
                    yield sink.take()
                digests.append(digest.hexdigest())
            manifest = self.manifest(digests)
            for _block in self.written(archive, Part(MANIFEST, len(manifest), lambda: iter([manifest]))):
                yield sink.take()
        yield sink.take()

    def written(self, archive: zipfile.ZipFile, part: Part) -> Iterator[bytes]:
        """Write one file into the archive and yield each block once it is written."""
        info = zipfile.ZipInfo(part.name, self.at.timetuple()[:6])
        info.external_attr, info.file_size = READABLE, part.size
        done = 0
        with archive.open(info, "w") as target:
            for block in part.blocks():
                done += len(block)
                if done > part.size:
                    raise SourceChanged(part.name)
                target.write(block)
                yield block
            if done != part.size:
                raise SourceChanged(part.name)
