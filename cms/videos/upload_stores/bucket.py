"""Uploads in the bucket of the originals: parts of the object to be, and small pieces where a part would be too small.

A part of an object has 5 MiB at least, except the last one, and a chunk may end anywhere. So a chunk's end that makes no
part is kept as a piece, an object of its own; pieces are put together as soon as they make a part. What belongs to the
file is only what its row names: a request takes away what it sent or replaced and the row does not name in the end, so
that no upload lies here twice. What a killed process could not take away goes with the upload.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import SEEK_END
from pathlib import Path
from typing import IO, Any, Self

import structlog
from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F

from cms.videos import store_marks
from cms.videos.enums import UploadState
from cms.videos.errors import StorageAway, UploadRefused
from cms.videos.models import Upload
from cms.videos.original_stores import ARRIVING
from cms.videos.upload_stores.multiparts import BLOCK, Multiparts
from cms.videos.upload_stores.protocol import Block, Stolen, Whereabouts

log = structlog.get_logger("weike.videos")
# The smallest part an S3 server takes, and how many parts an object may have.
SMALLEST_PART = 5 << 20
MOST_PARTS = 10_000
# So much of a chunk waits here on the disk: what turns out to be bent, or is cut, never reaches the bucket.
WAITING = 32 << 20
# More pieces than these are put together, so that a sender of tiny chunks makes no endless list.
MOST_PIECES = 16


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the object to be."""

    number: int
    etag: str
    size: int


