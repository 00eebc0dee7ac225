"""Doubt about a point, heads at once, the drawing."""

from datetime import UTC, datetime, timedelta
from math import hypot

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.venues.counting import peak
from cms.venues.datum import BD09, GCJ02, WGS84, Point, from_wgs
from cms.venues.plausibility import Box, Doubt, doubt_about
from cms.venues.schematic import HEIGHT, WIDTH, draw, leg, name_lines

# A tight box around a yard in the hills; maps move a point by half a kilometre.
YARD = Point(26.5743, 114.1549)
BOX = Box(26.5723, 114.1529, 26.5763, 114.1569)
NINE = datetime(2030, 5, 7, 1, tzinfo=UTC)


@pytest.mark.parametrize("datum", [WGS84, GCJ02, BD09])
def test_the_right_datum_raises_no_doubt(datum: str) -> None:
    assert doubt_about(from_wgs(YARD, datum), datum, BOX) is None


@pytest.mark.parametrize(("given_as", "is_really"), [(WGS84, GCJ02), (GCJ02, BD09), (BD09, WGS84), (GCJ02, WGS84)])
def test_a_wrong_datum_is_named(given_as: str, is_really: str) -> None:
    assert doubt_about(from_wgs(YARD, is_really), given_as, BOX) == Doubt("datum", is_really)


def test_swapped_numbers_and_far_points_are_told_apart() -> None:
    county = Box(25.0, 80.0, 32.0, 88.0)
    assert doubt_about(Point(85.0, 30.0), WGS84, county) == Doubt("swapped")
    assert doubt_about(Point(40.0, 116.0), WGS84, county) == Doubt("outside")


def test_without_a_box_only_points_outside_china_are_doubted() -> None:
    assert doubt_about(Point(40.0, 116.0), WGS84, None) is None
    assert doubt_about(Point(48.8, 2.3), WGS84, None) == Doubt("outside")


def hour(begins: int, ends: int, heads: int) -> tuple[datetime, datetime, int]:
    return NINE + timedelta(hours=begins), NINE + timedelta(hours=ends), heads


def test_the_peak_counts_those_who_are_in_at_once() -> None:
    assert peak([]) == 0
    assert peak([hour(0, 2, 10), hour(2, 4, 20), hour(1, 3, 5)]) == 25


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5), st.integers(1, 50)), max_size=8))
def test_the_peak_is_the_largest_of_all_hours(rows: list[tuple[int, int, int]]) -> None:
    by_hour = [sum(heads for begins, long, heads in rows if begins <= now < begins + long) for now in range(26)]
    assert peak(hour(begins, begins + long, heads) for begins, long, heads in rows) == max(by_hour)


def test_north_is_up_and_east_is_right() -> None:
    south_west, north_east = draw([(Point(26.0, 114.0), "甲"), (Point(26.5, 114.6), "乙")])
    assert south_west.x < north_east.x
    assert south_west.y > north_east.y


def test_a_name_stands_in_two_lines_at_most() -> None:
    assert name_lines("叶坪旧址") == ("叶坪旧址",)
    assert name_lines("中央革命根据地历史博物馆") == ("中央革命根据", "地历史博物馆")
    assert name_lines("长" * 30) == ("长" * 8, "长" * 7 + "…")


def test_a_leg_is_a_bend_from_dot_to_dot() -> None:
    one, other = draw([(Point(26.0, 114.0), "甲"), (Point(26.0, 114.6), "乙")])
    assert leg(one, other, 0).startswith(f"M{one.x:.1f} {one.y:.1f}Q")
    assert leg(one, other, 0).endswith(f"{other.x:.1f} {other.y:.1f}")


points = st.builds(Point, st.floats(20, 45), st.floats(80, 130))


@given(st.lists(points, min_size=1, max_size=8))
@pytest.mark.long
def test_dots_stay_on_the_paper_and_apart(places: list[Point]) -> None:
    dots = draw([(place, "一处旧址") for place in places])
    assert all(0 < dot.x < WIDTH and 0 < dot.y < HEIGHT for dot in dots)
    pairs = [(one, other) for number, one in enumerate(dots) for other in dots[number + 1 :]]
    assert all(hypot(one.x - other.x, one.y - other.y) > 26 for one, other in pairs)
