"""Paints the still layers of a generated clip: sky, sun, clouds, hills, and the title card. Same seed, same picture."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from PIL import Image, ImageDraw, ImageFilter, ImageFont

if TYPE_CHECKING:
    from pathlib import Path

Colour = tuple[int, int, int]
Points = list[tuple[float, float]]

FONT = ("justmytype_intl_cjk", "fonts/ofl/notosanssc/NotoSansSC[wght].ttf")
INK: Colour = (31, 27, 22)
RED: Colour = (179, 38, 30)
PAPER: Colour = (251, 248, 243)
HILLS = 3
# Hills are wider than the picture, so that they can drift past.
DRIFT = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of one landscape: sky from top to horizon, sun, hills from far to near."""

    top: Colour
    horizon: Colour
    sun: Colour
    far: Colour
    near: Colour


PALETTES = (
    Palette(top=(176, 205, 214), horizon=(250, 236, 214), sun=(226, 106, 72), far=(150, 178, 172), near=(38, 78, 74)),
    Palette(top=(246, 214, 180), horizon=(253, 243, 226), sun=(198, 62, 44), far=(222, 176, 140), near=(112, 62, 48)),
    Palette(top=(132, 158, 196), horizon=(238, 226, 222), sun=(250, 214, 150), far=(142, 152, 186), near=(42, 54, 92)),
    Palette(top=(206, 220, 190), horizon=(250, 246, 226), sun=(236, 168, 82), far=(166, 190, 140), near=(52, 88, 56)),
    Palette(top=(226, 190, 196), horizon=(252, 238, 228), sun=(232, 120, 96), far=(198, 158, 172), near=(96, 56, 80)),
    Palette(top=(168, 210, 206), horizon=(244, 246, 232), sun=(246, 196, 96), far=(130, 184, 186), near=(22, 84, 98)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Layers:
    """Files of the painted layers, from back to front."""

    sky: Path
    clouds: Path
    hills: tuple[Path, ...]
    card: Path


def paint(folder: Path, *, width: int, height: int, title: str, seed: int) -> Layers:
    """Paint all layers of a scene into a folder."""
    chance = random.Random(seed)  # noqa: S311 - a landscape is no secret
    palette = PALETTES[seed % len(PALETTES)]
    layers = Layers(
        sky=folder / "sky.png",
        clouds=folder / "clouds.png",
        hills=tuple(folder / f"hill{place}.png" for place in range(HILLS)),
        card=folder / "card.png",
    )
    _sky(width, height, palette, chance).save(layers.sky, compress_level=1)
    _clouds(width, height, chance).save(layers.clouds, compress_level=1)
    for place, path in enumerate(layers.hills):
        _hill(width, height, palette, place, chance).save(path, compress_level=1)
    title_card(width, height, title).save(layers.card, compress_level=1)
    return layers


def title_card(width: int, height: int, title: str) -> Image.Image:
    """Set a title in Han type on a strip of paper with a red edge; the rest is transparent."""
    card = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    margin = round(min(width, height) * 0.07)
    font, lines = _fitted(title, width=width - 4 * margin, size=round(min(width, height) * 0.085))
    line_height = round(font.size * 1.4)
    block = line_height * len(lines)
    top = height - margin - block - margin
    draw = ImageDraw.Draw(card)
    draw.rectangle((margin, top, width - margin, height - margin), fill=(*PAPER, 236))
    draw.rectangle((margin, top, margin + max(4, margin // 6), height - margin), fill=(*RED, 255))
    for place, line in enumerate(lines):
        draw.text((margin * 2, top + margin // 2 + place * line_height), line, font=font, fill=(*INK, 255))
    return card


def title_font(size: int) -> ImageFont.FreeTypeFont:
    """Open the Han typeface that comes with the installed packages."""
    package, name = FONT
    font = ImageFont.truetype(str(files(package).joinpath(name)), size)
    font.set_variation_by_axes([600])
    return font


def _fitted(title: str, *, width: int, size: int) -> tuple[ImageFont.FreeTypeFont, list[str]]:
    """Break a title into at most three lines, smaller only when it does not fit otherwise."""
    while True:
        font = title_font(max(8, size))
        lines = _broken(title, font, width)
        if len(lines) <= 3 or size <= 8:  # noqa: PLR2004 - three lines of at least eight pixels
            return font, lines
        size = round(size * 0.9)


def _broken(title: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for sign in title:
        if lines[-1] and font.getlength(lines[-1] + sign) > width:
            lines.append("")
        lines[-1] += sign
    return lines


def _sky(width: int, height: int, palette: Palette, chance: random.Random) -> Image.Image:
    column = Image.new("RGB", (1, 64))
    for row in range(64):
        column.putpixel((0, row), _between(palette.top, palette.horizon, row / 63))
    sky = column.resize((width, height), Image.Resampling.BICUBIC)
    radius = min(width, height) * chance.uniform(0.09, 0.13)
    x, y = width * chance.uniform(0.55, 0.8), height * chance.uniform(0.2, 0.32)
    glow = Image.new("L", (width // 4, height // 4), 0)
    _disc(ImageDraw.Draw(glow), x / 4, y / 4, radius / 3, 130)
    soft = glow.filter(ImageFilter.GaussianBlur(radius / 6)).resize((width, height))
    sky.paste(Image.new("RGB", (width, height), PAPER), mask=soft)
    _disc(ImageDraw.Draw(sky), x, y, radius, palette.sun)
    return sky


def _clouds(width: int, height: int, chance: random.Random) -> Image.Image:
    wide = round(width * (1 + DRIFT))
    shape = Image.new("L", (wide // 4, height // 4), 0)
    draw = ImageDraw.Draw(shape)
    for _ in range(5):
        x, y = chance.uniform(0, wide / 4), chance.uniform(height / 40, height / 9)
        for _ in range(4):
            long, high = chance.uniform(wide / 40, wide / 18), chance.uniform(height / 120, height / 70)
            at = x + chance.uniform(-long, long)
            draw.ellipse((at - long, y - high, at + long, y + high), fill=150)
    mask = shape.filter(ImageFilter.GaussianBlur(max(1, height // 260))).resize((wide, height))
    clouds = Image.new("RGBA", (wide, height), (*PAPER, 0))
    clouds.putalpha(mask)
    return clouds


def _hill(width: int, height: int, palette: Palette, place: int, chance: random.Random) -> Image.Image:
    wide = round(width * (1 + DRIFT))
    colour = _between(palette.far, palette.near, place / (HILLS - 1))
    base = height * (0.5 + 0.14 * place)
    waves = [(chance.uniform(0.6, 1.2), 0.09), (chance.uniform(1.6, 2.6), 0.045), (chance.uniform(4, 6), 0.014)]
    phases = [chance.uniform(0, math.tau) for _ in waves]
    edge: Points = []
    for x in range(0, wide + 8, 8):
        lift = sum(
            strength * math.sin(math.tau * turns * x / width + phase)
            for (turns, strength), phase in zip(waves, phases, strict=True)
        )
        edge.append((x, base - height * lift))
    layer = Image.new("RGBA", (wide, height), (*colour, 0))
    ImageDraw.Draw(layer).polygon([(0, height), *edge, (wide, height)], fill=(*colour, 255))
    return layer


def _disc(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, fill: Colour | int) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _between(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
