from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.quizzes.grading import Given, grade
from cms.quizzes.kinds import KINDS, multiple
from cms.quizzes.ordering import shown_order

POSITIONS = st.lists(st.integers(0, 7), max_size=8)
QUESTIONS = st.lists(
    st.builds(Given, kind=st.sampled_from(sorted(KINDS)), answer=POSITIONS, chosen=POSITIONS), max_size=10
)


@given(QUESTIONS, st.integers(1, 100))
@pytest.mark.long
def test_a_score_lies_between_nothing_and_everything_possible(questions: list[Given], percent: int) -> None:
    result = grade(questions, pass_percent=percent)
    assert 0 <= result.score <= result.most == len(questions)
    assert all(0 <= mark <= 1 for mark in result.marks)


@given(st.sampled_from(sorted(KINDS)), POSITIONS, POSITIONS, st.permutations(range(8)))
def test_the_order_in_which_options_stand_changes_no_mark(
    kind: str, answer: list[int], chosen: list[int], order: list[int]
) -> None:
    moved = KINDS[kind].mark([order[n] for n in answer], [order[n] for n in chosen])
    assert moved == KINDS[kind].mark(answer, chosen)


@given(st.sampled_from(sorted(KINDS)), st.sets(st.integers(0, 7), min_size=1))
def test_exactly_the_right_options_earn_the_whole_mark(kind: str, answer: set[int]) -> None:
    assert KINDS[kind].mark(sorted(answer), sorted(answer, reverse=True)) == 1


@pytest.mark.parametrize(
    ("chosen", "mark"),
    [
        ([], Fraction(0)),
        ([0], Fraction(1, 3)),
        ([0, 2], Fraction(2, 3)),
        ([0, 2, 3], Fraction(1)),
        ([0, 1], Fraction(0)),
        ([0, 2, 1], Fraction(1, 3)),
        ([0, 1, 2, 3], Fraction(2, 3)),
        ([1], Fraction(0)),
    ],
)
def test_a_part_of_the_right_options_earns_its_part_and_a_wrong_one_takes_one_off(
    chosen: list[int], mark: Fraction
) -> None:
    assert multiple.mark([0, 2, 3], chosen) == mark


def test_the_pass_mark_itself_passes_and_an_empty_paper_does_not() -> None:
    right, wrong = Given("single", [1], [1]), Given("single", [1], [0])
    assert grade([right] * 3 + [wrong] * 2, pass_percent=60).passed is True
    assert grade([right] * 3 + [wrong] * 2, pass_percent=61).passed is False
    assert grade([], pass_percent=1).passed is False


@given(st.integers(0, 8), st.text())
def test_a_shown_order_is_a_permutation_and_the_same_each_time(count: int, seed: str) -> None:
    order = shown_order(count, seed)
    assert sorted(order) == list(range(count))
    assert shown_order(count, seed) == order


def test_orders_differ_between_seeds_and_true_and_false_keep_theirs() -> None:
    assert len({tuple(shown_order(4, str(seed))) for seed in range(200)}) == 24
    assert shown_order(2, "x", shuffled=False) == [0, 1]
