from hypothesis import given
from hypothesis import strategies as st

from cms.watching.sequence import MOST_AHEAD, Arrived, arrive


@given(st.lists(st.integers(1, 150), max_size=150))
def test_each_number_counts_once_in_whatever_order_it_comes(numbers: list[int]) -> None:
    arrived, counted = Arrived(), []
    for number in numbers:
        if not arrived.has(number):
            counted.append(number)
        arrived = arrive(arrived, number)
    assert sorted(counted) == sorted(set(numbers))
    assert arrived.newest == max(numbers, default=0)


def test_a_leading_run_is_folded_and_endless_gaps_are_given_up() -> None:
    assert arrive(arrive(arrive(Arrived(), 3), 1), 2) == Arrived(3)
    arrived = Arrived()
    for number in range(2, 2 * MOST_AHEAD + 10, 2):
        arrived = arrive(arrived, number)
    assert len(arrived.ahead) <= MOST_AHEAD
    assert arrived.has(1) is True