@dataclass(frozen=True, slots=True)
class Piece:
    """An object that holds a bit of the file behind the last part."""

    name: str
    size: int


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the bytes of an upload lie: in the parts of `multipart`, and behind them in the pieces."""

    multipart: str = ""
    parts: tuple[Part, ...] = ()
    pieces: tuple[Piece, ...] = ()

    @classmethod
    def read(cls, told: Whereabouts) -> Self:
        """Return what a row remembers."""
        parts = tuple(Part(*row) for row in told.get("parts", ()))
        return cls(told.get("multipart", ""), parts, tuple(Piece(*row) for row in told.get("pieces", ())))

    def told(self) -> Whereabouts:
        """Return what a row has to remember."""
        parts = [[part.number, part.etag, part.size] for part in self.parts]
        return {"multipart": self.multipart, "parts": parts, "pieces": [[row.name, row.size] for row in self.pieces]}

    @property
    def loose(self) -> int:
        """How many bytes lie in pieces."""
        return sum(piece.size for piece in self.pieces)

    @property
    def size(self) -> int:
        """How many bytes lie anywhere."""
        return sum(part.size for part in self.parts) + self.loose


class BucketWriter:
    """Takes the bytes of one request: `fresh` holds on this machine's disk what is not in the bucket yet."""

    def __init__(self, bucket: Multiparts, upload: Upload, token: str, fresh: IO[bytes]) -> None:
        self.bucket, self.upload, self.token, self.fresh = bucket, upload, token, fresh
        self.known = self.sent = Kept.read(upload.whereabouts)
        self.waiting = 0
        # Of what lies in the bucket: what may have to be taken away again.
        self.pieces = {piece.name for piece in self.known.pieces}
        self.parts: list[tuple[str, int]] = []

    def write(self, block: Block) -> None:
        require_disk(len(block))
        self.fresh.write(block)
        self.waiting += len(block)
        if self.waiting >= max(WAITING, smallest_part(self.upload.length)):
            self.send_part()

    def head(self, size: int) -> bytes:
        with self.gathered(self.sent.pieces) as whole:
            return whole.read(size)

    def hasten(self) -> None:
        """Do nothing: what turns out to be bent shall not reach the bucket."""

    def sync(self) -> Whereabouts:
        # Whoever comes here again knows that the row names what the last `sync` told.
        self.leave_only(self.known, self.sent)
        if self.waiting:
            is_last = bool(self.sent.parts) and self.sent.size + self.waiting == self.upload.length
            if is_last or self.sent.loose + self.waiting >= smallest_part(self.upload.length):
                self.send_part()
            else:
                self.send_piece()
        self.known = self.sent
        return self.known.told()

    def forget(self) -> None:
        self.sent = self.known
        self.drop_fresh()

    def send_part(self) -> None:
        """Send the pieces and what waits as one part; no other request has its number, however late it comes."""
        number = take_number(self.upload, self.token)
        multipart = self.sent.multipart or self.bucket.begin(self.upload.original_name)
        with self.gathered(self.sent.pieces) as body:
            etag = self.bucket.send_part(self.upload.original_name, multipart, number, body)
        self.parts.append((multipart, number))
        self.sent = Kept(multipart, (*self.sent.parts, Part(number, etag, self.sent.loose + self.waiting)))
        self.drop_fresh()

    def send_piece(self) -> None:
        """Send what waits as a piece, put together with some of those before when there are many."""
        first = first_to_merge([*(piece.size for piece in self.sent.pieces), self.waiting])
        left, merged = self.sent.pieces[:first], self.sent.pieces[first:]
        # The token in the name: no request writes over what another one sent.
        name = f"{folder_of(self.upload.pk.hex)}{self.sent.size:015}-{self.token}"
        with self.gathered(merged) as body:
            self.bucket.put(name, body)
        self.pieces.add(name)
        piece = Piece(name, self.waiting + sum(before.size for before in merged))
        self.sent = replace(self.sent, pieces=(*left, piece))
        self.drop_fresh()

    def tidy(self) -> None:
        """Take away what the row does not name at the end of the request, for no later request will."""
        rows = Upload.objects.filter(pk=self.upload.pk, state=UploadState.RECEIVING)
        try:
            named = Kept.read(rows.values_list("whereabouts", flat=True).first() or {})
        except DatabaseError:
            # The request may end in a trouble of its own, which has to be told; the sweep takes the rest.
            log.warning("upload.rest_not_removed", upload=str(self.upload.pk))
            return
        self.leave_only(named)

    def leave_only(self, *needed: Kept) -> None:
        """Take away what this request sent or came upon and none of these name; what fails now goes with the upload."""
        names = {piece.name for kept in needed for piece in kept.pieces}
        named = {(kept.multipart, part.number) for kept in needed for part in kept.parts}
        begun = {kept.multipart for kept in needed}
        try:
            for name in sorted(self.pieces - names):
                self.bucket.delete(name)
            for multipart, number in self.parts:
                if multipart not in begun:
                    self.bucket.abort(self.upload.original_name, multipart)
                elif (multipart, number) not in named:
                    self.bucket.empty_part(self.upload.original_name, multipart, number)
        except StorageAway:
            log.warning("upload.rest_not_removed", upload=str(self.upload.pk))
            return
        self.pieces &= names
        self.parts = [sent for sent in self.parts if sent in named]

    @contextmanager
    def gathered(self, pieces: Sequence[Piece]) -> Iterator[IO[bytes]]:
        """Return a file of these pieces with what waits behind them."""
        with self.rewound() as fresh:
            if not pieces:
                yield fresh
                return
            with gathered(self.bucket, pieces) as whole:
                whole.seek(0, SEEK_END)
                shutil.copyfileobj(fresh, whole, BLOCK)
                whole.seek(0)
                yield whole

    @contextmanager
    def rewound(self) -> Iterator[IO[bytes]]:
        """Read what waits from its beginning; afterwards more can be written."""
        self.fresh.seek(0)
        try:
            yield self.fresh
        finally:
            self.fresh.seek(0, SEEK_END)

    def drop_fresh(self) -> None:
        self.fresh.seek(0)
        self.fresh.truncate()
        self.waiting = 0


