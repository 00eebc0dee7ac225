"""How long the way takes when nobody has written it down: estimated from where the places lie.

A rule of thumb, on the careful side: roads are a third longer than the straight line; a coach makes 36 km an hour on
short ways and 60 on long ones, and getting in and out takes five minutes; one walks 4 km an hour.
"""

from math import ceil

from cms.venues.datum import Point, metres_between

DETOUR = 1.35
WALK, DRIVE = "walk", "drive"
WALKABLE_M = 1200
WALK_M_A_MINUTE = 4000 / 60
SLOW_M_A_MINUTE = 36_000 / 60
FAST_M_A_MINUTE = 60_000 / 60
# From this far on a coach finds a faster road.
FAR_M = 40_000
BOARDING = 5
ROUND_TO = 5
UNKNOWN_MINUTES = 30


def way_m(one: Point, other: Point) -> float:
    """Return the length of the way between two places in metres, roughly."""
    return metres_between(one, other) * DETOUR


def usual_transport(one: Point | None, other: Point | None) -> str:
    """Return how one goes: on foot where that is near enough."""
    if one is None or other is None:
        return DRIVE
    return WALK if way_m(one, other) <= WALKABLE_M else DRIVE


def estimate(one: Point | None, other: Point | None, transport: str = "") -> int:
    """Return minutes for the way, rounded up to five; half an hour where a place has no position."""
    if one is None or other is None:
        return UNKNOWN_MINUTES
    metres = way_m(one, other)
    if (transport or usual_transport(one, other)) == WALK:
        minutes = metres / WALK_M_A_MINUTE
    else:
        slow, fast = min(metres, FAR_M), max(0.0, metres - FAR_M)
        minutes = BOARDING + slow / SLOW_M_A_MINUTE + fast / FAST_M_A_MINUTE
    return ceil(minutes / ROUND_TO) * ROUND_TO
