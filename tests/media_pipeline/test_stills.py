"""Poster and preview tiles."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from media_pipeline import stills
from media_pipeline.errors import PipelineError


def drawn(path: Path, *, light: int, detail: bool) -> Path:
    picture = Image.new("RGB", (320, 180), (light, light, light))
    if detail:
        pen = ImageDraw.Draw(picture)
        for x in range(0, 320, 16):
            pen.rectangle((x, x // 4, x + 8, 170), fill=(200, 80 + x // 4, 40))
    picture.save(path, quality=90)
    return path


def test_the_poster_is_neither_black_nor_blank(tmp_path: Path) -> None:
    black = drawn(tmp_path / "1.jpg", light=0, detail=False)
    white = drawn(tmp_path / "2.jpg", light=255, detail=False)
    telling = drawn(tmp_path / "3.jpg", light=120, detail=True)

    stills.choose_poster([black, white, telling], tmp_path)

    with Image.open(tmp_path / "poster.jpg") as poster:
        assert poster.convert("RGB").getpixel((4, 100)) != (0, 0, 0)
        assert len(poster.convert("RGB").quantize(16).getcolors() or []) > 2


def test_the_poster_comes_in_widths_for_every_screen_and_is_never_enlarged(tmp_path: Path) -> None:
    wide = Image.effect_noise((720, 1280), 60).convert("RGB")
    wide.save(tmp_path / "1.jpg")

    stills.choose_poster([tmp_path / "1.jpg"], tmp_path)

    sizes = {}
    for path in tmp_path.glob("poster*"):
        with Image.open(path) as picture:
            sizes[path.name] = picture.size, picture.format
    assert sizes == {
        "poster.jpg": ((720, 1280), "JPEG"),
        "poster-320.webp": ((320, 569), "WEBP"),
        "poster-640.webp": ((640, 1138), "WEBP"),
        "poster-1280.webp": ((720, 1280), "WEBP"),
    }


def test_every_tile_is_named_with_its_place(tmp_path: Path) -> None:
    tiles = [drawn(tmp_path / f"tile{place:02}.jpg", light=place * 20, detail=False) for place in range(12)]

    stills.make_sprite(tiles, tmp_path, seconds=1.0, total_s=11.5)

    cues = (tmp_path / "sprite.vtt").read_text().strip().split("\n\n")
    assert cues[0] == "WEBVTT"
    assert cues[1] == "00:00:00.000 --> 00:00:01.000\nsprite.jpg#xywh=0,0,320,180"
    assert cues[12] == "00:00:11.000 --> 00:00:11.500\nsprite.jpg#xywh=320,180,320,180"
    for name in ("sprite.jpg", "sprite.webp"):
        with Image.open(tmp_path / name) as sheet:
            assert sheet.size == (3200, 360)


def test_no_pictures_at_all_is_a_failure(tmp_path: Path) -> None:
    with pytest.raises(PipelineError):
        stills.choose_poster([], tmp_path)
    with pytest.raises(PipelineError):
        stills.make_sprite([], tmp_path, seconds=1, total_s=1)
