"""A drawn map without tiles: places at their directions from each other, pushed apart until every name can be read.

Not to scale: north is up and the order of east and west is kept, distances are only roughly kept.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, pi, radians, sin

from cms.venues.datum import Point

WIDTH, HEIGHT = 360, 300
# Room at the edges for a name beside its place.
EDGE_X, EDGE_TOP, EDGE_FOOT = 64, 44, 40
APART = 64
ROUNDS = 200
RADIUS = 13
LETTER = 13
LINE = 17
MOST_LETTERS = 8
# How far a leg bends aside, as a part of its length.
BEND = 0.12
SAME_PLACE = 1e-6


@dataclass(frozen=True)
class Dot:
    """A place on the drawing, with where its name stands and how that is aligned."""

    x: float
    y: float
    label_x: float
    label_y: float
    anchor: str
    lines: tuple[str, ...]

    @property
    def label_lines(self) -> list[tuple[float, str]]:
        """Each line of the name with its height on the drawing."""
        return [(round(self.label_y + number * LINE, 1), line) for number, line in enumerate(self.lines)]


def name_lines(name: str) -> tuple[str, ...]:
    """Return a name in at most two lines; what is longer ends in an ellipsis."""
    if len(name) <= MOST_LETTERS:
        return (name,)
    half = min(MOST_LETTERS, (len(name) + 1) // 2)
    rest = name[half:]
    return name[:half], rest if len(rest) <= MOST_LETTERS else f"{rest[: MOST_LETTERS - 1]}…"


def draw(places: Sequence[tuple[Point, str]]) -> list[Dot]:
    """Return the places as dots in the order given."""
    spots = spread(projected([point for point, _name in places]))
    taken: list[tuple[float, float, float, float]] = [
        (x - RADIUS, y - RADIUS, x + RADIUS, y + RADIUS) for x, y in spots
    ]
    dots = []
    for (x, y), (_point, name) in zip(spots, places, strict=True):
        lines = name_lines(name)
        label_x, label_y, anchor, box = label_place(x, y, lines, taken)
        taken.append(box)
        dots.append(Dot(round(x, 1), round(y, 1), round(label_x, 1), round(label_y, 1), anchor, lines))
    return dots


def projected(points: Sequence[Point]) -> list[tuple[float, float]]:
    """Return the points in the drawing's frame, as large as the frame allows."""
    if not points:
        return []
    middle = sum(point.latitude for point in points) / len(points)
    east = [point.longitude * cos(radians(middle)) for point in points]
    north = [point.latitude for point in points]
    wide, high = max(east) - min(east), max(north) - min(north)
    room_x, room_y = WIDTH - 2 * EDGE_X, HEIGHT - EDGE_TOP - EDGE_FOOT
    scale = min(room_x / wide if wide > SAME_PLACE else room_y / SAME_PLACE, room_y / max(high, SAME_PLACE))
    left = (WIDTH - wide * scale) / 2
    top = EDGE_TOP + (room_y - high * scale) / 2
    return [(left + (x - min(east)) * scale, top + (max(north) - y) * scale) for x, y in zip(east, north, strict=True)]


def spread(spots: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    """Push spots apart that lie on top of each other, inside the frame."""
    moved = [list(spot) for spot in spots]
    for _round in range(ROUNDS):
        still = True
        for one in range(len(moved)):
            for other in range(one + 1, len(moved)):
                still = not push(moved[one], moved[other], one + other) and still
        for spot in moved:
            spot[0] = min(max(spot[0], EDGE_X), WIDTH - EDGE_X)
            spot[1] = min(max(spot[1], EDGE_TOP), HEIGHT - EDGE_FOOT)
        if still:
            break
    return [(x, y) for x, y in moved]


def push(one: list[float], other: list[float], turn: int) -> bool:
    """Move two spots away from each other if they are too near; return whether they were."""
    away_x, away_y = other[0] - one[0], other[1] - one[1]
    apart = hypot(away_x, away_y)
    if apart >= APART:
        return False
    if apart < 1:
        # On the same spot there is no direction: take one by their numbers, so that the drawing is always the same.
        away_x, away_y, apart = cos(turn * pi / 3), sin(turn * pi / 3), 1.0
    step = (APART - apart) / 2 * 0.5
    for spot, sign in ((one, -1), (other, 1)):
        spot[0] += sign * step * away_x / apart
        spot[1] += sign * step * away_y / apart
    return True


def label_place(
    x: float, y: float, lines: Sequence[str], taken: Sequence[tuple[float, float, float, float]]
) -> tuple[float, float, str, tuple[float, float, float, float]]:
    """Return where a name stands: right, left, below or above its dot, the first place that is free, else the emptiest."""
    wide, high = max(len(line) for line in lines) * LETTER, len(lines) * LINE
    gap = RADIUS + 6
    candidates = [
        (x + gap, y - high / 2, "start", x + gap),
        (x - gap, y - high / 2, "end", x - gap - wide),
        (x, y + gap - 4, "middle", x - wide / 2),
        (x, y - gap - high + 4, "middle", x - wide / 2),
    ]
    weighed = []
    for rank, (label_x, top, anchor, left) in enumerate(candidates):
        box = (left, top, left + wide, top + high)
        out = max(0.0, -box[0]) + max(0.0, box[2] - WIDTH) + max(0.0, -box[1]) + max(0.0, box[3] - HEIGHT)
        cost = out * 50 + sum(overlap(box, other) for other in taken)
        weighed.append((cost, rank, label_x, top, anchor, box))
    _cost, _rank, label_x, top, anchor, box = min(weighed)
    return label_x, top + LINE - 4, anchor, box


def overlap(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> float:
    """Return the common area of two boxes."""
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return max(wide, 0.0) * max(high, 0.0)


def leg(one: Dot, other: Dot, number: int) -> str:
    """Return the path of a leg as SVG: a quiet bend, to either side in turn."""
    side = BEND if number % 2 else -BEND
    middle_x = (one.x + other.x) / 2 - (other.y - one.y) * side
    middle_y = (one.y + other.y) / 2 + (other.x - one.x) * side
    return f"M{one.x:.1f} {one.y:.1f}Q{middle_x:.1f} {middle_y:.1f} {other.x:.1f} {other.y:.1f}"
