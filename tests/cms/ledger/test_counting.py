from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.ledger.counting import hours_for_minutes

MINUTES = st.decimals(min_value=0, max_value=100000, places=3, allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("minutes", "hours"), [("0", "0.1"), ("2", "0.1"), ("9", "0.2"), ("11.25", "0.3"), ("45", "1.0"), ("90", "1.0")]
)
def test_a_lesson_counts_its_minutes_in_tenths_between_the_least_and_the_most(minutes: str, hours: str) -> None:
    counted = hours_for_minutes(Decimal(minutes), minutes_per_hour=45, least=Decimal("0.1"), most=Decimal("1.0"))
    assert counted == Decimal(hours)


@given(MINUTES, st.integers(1, 120))
def test_without_bounds_the_hours_are_within_half_a_tenth_of_the_exact_ones(minutes: Decimal, per_hour: int) -> None:
    assert abs(hours_for_minutes(minutes, minutes_per_hour=per_hour) * per_hour - minutes) <= per_hour * Decimal(
        "0.05"
    )


@given(MINUTES, MINUTES)
def test_more_minutes_never_count_less(one: Decimal, other: Decimal) -> None:
    fewer, more = sorted([one, other])
    bounds = {"least": Decimal("0.1"), "most": Decimal(1)}
    assert hours_for_minutes(fewer, minutes_per_hour=45, **bounds) <= hours_for_minutes(
        more, minutes_per_hour=45, **bounds
    )


@pytest.mark.parametrize("minutes", [Decimal("NaN"), Decimal("Infinity"), Decimal(-1)])
def test_minutes_that_cannot_be_are_refused(minutes: Decimal) -> None:
    with pytest.raises(ValueError, match="minutes must be finite"):
        hours_for_minutes(minutes, minutes_per_hour=45)
