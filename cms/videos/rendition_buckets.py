"""Renditions in a bucket: each generation is a prefix, and a prefix that no row names is shown to nobody."""

import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from cms.videos.bucket_access import reaching
from media_pipeline.errors import failure

BLOCK = 256 << 10
MASTER = "master.m3u8"
# For nginx alone, which asks at once: the address never leaves the machines inside.
SIGNED_S = 60
LISTED = re.compile(r'URI="([^"]+)"|^([^#\s].*)$', re.MULTILINE)
TYPES = {
    ".m3u8": "application/vnd.apple.mpegurl",
    ".m4s": "video/iso.segment",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mkv": "video/x-matroska",
    ".m4a": "audio/mp4",
    ".jpg": "image/jpeg",
    ".webp": "image/webp",
    ".vtt": "text/vtt; charset=utf-8",
}


class BucketFile:
    """One stored file as it was when it was opened."""

    def __init__(self, stored: Any) -> None:
        self.stored = stored
        self.size = int(stored.content_length)
        self.changed = stored.last_modified.timestamp()

    def blocks(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the bytes of a range; nothing is asked for before somebody reads."""
        if start >= end:
            return
        with reaching():
            body = self.stored.get(Range=f"bytes={start}-{end - 1}")["Body"]
        try:
            yield from body.iter_chunks(BLOCK)
        finally:
            body.close()


class BucketGrowth:
    """A generation that is made in a folder here and shown from the bucket while it grows."""

    def __init__(self, store: "BucketStore", prefix: str, folder: Path) -> None:
        self.store, self.prefix, self.folder = store, prefix, folder
        self.sent: dict[str, int] = {}

    def refresh(self, alive: Callable[[], object]) -> None:
        """Send what the lists name by now, and each list after all that it names: nobody is led to a missing file."""
        if (self.folder / MASTER).is_file():
            self.send_list(MASTER, alive)

    def send_list(self, name: str, alive: Callable[[], object]) -> None:
        text = (self.folder / name).read_text()
        for quoted, plain in LISTED.findall(text):
            listed = (PurePosixPath(name).parent / (quoted or plain).strip()).as_posix()
            if listed.endswith(".m3u8"):
                self.send_list(listed, alive)
            elif listed not in self.sent:
                alive()
                self.store.send(self.folder / listed, f"{self.prefix}{listed}", alive)
                self.sent[listed] = 0
        if self.sent.get(name) != hash(text):
            self.store.send(self.folder / name, f"{self.prefix}{name}", alive)
            self.sent[name] = hash(text)


class BucketStore:
    """Keeps generations below `uuid/generation/` of a django-storages bucket. Every act may raise StorageAway."""

    def __init__(self, storage: Any) -> None:
        self.storage = storage

    def grow(self, uuid: str, generation: str, work: Path, *, before: str = "") -> BucketGrowth:
        """Return a generation that grows in a folder of `work`, where what there is of the one `before` lies too."""
        return BucketGrowth(self, f"{uuid}/{generation}/", work / "growing")

    def send(self, path: Path, name: str, alive: Callable[[], object]) -> None:
        kind = TYPES.get(path.suffix, "application/octet-stream")
        # Opened here and not by boto3, which leaves its file open when `alive` ends the sending.
        with reaching(), path.open("rb") as file:
            self.storage.bucket.upload_fileobj(
                file, name, ExtraArgs={"ContentType": kind}, Callback=lambda _bytes: alive()
            )

    def publish(self, made: Path, uuid: str, generation: str, alive: Callable[[], object]) -> None:
        """Send a finished folder; it is shown when the video's row names it, and swept when that never happens."""
        for path in sorted(path for path in made.rglob("*") if path.is_file()):
            alive()
            self.send(path, f"{uuid}/{generation}/{path.relative_to(made).as_posix()}", alive)

    @reaching()
    def copy(self, source: tuple[str, str], target: tuple[str, str]) -> None:
        """Copy a generation inside the bucket."""
        prefix = "/".join(source) + "/"
        for entry in self.storage.bucket.objects.filter(Prefix=prefix):
            name = "/".join([*target, entry.key.removeprefix(prefix)])
            self.storage.bucket.Object(name).copy({"Bucket": self.storage.bucket.name, "Key": entry.key})

    @reaching()
    def open(self, uuid: str, generation: str, name: str) -> BucketFile:
        """Return one file.

        Raises FileNotFoundError, StorageAway.
        """
        return BucketFile(self.storage.open(f"{uuid}/{generation}/{name}").obj)

    @reaching()
    def fetch(self, uuid: str, generation: str, folder: Path, alive: Callable[[], object]) -> Path:
        """Fetch the files into the folder, where work in hand is left at least as much room.

        Raises PipelineError out_of_space, StorageAway.
        """
        prefix = f"{uuid}/{generation}/"
        entries = list(self.storage.bucket.objects.filter(Prefix=prefix))
        if 2 * sum(entry.size for entry in entries) > shutil.disk_usage(folder).free:
            raise failure("out_of_space")
        for entry in entries:
            alive()
            path = folder / entry.key.removeprefix(prefix)
            path.parent.mkdir(parents=True, exist_ok=True)
            self.storage.bucket.download_file(entry.key, str(path), Callback=lambda _bytes: alive())
        return folder

    def internal_address(self, uuid: str, generation: str, name: str) -> str:
        """Return where nginx finds the file: its own way to the bucket, with a signature for this minute."""
        signed = urlsplit(self.storage.url(f"{uuid}/{generation}/{name}", expire=SIGNED_S))
        return f"/protected/bucket{signed.path}?{signed.query}"

    @reaching()
    def delete(self, uuid: str, generation: str) -> None:
        """Remove one generation; nothing there is no error."""
        self.storage.bucket.objects.filter(Prefix=f"{uuid}/{generation}/").delete()

    @reaching()
    def delete_all(self, uuid: str) -> None:
        """Remove every generation of a video."""
        self.storage.bucket.objects.filter(Prefix=f"{uuid}/").delete()

    def generations(self, *, older_than_s: float) -> Iterator[tuple[str, str]]:
        """Return (uuid, generation) of every prefix below which nothing was written for some seconds."""
        newest: dict[tuple[str, str], float] = {}
        with reaching():
            for entry in self.storage.bucket.objects.all():
                uuid, generation, *rest = entry.key.split("/")
                if rest:
                    at = entry.last_modified.timestamp()
                    newest[uuid, generation] = max(at, newest.get((uuid, generation), 0.0))
        limit = time.time() - older_than_s
        yield from sorted(place for place, at in newest.items() if at < limit)

    def free_bytes(self) -> int:
        """Return a number that nothing reaches: a bucket tells of no end."""
        return sys.maxsize
