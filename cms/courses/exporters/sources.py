"""Where the bytes of a pack come from: texts made here, files of the site, renditions in files or in a bucket."""

from collections.abc import Iterator
from typing import Any

from cms.assets.models import SiteDocument, SiteImage
from cms.assets.photographs import NotAPhotograph, strip_notes
from cms.assets.validators import EXTENSIONS
from cms.courses.exporters.archive import Part
from cms.videos.models import Video
from cms.videos.rendition_stores import rendition_store

BLOCK = 256 << 10
PICTURE = "width-1000"
PICTURE_KINDS = {"jpg": "jpg", "jpeg": "jpg", "png": "png", "gif": "gif", "webp": "webp"}
# The single file that plays everywhere, made of the smallest size worth showing (media_pipeline.spec.FALLBACK_SIDE).
FILM, SOUND, STILL = "fallback.mp4", "audio.m4a", "poster.jpg"


def text_part(name: str, text: str) -> Part:
    """Return a text as UTF-8."""
    return bytes_part(name, text.encode())


def bytes_part(name: str, data: bytes) -> Part:
    """Return what is in memory already."""
    return Part(name, len(data), lambda: iter([data]))


def rendition_part(video: Video, file: str, name: str) -> Part | None:
    """Return one file of a video's shown generation, or None where it was not made."""
    try:
        stored = rendition_store().open(str(video.uuid), video.generation, file)
    except FileNotFoundError:
        return None
    return Part(name, stored.size, lambda: stored.blocks(0, stored.size))


def document_part(document: SiteDocument, stem: str) -> Part | None:
    """Return a document under a name of ours, or None where its file is gone."""
    ending = document.file_extension.lower()
    try:
        size = document.file.size
    except OSError:
        return None
    name = f"{stem}.{ending if ending in EXTENSIONS else 'bin'}"
    return Part(name, size, lambda: blocks_of(document.file))


def picture_part(image: SiteImage, stem: str) -> Part | None:
    """Return a sized copy of a picture without a camera's notes, or None where its file is gone or none."""
    try:
        copy = image.get_rendition(PICTURE)
        size = len(without_notes(copy.file))
    except (OSError, NotAPhotograph):
        return None
    ending = copy.file.name.rpartition(".")[2].lower()
    return Part(f"{stem}.{PICTURE_KINDS.get(ending, 'jpg')}", size, lambda: iter([without_notes(copy.file)]))


def without_notes(file: Any) -> bytes:
    """Return a picture without a camera's notes, anew each time: a pack of hundreds would not fit into memory."""
    return strip_notes(b"".join(blocks_of(file)))


def blocks_of(file: Any) -> Iterator[bytes]:
    """Yield the bytes of a stored file; it is only opened when somebody reads."""
    with file.storage.open(file.name, "rb") as opened:
        while block := opened.read(BLOCK):
            yield block
