"""Does a point lie where its place is said to be: against the box of the county, with the likely mistake named."""

from dataclasses import dataclass
from typing import NamedTuple

from cms.venues.datum import BD09, GCJ02, WGS84, Point, in_china, to_wgs


class Box(NamedTuple):
    """A region in WGS-84 degrees."""

    south: float
    west: float
    north: float
    east: float

    def holds(self, point: Point) -> bool:
        """Return whether the point lies inside."""
        return self.south <= point.latitude <= self.north and self.west <= point.longitude <= self.east


@dataclass(frozen=True)
class Doubt:
    """Why a point is doubted: there is `none`, it is `swapped`, another `datum` would fit, or it is only `outside`."""

    code: str
    datum: str = ""


def doubt_about(entered: Point, datum: str, box: Box | None) -> Doubt | None:
    """Return what speaks against the point as it was entered, or None.

    Without a box only a point outside of China is doubted: nothing else is known of the place.
    """
    if stands(entered, datum, box):
        return None
    for other in (GCJ02, BD09, WGS84):
        # Half a kilometre tells the datums apart only where the box is that exact, and then this says which one it was.
        if box is not None and other != datum and stands(entered, other, box):
            return Doubt("datum", other)
    if can_be_swapped(entered) and stands(Point(entered.longitude, entered.latitude), datum, box):
        return Doubt("swapped")
    return Doubt("outside")


def stands(entered: Point, datum: str, box: Box | None) -> bool:
    """Return whether the point, read in the datum, lies in the box (without one: in China)."""
    found = to_wgs(entered, datum)
    return in_china(found) if box is None else box.holds(found)


def can_be_swapped(point: Point) -> bool:
    """Return whether its longitude could be a latitude."""
    return abs(point.longitude) <= 90  # noqa: PLR2004  # degrees of a pole
