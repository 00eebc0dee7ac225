"""The pictures that stand for a film: a poster in several sizes, and a sheet of small ones for the seek bar."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PIL import Image, ImageStat

from media_pipeline.errors import failure

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SHEET_COLUMNS = 10
# The size in which candidates for the poster are judged.
LOOKED_AT = (160, 90)
# Widths in pixels; a poster that is narrower is not enlarged.
POSTER_WIDTHS = (320, 640, 1280)
POSTER, SHEET, CUES = "poster.jpg", "sprite.jpg", "sprite.vtt"
SMALL_SHEET = "sprite.webp"
STILLS = (POSTER, *(f"poster-{width}.webp" for width in POSTER_WIDTHS), SHEET, SMALL_SHEET, CUES)


def choose_poster(candidates: Iterable[Path], folder: Path) -> None:
    """Keep the most telling candidate: neither dark nor pale, with contrast, detail and colour.

    As JPEG in full, and as WebP in each of the widths.
    """
    paths = sorted(candidates)
    if not paths:
        raise failure("verify_failed", "No picture was found for the poster.")
    best = max(paths, key=_tells)
    with Image.open(best) as picture:
        poster = picture.convert("RGB")
    poster.save(folder / POSTER, "JPEG", quality=85, optimize=True, progressive=True)
    for width in POSTER_WIDTHS:
        size = (min(width, poster.width), max(1, round(poster.height * min(1, width / poster.width))))
        small = poster.resize(size, Image.Resampling.LANCZOS)
        small.save(folder / f"poster-{width}.webp", "WEBP", quality=75, method=4)


def make_sprite(tiles: Iterable[Path], folder: Path, *, seconds: float, total_s: float) -> None:
    """Lay the tiles out on one sheet, as JPEG and WebP, and write the cues that name each tile's place on it."""
    paths = sorted(tiles)
    if not paths:
        raise failure("verify_failed", "No pictures were found for the preview.")
    with Image.open(paths[0]) as first:
        width, height = first.size
    columns = min(SHEET_COLUMNS, len(paths))
    whole = Image.new("RGB", (width * columns, height * math.ceil(len(paths) / columns)))
    blocks = ["WEBVTT"]
    for place, path in enumerate(paths):
        x, y = place % columns * width, place // columns * height
        with Image.open(path) as tile:
            whole.paste(tile, (x, y))
        end = total_s if place == len(paths) - 1 else (place + 1) * seconds
        blocks.append(
            f"{_clock(place * seconds)} --> {_clock(max(end, place * seconds + 0.001))}\n{SHEET}#xywh={x},{y},{width},{height}"
        )
    whole.save(folder / SHEET, "JPEG", quality=75, optimize=True)
    whole.save(folder / SMALL_SHEET, "WEBP", quality=70, method=4)
    (folder / CUES).write_text("\n\n".join(blocks) + "\n")


def _tells(path: Path) -> float:
    with Image.open(path) as picture:
        # Decoded to no more than is looked at: a seventh of the work.
        picture.draft("RGB", LOOKED_AT)
        small = picture.convert("RGB").resize(LOOKED_AT)
    grey = ImageStat.Stat(small.convert("L"))
    colour = ImageStat.Stat(small.convert("HSV"))
    light, contrast = grey.mean[0], grey.stddev[0]
    # A picture that keeps more bytes at equal quality holds more detail, so a blurred one loses.
    detail = math.sqrt(path.stat().st_size) / 20
    return contrast + colour.mean[1] / 8 + min(detail, 30) - abs(light - 120) / 3


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"
