"""Coordinates as maps in China give them, and as the world counts them: WGS-84, GCJ-02, BD-09.

The shift from WGS-84 to GCJ-02 follows the published reconstruction of the official one: a polynomial with sines on
the Krasovsky 1940 ellipsoid (googollee/eviltransform, MIT; Artoria2e5/PRCoords, CC0). BD-09 turns and stretches GCJ-02
about a fixed point (same sources). Neither has an inverse in closed form: it is found by repeating the forward step
until it moves by less than a tenth of a millimetre. Degrees everywhere, latitude first.
"""

from collections.abc import Callable
from math import asin, atan2, cos, hypot, pi, radians, sin, sqrt
from typing import NamedTuple

WGS84, GCJ02, BD09 = "wgs84", "gcj02", "bd09"

KRASOVSKY_A = 6378245.0
KRASOVSKY_EE = 0.00669342162296594323
EARTH_RADIUS_M = 6371000.0
# The box in which Chinese maps are shifted; outside nothing is changed.
SOUTH, NORTH, WEST, EAST = 0.8293, 55.8271, 72.004, 137.8347
MIDDLE_LATITUDE, MIDDLE_LONGITUDE = 35.0, 105.0
BAIDU_LATITUDE, BAIDU_LONGITUDE = 0.006, 0.0065
BAIDU_PI = pi * 3000.0 / 180.0
# A tenth of a millimetre on the ground, in degrees.
CLOSE_ENOUGH = 1e-9
# The forward steps move a point by less than a hundredth of what they are given: each round wins two digits or more.
ROUNDS = 30


class Point(NamedTuple):
    """A place in degrees."""

    latitude: float
    longitude: float


def in_china(point: Point) -> bool:
    """Return whether maps shift the place: the rough box that all of them use."""
    return SOUTH <= point.latitude <= NORTH and WEST <= point.longitude <= EAST


def metres_between(one: Point, other: Point) -> float:
    """Return the distance on the sphere in metres (haversine)."""
    half_up = sin(radians(other.latitude - one.latitude) / 2)
    half_along = sin(radians(other.longitude - one.longitude) / 2)
    chord = half_up**2 + cos(radians(one.latitude)) * cos(radians(other.latitude)) * half_along**2
    return 2 * EARTH_RADIUS_M * asin(min(1.0, sqrt(chord)))


def northward_m(x: float, y: float) -> float:
    """Return how far maps move a place to the north, in metres; degrees from the middle of the country."""
    waves = 2 * sin(6 * x * pi) + 2 * sin(2 * x * pi) + 2 * sin(y * pi) + 4 * sin(y / 3 * pi)
    waves += 16 * sin(y / 12 * pi) + 32 * sin(y / 30 * pi)
    return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves * 20 / 3


def eastward_m(x: float, y: float) -> float:
    """Return how far maps move a place to the east, in metres; degrees from the middle of the country."""
    waves = 2 * sin(6 * x * pi) + 2 * sin(2 * x * pi) + 2 * sin(x * pi) + 4 * sin(x / 3 * pi)
    waves += 15 * sin(x / 12 * pi) + 30 * sin(x / 30 * pi)
    return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves * 20 / 3


def shifted(point: Point) -> Point:
    """Return the place as GCJ-02 gives it, wherever it lies."""
    x, y = point.longitude - MIDDLE_LONGITUDE, point.latitude - MIDDLE_LATITUDE
    flat = 1 - KRASOVSKY_EE * sin(radians(point.latitude)) ** 2
    degree_north_m = radians(KRASOVSKY_A * (1 - KRASOVSKY_EE) / (flat * sqrt(flat)))
    degree_east_m = radians(KRASOVSKY_A * cos(radians(point.latitude)) / sqrt(flat))
    return Point(
        point.latitude + northward_m(x, y) / degree_north_m, point.longitude + eastward_m(x, y) / degree_east_m
    )


def turned(point: Point) -> Point:
    """Return the GCJ-02 place as BD-09 gives it."""
    x, y = point.longitude, point.latitude
    reach = hypot(x, y) + 0.00002 * sin(y * BAIDU_PI)
    angle = atan2(y, x) + 0.000003 * cos(x * BAIDU_PI)
    return Point(reach * sin(angle) + BAIDU_LATITUDE, reach * cos(angle) + BAIDU_LONGITUDE)


def undone(forward: Callable[[Point], Point], target: Point) -> Point:
    """Return the place that the forward step moves to the target."""
    found = target
    for _round in range(ROUNDS):
        reached = forward(found)
        off_north, off_east = reached.latitude - target.latitude, reached.longitude - target.longitude
        found = Point(found.latitude - off_north, found.longitude - off_east)
        if max(abs(off_north), abs(off_east)) < CLOSE_ENOUGH:
            break
    return found


def wgs_to_gcj(point: Point) -> Point:
    """Return the WGS-84 place in GCJ-02."""
    return shifted(point) if in_china(point) else point


def gcj_to_wgs(point: Point) -> Point:
    """Return the GCJ-02 place in WGS-84."""
    return undone(shifted, point) if in_china(point) else point


def gcj_to_bd(point: Point) -> Point:
    """Return the GCJ-02 place in BD-09."""
    return turned(point) if in_china(point) else point


def bd_to_gcj(point: Point) -> Point:
    """Return the BD-09 place in GCJ-02."""
    return undone(turned, point) if in_china(point) else point


def to_wgs(point: Point, datum: str) -> Point:
    """Return a place given in one of the three datums in WGS-84. Raises KeyError for another datum."""
    if datum == WGS84:
        return point
    return gcj_to_wgs({GCJ02: point, BD09: bd_to_gcj(point)}[datum])


def from_wgs(point: Point, datum: str) -> Point:
    """Return a WGS-84 place in one of the three datums. Raises KeyError for another datum."""
    if datum == WGS84:
        return point
    shown = wgs_to_gcj(point)
    return {GCJ02: shown, BD09: gcj_to_bd(shown)}[datum]