class BucketStore:
    """Keeps uploads in the bucket of a django-storages storage, and of each chunk under way a little on the disk."""

    def __init__(self, storage: Any) -> None:
        self.bucket = Multiparts(storage)

    def create(self, ref: str) -> None:
        """Do nothing: what is only announced takes no room."""

    def take_over(self, ref: str, token: str) -> None:
        """Do nothing: the row says whose the upload is."""

    def is_held_by(self, ref: str, token: str) -> bool:
        return Upload.objects.filter(pk=ref, lock_token=token, state=UploadState.RECEIVING).exists()

    @contextmanager
    def writer(self, upload: Upload, token: str) -> Iterator[BucketWriter]:
        with temporary() as fresh:
            writer = BucketWriter(self.bucket, upload, token, fresh)
            try:
                yield writer
            finally:
                # A bucket that just did not answer would only be waited for once more.
                if not isinstance(sys.exception(), StorageAway):
                    writer.tidy()

    def deliver(self, upload: Upload, name: str) -> None:
        kept = Kept.read(upload.whereabouts)
        # It may be there already: of a process that ended right after, or of somebody who was faster.
        if self.bucket.size_of(name) != upload.length:
            if kept.parts:
                self.put_together(upload, name, kept)
            else:
                with gathered(self.bucket, kept.pieces) as whole:
                    self.bucket.put(name, whole)
        self.delete(upload.pk.hex)

    def put_together(self, upload: Upload, name: str, kept: Kept) -> None:
        """Make the object of its parts; parts that are no more are no loss where the object is."""
        try:
            self.bucket.complete(name, kept.multipart, [(part.number, part.etag) for part in kept.parts])
        except FileNotFoundError:
            # The answer to the first question came too late, or somebody was faster: the second one finds no parts.
            if self.bucket.size_of(name) != upload.length:
                raise

    def delete(self, ref: str) -> None:
        try:
            self.bucket.give_up(f"{ref}/")
            self.bucket.delete_below(folder_of(ref))
        except StorageAway:
            log.warning("upload.not_removed", upload=ref)

    def refs(self) -> Iterator[str]:
        keys = [
            *self.bucket.begun(),
            *(name.removeprefix(f"{ARRIVING}/") for name in self.bucket.names(f"{ARRIVING}/")),
        ]
        lying = {key.split("/")[0] for key in keys}
        named = {key.hex for key in Upload.objects.values_list("pk", flat=True) if key.hex in lying}
        if lying == named or store_marks.is_ours("originals", lying, named):
            yield from sorted(lying)

    def free_bytes(self) -> int:
        """Return a number that no file reaches: a bucket tells of no end."""
        return sys.maxsize


def folder_of(ref: str) -> str:
    """Return the prefix of an upload's pieces."""
    return f"{ARRIVING}/{ref}/"


def smallest_part(length: int) -> int:
    """Return how large the parts of a file are at least: half of all numbers may be lost with requests that were stolen."""
    return max(SMALLEST_PART, -(-length // (MOST_PARTS // 2)))


def first_to_merge(sizes: Sequence[int]) -> int:
    """Return from which piece on all become one, the last included, which is new; few stay as they are.

    All from the first on that is at most twice as large as what follows it: every byte that is sent anew then lies in a
    piece that grew by half, so that even a sender of single bytes has a byte sent a few dozen times and not for ever.
    """
    if len(sizes) <= MOST_PIECES:
        return len(sizes) - 1
    first, rest = len(sizes) - 2, sizes[-1]
    for at in reversed(range(len(sizes) - 1)):
        first = at if sizes[at] <= 2 * rest else first
        rest += sizes[at]
    return first


def require_disk(size: int) -> None:
    """Refuse bytes that would take the margin of this machine's disk, on which they wait. Raises UploadRefused (507)."""
    if shutil.disk_usage(settings.UPLOAD_ROOT).free - size < settings.UPLOAD_FREE_DISK_BYTES:
        raise UploadRefused("no_room", status=507)


def take_number(upload: Upload, token: str) -> int:
    """Return the next number of a part, which nobody gets a second time.

    Raises Stolen, UploadRefused upload_over (410) when there is none left.
    """
    with transaction.atomic():
        mine = Upload.objects.filter(pk=upload.pk, lock_token=token, state=UploadState.RECEIVING)
        # The update locks the row, so what is read is what was written.
        if not mine.update(part_numbers=F("part_numbers") + 1):
            raise Stolen
        number: int = mine.values_list("part_numbers", flat=True).get()
    if number > MOST_PARTS:
        raise UploadRefused("upload_over", status=410)
    return number


@contextmanager
def gathered(bucket: Multiparts, pieces: Iterable[Piece]) -> Iterator[IO[bytes]]:
    """Return a file of the pieces, to be read from its beginning."""
    with temporary() as whole:
        for piece in pieces:
            for block in bucket.blocks(piece.name):
                whole.write(block)
        whole.seek(0)
        yield whole


@contextmanager
def temporary() -> Iterator[IO[bytes]]:
    """Return a file without a name, which is gone with its process, on the disk that is there for uploads."""
    root = Path(settings.UPLOAD_ROOT)
    root.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=root) as file:
        yield file
