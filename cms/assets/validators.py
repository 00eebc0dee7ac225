"""What an uploaded document really is: the content decides, never the name."""

from pathlib import PurePath
from typing import IO

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext_lazy as _

from cms.core.archives import ArchiveLimits, NotAnArchive, OversizedArchive, archive_parts

MAX_BYTES = 50 * 1024 * 1024
# Nothing is unpacked here; the limits are for those who will open the file. Pictures of one colour compress 1:1000.
LIMITS = ArchiveLimits(parts=2000, part_bytes=400 * 1024 * 1024, all_bytes=400 * 1024 * 1024, ratio=1100)
HEAD_BYTES = 8192
OFFICE_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
EXTENSIONS = ("pdf", "docx", "xlsx", "pptx", "txt", "zip", "mp3", "m4a")
# The first letters of what an MPEG-4 file with sound alone calls itself.
SOUND_BRANDS = (b"M4A", b"M4B", b"mp4", b"iso", b"dby")
# The second byte of an MP3 frame: the rest of its mark, and which layer it is of.
SYNC_AND_LAYER, LAYER_III = 0xE6, 0xE2

WRONG_CONTENT = _("The content of this file does not fit its name. Please save it again as PDF, Word, Excel or text.")
TOO_LARGE = _("This file is larger than 50 MB. Please make it smaller or split it.")
EMPTY = _("This file is empty.")
UNKNOWN_KIND = _(
    "Files of this kind cannot be attached. PDF, Word, Excel, PowerPoint, text, sound (MP3, M4A) and ZIP can."
)
WITH_MACROS = _("This file holds macros (small programs). Please save it without them.")


def validate_document(file: File) -> None:  # type: ignore[type-arg]  # django-stubs' File is generic, at run time it is not
    """Refuse a file whose bytes are not what its extension says.

    Raises ValidationError with a sentence for the person; leaves the file at its start.
    """
    extension = PurePath(file.name or "").suffix.lower().lstrip(".")
    if extension not in EXTENSIONS:
        raise ValidationError(UNKNOWN_KIND, code="kind")
    if not file.size:
        raise ValidationError(EMPTY, code="empty")
    if file.size > MAX_BYTES:
        raise ValidationError(TOO_LARGE, code="size")
    file.seek(0)
    try:
        check_content(file, extension)
    finally:
        file.seek(0)


def check_content(file: IO[bytes], extension: str) -> None:
    """Compare the first bytes, and of archives the contents, with the extension."""
    head = file.read(HEAD_BYTES)
    if extension == "pdf":
        refuse_unless(b"%PDF-" in head[:1024])
    elif extension == "txt":
        refuse_unless(is_text(head))
    elif extension == "mp3":
        refuse_unless(is_mp3(head))
    elif extension == "m4a":
        refuse_unless(head[4:8] == b"ftyp" and head[8:11] in SOUND_BRANDS)
    else:
        refuse_unless(head.startswith(b"PK"))
        file.seek(0)
        check_archive(file, extension)


def check_archive(file: IO[bytes], extension: str) -> None:
    """Look into an archive without unpacking it."""
    try:
        members = archive_parts(file, LIMITS)
    except (NotAnArchive, OversizedArchive) as error:
        raise ValidationError(WRONG_CONTENT, code="content") from error
    names = [member.filename for member in members]
    if extension in OFFICE_FOLDERS:
        refuse_unless("[Content_Types].xml" in names)
        refuse_unless(any(name.startswith(OFFICE_FOLDERS[extension]) for name in names))
        if any(name.endswith("vbaProject.bin") for name in names):
            raise ValidationError(WITH_MACROS, code="macros")


def is_mp3(head: bytes) -> bool:
    """Return whether the bytes begin as MP3 does: with its tags, or with the mark of a frame of layer III."""
    return head.startswith(b"ID3") or (len(head) > 1 and head[:1] == b"\xff" and head[1] & SYNC_AND_LAYER == LAYER_III)


def is_text(head: bytes) -> bool:
    """Return whether the bytes read as UTF-8, UTF-16 with mark, or GB 18030."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    # A character may be cut at the end of the sample.
    return any(readable(head[: len(head) - cut], encoding) for encoding in ("utf-8", "gb18030") for cut in range(4))


def readable(sample: bytes, encoding: str) -> bool:
    """Return whether the sample decodes."""
    try:
        sample.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def refuse_unless(fits: object) -> None:
    """Raise the general sentence when the content does not fit."""
    if not fits:
        raise ValidationError(WRONG_CONTENT, code="content")
