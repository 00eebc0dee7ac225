"""Photographs lose where, when and with what they were taken before they are stored (pure, Pillow)."""

import io
from typing import Any

from PIL import Image, ImageOps

# Formats that phones and cameras write their notes into; animated GIFs are left as they are: they carry none.
SAVED_AS: dict[str, dict[str, Any]] = {
    "JPEG": {"quality": 90, "optimize": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 90},
}
MAX_PIXELS = 80_000_000


class NotAPhotograph(ValueError):  # noqa: N818  # reads as the fact it states
    """The bytes are no picture that can be stored."""


def strip_notes(data: bytes) -> bytes:
    """Return the picture upright and without EXIF, GPS, XMP and comments; the bytes of a GIF unchanged.

    Raises NotAPhotograph when the bytes are no picture of an allowed format or the picture is unreasonably large.
    """
    try:
        with Image.open(io.BytesIO(data)) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise NotAPhotograph("too many pixels")
            kind = picture.format or ""
            if kind == "GIF":
                picture.verify()
                return data
            if kind not in SAVED_AS:
                raise NotAPhotograph(kind)
            return rewritten(picture, kind)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise NotAPhotograph(str(error)) from error


def rewritten(picture: Image.Image, kind: str) -> bytes:
    """Return the pixels alone, turned as the notes said, with the colour profile."""
    upright = ImageOps.exif_transpose(picture)
    clean = Image.new(upright.mode, upright.size)
    if upright.mode == "P":
        clean = upright.convert("RGBA")
    else:
        clean.paste(upright)
    target = io.BytesIO()
    clean.info.clear()
    clean.save(target, format=kind, icc_profile=picture.info.get("icc_profile"), **SAVED_AS[kind])
    return target.getvalue()
