"""Looks at pictures and listens to sound of a file, as a person would."""

from __future__ import annotations

import math
import re
from array import array
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageStat

from media_pipeline import package, run
from media_pipeline.commands import GLOBAL

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
_METER = re.compile(r"I:\s+(-?[\d.]+) LUFS.*Peak:\s+(-?[\d.]+|-inf) dBFS", re.DOTALL)


def picture_of(frame: Any) -> Image.Image:
    """Return a decoded frame as an ordinary picture."""
    picture: Image.Image = frame.to_image()
    return picture


def first_picture(path: Path) -> Image.Image:
    with av.open(str(path)) as container:
        return picture_of(next(container.decode(video=0)))


def pictures(path: Path) -> list[tuple[float, Image.Image]]:
    """Return all pictures of a short film with their instants."""
    with av.open(str(path)) as container:
        return [(float(frame.time or 0), picture_of(frame)) for frame in container.decode(video=0)]


def corners(picture: Image.Image) -> list[tuple[int, int, int]]:
    """Name the colours of the four quarters, row by row."""
    width, height = picture.size
    names = []
    for y in (0.25, 0.75):
        for x in (0.25, 0.75):
            red, green, blue = picture.convert("RGB").getpixel((int(width * x), int(height * y)))  # type: ignore[misc]  # RGB has three
            names.append((255 * (red > 127), 255 * (green > 127), 255 * (blue > 127)))
    return names


def sound(path: Path) -> tuple[array[float], int]:
    """Return the first channel of a file's sound from its instant 0 on, and the samples of a second."""
    with av.open(str(path)) as container:
        heard, rate = array("f"), container.streams.audio[0].rate
        for frame in container.decode(audio=0):
            samples = array("f", bytes(frame.planes[0]))[: frame.samples]
            late = round(float(frame.time or 0) * rate) - len(heard)
            heard += array("f", bytes(4 * late)) if late > 0 else samples[:0]
            heard += samples[max(0, -late) :]
    return heard, rate


def loudest(path: Path, start_s: float, end_s: float) -> float:
    """Return the largest sample between two instants."""
    heard, rate = sound(path)
    return max((abs(sample) for sample in heard[int(start_s * rate) : int(end_s * rate)]), default=0.0)


def tone(path: Path, start_s: float, end_s: float) -> float:
    """Return how often a second the sound between two instants swings."""
    heard, rate = sound(path)
    part = heard[int(start_s * rate) : int(end_s * rate)]
    rises = sum(1 for before, after in pairwise(part) if before < 0 <= after)
    return rises / (end_s - start_s)


def loudness(path: Path) -> tuple[float, float]:
    """Return the integrated loudness in LUFS and the true peak in dBTP of a file's sound."""
    argv = [*GLOBAL, "-i", str(path), "-map", "0:a", "-af", "ebur128=framelog=quiet:peak=true", "-f", "null", "-"]
    found = _METER.search(run.run(argv, duration_s=1).stderr)
    assert found, "the meter said nothing"
    return float(found[1]), float(found[2])


def channels(path: Path) -> list[array[float]]:
    """Return the samples of each channel of a file's sound."""
    with av.open(str(path)) as container:
        layout = container.streams.audio[0].layout
        heard = [array("f") for _ in range(layout.nb_channels)]
        for frame in container.decode(audio=0):
            for channel, plane in zip(heard, frame.planes, strict=True):
                channel.extend(array("f", bytes(plane))[: frame.samples])
    return heard


def strength(samples: array[float], hertz: float, rate: int = 48_000) -> float:
    """Return how strong one tone is in a sound (Goertzel)."""
    turn = 2 * math.cos(2 * math.pi * hertz / rate)
    before = last = 0.0
    for sample in samples:
        before, last = last, sample + turn * last - before
    return math.sqrt(max(0.0, before * before + last * last - turn * before * last)) / len(samples)


def flashes(path: Path, *, bright: int = 128) -> list[float]:
    """Return the instants at which the picture becomes bright."""
    lit = [(instant, ImageStat.Stat(picture.convert("L")).mean[0] > bright) for instant, picture in pictures(path)]
    return [instant for (_, before), (instant, now) in pairwise([(0.0, False), *lit]) if now and not before]


def beeps(path: Path, *, loud: float = 0.05, quiet_s: float = 0.1) -> list[float]:
    """Return the instants at which a sound begins after a pause."""
    heard, rate = sound(path)
    starts, last = [], -quiet_s
    for place, sample in enumerate(heard):
        if abs(sample) > loud:
            if place / rate - last >= quiet_s:
                starts.append(place / rate)
            last = place / rate
    return starts


def joined(folder: Path, work: Path) -> Path:
    """Return the segments of a folder as one file."""
    return package.join(folder, work / f"{folder.name}.mp4")
