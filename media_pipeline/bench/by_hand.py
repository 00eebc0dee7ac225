"""What `stills` makes of candidates and tiles, as a command for ffmpeg."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import ffmpeg

from media_pipeline import stills
from media_pipeline.commands.inputs import argv

if TYPE_CHECKING:
    from pathlib import Path

# Of about twelve candidates; nobody judges them here.
MIDDLE = 6


def pictures_argv(work: Path, out_dir: Path, *, tiles: int) -> list[str]:
    """Write a poster in all its widths and the sheet of that many tiles, each as JPEG and as WebP."""
    widths = stills.POSTER_WIDTHS
    poster = ffmpeg.input(str(work / f"poster{MIDDLE:03}.jpg"), format="image2")
    sizes = poster.filter_multi_output("split", len(widths) + 1)
    shown = ffmpeg.input(str(work / "tile%05d.jpg"), format="image2")
    rows = math.ceil(tiles / stills.SHEET_COLUMNS)
    sheets = shown.filter("tile", f"{stills.SHEET_COLUMNS}x{rows}").filter_multi_output("split", 2)
    return argv(
        _picture(sizes[0], out_dir / stills.POSTER, **{"q:v": 3}),
        *(
            _picture(sizes[place].filter("scale", width, -2), out_dir / f"poster-{width}.webp", quality=75)
            for place, width in enumerate(widths, start=1)
        ),
        _picture(sheets[0], out_dir / stills.SHEET, **{"q:v": 5}),
        _picture(sheets[1], out_dir / stills.SMALL_SHEET, quality=70),
    )


def _picture(picture: Any, target: Path, **options: Any) -> Any:
    codec = "libwebp" if target.suffix == ".webp" else "mjpeg"
    return ffmpeg.output(picture, str(target), format="image2", update=1, vframes=1, **{"c:v": codec, **options})
