"""Coordinates: exact there and back, and equal to two libraries."""

import random
import warnings
from collections.abc import Iterator

import eviltransform
import prcoords
import pytest

from cms.venues.datum import (
    BD09,
    GCJ02,
    WGS84,
    Point,
    bd_to_gcj,
    from_wgs,
    gcj_to_bd,
    metres_between,
    to_wgs,
    wgs_to_gcj,
)

HALF_A_METRE = 0.5
# The mainland without its seas: what lies between, on a grid of a tenth of a degree (`./check --proof` takes it whole).
SOUTHMOST, NORTHMOST, WESTMOST, EASTMOST = 180, 540, 735, 1350


def sampled_grid(count: int = 3000) -> Iterator[Point]:
    """Yield places of the grid, always the same ones."""
    draw = random.Random(20261127)  # noqa: S311  # places to look at, not secrets
    for _place in range(count):
        yield Point(draw.randint(SOUTHMOST, NORTHMOST) / 10, draw.randint(WESTMOST, EASTMOST) / 10)


@pytest.mark.parametrize("datum", [WGS84, GCJ02, BD09])
def test_a_place_comes_back_to_where_it_was(datum: str) -> None:
    worst = max(metres_between(to_wgs(from_wgs(place, datum), datum), place) for place in sampled_grid())

    assert worst <= 0.01


def test_two_libraries_see_the_same_shift() -> None:
    for place in sampled_grid():
        shown, baidu = from_wgs(place, GCJ02), from_wgs(place, BD09)

        assert metres_between(shown, Point(*eviltransform.wgs2gcj(*place))) <= HALF_A_METRE
        assert metres_between(shown, Point(*prcoords.wgs_gcj(place))) <= HALF_A_METRE
        assert metres_between(baidu, Point(*eviltransform.wgs2bd(*place))) <= HALF_A_METRE
        assert metres_between(baidu, Point(*prcoords.wgs_bd(place))) <= HALF_A_METRE


def exact_ways_back(place: Point, datum: str) -> list[Point]:
    """Return where the point of a Chinese map lies by each library; their loops warn of the last bits, which is no matter."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if datum == GCJ02:
            return [Point(*eviltransform.gcj2wgs_exact(*place)), Point(*prcoords.gcj_wgs_bored(place))]
        # One library has no exact way from BD-09: its own first step and its own exact second one.
        through = eviltransform.gcj2wgs_exact(*eviltransform.bd2gcj(*place))
        return [Point(*through), Point(*prcoords.bd_wgs_bored(place))]


@pytest.mark.parametrize("datum", [GCJ02, BD09])
def test_two_libraries_see_the_same_way_back(datum: str) -> None:
    for place in sampled_grid(300):
        shown = from_wgs(place, datum)
        back = to_wgs(shown, datum)

        assert [metres_between(back, other) <= HALF_A_METRE for other in exact_ways_back(shown, datum)] == [True, True]


def test_baidu_and_gcj_undo_each_other() -> None:
    place = Point(31.2304, 121.4737)

    assert metres_between(bd_to_gcj(gcj_to_bd(place)), place) <= 0.001


def test_a_hall_at_the_bend_of_the_river_moves_by_as_much_as_maps_differ_there() -> None:
    given = Point(38.34108, 113.94080)

    assert [round(value, 5) for value in to_wgs(given, GCJ02)] == [38.34063, 113.93455]
    assert round(metres_between(given, to_wgs(given, GCJ02))) == 547


@pytest.mark.parametrize("place", [Point(48.8584, 2.2945), Point(-33.8568, 151.2153), Point(0.0, 0.0)])
def test_outside_china_nothing_is_changed(place: Point) -> None:
    assert [from_wgs(place, GCJ02), to_wgs(place, GCJ02)] == [place, place]
    assert [from_wgs(place, BD09), to_wgs(place, BD09)] == [place, place]


def test_an_unknown_datum_is_an_error() -> None:
    with pytest.raises(KeyError):
        to_wgs(Point(30, 110), "mars")


def test_the_shift_is_not_the_same_everywhere() -> None:
    here, there = Point(26.57, 114.16), Point(41.8, 123.4)

    assert round(metres_between(here, wgs_to_gcj(here))) != round(metres_between(there, wgs_to_gcj(there)))
