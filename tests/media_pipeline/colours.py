"""Colours by arithmetic alone: light to code values as the standards say, and how far apart two lights look.

Light is a triple in linear BT.709 primaries, 1 being the white of an ordinary screen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

Light = tuple[float, float, float]
Rows = tuple[Light, Light, Light]

# BT.2408: how bright an HDR screen shows an ordinary white, in nits; HLG is for screens of a thousand.
WHITE_NITS = 203
HLG_NITS = 1000
SCREEN_GAMMA = 2.4
D65 = (0.3127, 0.3290)
CHROMATICITIES = {
    "bt709": ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)),
    "bt601": ((0.63, 0.34), (0.31, 0.595), (0.155, 0.07)),
    "p3": ((0.68, 0.32), (0.265, 0.69), (0.15, 0.06)),
    "bt2020": ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)),
}
WEIGHTS = {"bt709": (0.2126, 0.0722), "bt601": (0.299, 0.114), "bt2020": (0.2627, 0.0593)}


@dataclass(frozen=True)
class Coding:
    """How a film stores light: primaries, the curve from light to signal, matrix, range and depth."""

    primaries: str
    curve: Callable[[Light], Light]
    matrix: str
    full_range: bool = False
    bits: int = 8

    def codes(self, light: Light) -> tuple[int, int, int]:
        """Return the code values of a light: brightness and the two differences."""
        wide = times(times_rows(inverse(to_xyz(self.primaries)), to_xyz("bt709")), light)
        red, green, blue = self.curve(wide)
        of_red, of_blue = WEIGHTS[self.matrix]
        bright = of_red * red + (1 - of_red - of_blue) * green + of_blue * blue
        differences = ((blue - bright) / (2 - 2 * of_blue), (red - bright) / (2 - 2 * of_red))
        unit = 1 << (self.bits - 8)
        top = (1 << self.bits) - 1
        of_bright, of_difference = (top, top) if self.full_range else (219 * unit, 224 * unit)
        blue_code, red_code = (round(value * of_difference) + 128 * unit for value in differences)
        return round(bright * of_bright) + (0 if self.full_range else 16 * unit), blue_code, red_code


def shown(codes: tuple[int, int, int]) -> Light:
    """Return the light of BT.709 code values of eight bits on an ordinary screen."""
    bright, of_blue, of_red = (codes[0] - 16) / 219, (codes[1] - 128) / 224, (codes[2] - 128) / 224
    red, blue = bright + 1.5748 * of_red, bright + 1.8556 * of_blue
    green = (bright - 0.2126 * red - 0.0722 * blue) / 0.7152
    return on_screen((red, green, blue))


def on_screen(signal: Light) -> Light:
    red, green, blue = (max(0.0, min(1.0, value)) ** SCREEN_GAMMA for value in signal)
    return red, green, blue


def plain(light: Light) -> Light:
    """Return the signal that an ordinary screen shows as this light."""
    red, green, blue = (max(0.0, value) ** (1 / SCREEN_GAMMA) for value in light)
    return red, green, blue


def pq(light: Light) -> Light:
    """SMPTE ST 2084."""

    def signal(value: float) -> float:
        part = (max(0.0, value) * WHITE_NITS / 10_000) ** 0.1593017578125
        return float(((0.8359375 + 18.8515625 * part) / (1 + 18.6875 * part)) ** 78.84375)

    red, green, blue = (signal(value) for value in light)
    return red, green, blue


def hlg(light: Light) -> Light:
    """BT.2100: from the light of a screen of a thousand nits back to the scene, then its curve."""
    on = [max(0.0, value) * WHITE_NITS / HLG_NITS for value in light]
    bright = max(1e-9, 0.2627 * on[0] + 0.6780 * on[1] + 0.0593 * on[2])

    def signal(value: float) -> float:
        scene = value * bright ** (1 / 1.2 - 1)
        return math.sqrt(3 * scene) if scene <= 1 / 12 else 0.17883277 * math.log(12 * scene - 0.28466892) + 0.55991073

    red, green, blue = (signal(value) for value in on)
    return red, green, blue


def dimmed(light: Light, *, straight: float = 0.5, peak: float = 5.0) -> Light:
    """Return what becomes of a light on an ordinary screen: as it is up to a point, then ever less (Möbius), peak to white."""
    most = max(light)
    if most <= straight:
        return light
    square = straight * straight
    a = -square * (peak - 1) / (square - 2 * straight + peak)
    b = (square - 2 * straight * peak + peak) / (peak - 1)
    factor = (b * b + 2 * b * straight + square) / (b - a) * (most + a) / (most + b) / most
    return light[0] * factor, light[1] * factor, light[2] * factor


def to_xyz(primaries: str) -> Rows:
    columns = [xyz(*place) for place in CHROMATICITIES[primaries]]
    rows: Rows = tuple(tuple(column[row] for column in columns) for row in range(3))  # type: ignore[assignment]  # three by three
    scale = times(inverse(rows), xyz(*D65))
    return tuple(tuple(value * scale[at] for at, value in enumerate(row)) for row in rows)  # type: ignore[return-value]  # three by three


def xyz(x: float, y: float) -> Light:
    return x / y, 1.0, (1 - x - y) / y


def times(rows: Rows, light: Light) -> Light:
    red, green, blue = (sum(a * b for a, b in zip(row, light, strict=True)) for row in rows)
    return red, green, blue


def times_rows(one: Rows, other: Rows) -> Rows:
    columns = [times(one, column) for column in zip(*other, strict=True)]
    return tuple(zip(*columns, strict=True))  # type: ignore[return-value]  # three by three


def inverse(rows: Rows) -> Rows:
    (a, b, c), (d, e, f), (g, h, i) = rows
    whole = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    return (
        ((e * i - f * h) / whole, (c * h - b * i) / whole, (b * f - c * e) / whole),
        ((f * g - d * i) / whole, (a * i - c * g) / whole, (c * d - a * f) / whole),
        ((d * h - e * g) / whole, (b * g - a * h) / whole, (a * e - b * d) / whole),
    )


def lab(light: Light) -> Light:
    """CIE L*a*b* under D65."""

    def root(value: float) -> float:
        return float(value ** (1 / 3)) if value > (6 / 29) ** 3 else value / (3 * (6 / 29) ** 2) + 4 / 29

    x, y, z = (root(value / white) for value, white in zip(times(to_xyz("bt709"), light), xyz(*D65), strict=True))
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def apart(one: Light, other: Light) -> float:
    """Return how far apart two lights look, 1 being the least that is seen."""
    return ciede2000(lab(one), lab(other))


def ciede2000(one: Light, other: Light) -> float:
    """Return the distance of two colours in L*a*b*."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    mean_c = (math.hypot(a1, b1) + math.hypot(a2, b2)) / 2
    g = 0.5 * (1 - math.sqrt(mean_c**7 / (mean_c**7 + 25**7)))
    c1, c2 = math.hypot(a1 * (1 + g), b1), math.hypot(a2 * (1 + g), b2)
    h1, h2 = (math.degrees(math.atan2(b, a * (1 + g))) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0.0
    hue = (h1 + turn / 2) % 360 if c1 * c2 else h1 + h2
    light, colour = (l1 + l2) / 2, (c1 + c2) / 2
    t = _hue_weight(hue)
    s_l = 1 + 0.015 * (light - 50) ** 2 / math.sqrt(20 + (light - 50) ** 2)
    s_c, s_h = 1 + 0.045 * colour, 1 + 0.015 * colour * t
    r = (
        -2
        * math.sqrt(colour**7 / (colour**7 + 25**7))
        * math.sin(math.radians(60 * math.exp(-(((hue - 275) / 25) ** 2))))
    )
    dl, dc = (l2 - l1) / s_l, (c2 - c1) / s_c
    dh = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / s_h
    return math.sqrt(max(0.0, dl * dl + dc * dc + dh * dh + r * dc * dh))


def _hue_weight(hue: float) -> float:
    parts: Sequence[tuple[float, float, float]] = ((-0.17, 1, -30), (0.24, 2, 0), (0.32, 3, 6), (-0.20, 4, -63))
    return 1 + sum(weight * math.cos(math.radians(times * hue + shift)) for weight, times, shift in parts)
