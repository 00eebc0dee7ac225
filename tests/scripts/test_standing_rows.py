"""Rows that tests in a row find already there: made once, each test's own to change, gone where others are asked for."""

from dataclasses import dataclass

import pytest

from cms.accounts.models import User
from tests.factories.accounts import UserFactory
from tests.standing_rows import makers_of, standing, standing_scene

MADE: list[int] = []
COMMITS = pytest.mark.django_db(transaction=True)


@dataclass
class Pair:
    first: User
    second: User


def make_pair() -> Pair:
    MADE.append(1)
    return Pair(*UserFactory.create_batch(2))


pair = standing_scene(make_pair)


@pytest.mark.parametrize("name", ["甲", "乙"])
def test_what_one_test_changes_the_next_finds_as_it_was(pair: Pair, name: str) -> None:
    assert User.objects.filter(name__in=["甲", "乙"]).count() == 0
    assert not hasattr(pair.first, "spoilt")
    pair.first.spoilt = True  # type: ignore[attr-defined]
    pair.second.delete()
    User.objects.filter(pk=pair.first.pk).update(name=name)
    assert list(User.objects.values_list("name", flat=True)) == [name]


def test_tests_in_a_row_share_what_was_made_once(pair: Pair) -> None:
    before = len(MADE)
    standing.change_to([make_pair])
    assert (len(MADE), User.objects.count()) == (before, 2)
    assert standing.find(make_pair).first == pair.first


@pytest.mark.django_db
def test_who_asks_for_none_finds_none() -> None:
    assert (User.objects.count(), standing.made) == (0, [])


@COMMITS
def test_who_commits_for_good_makes_them_alone(pair: Pair, request: pytest.FixtureRequest) -> None:
    assert (makers_of(request.node), standing.made, User.objects.count()) == ([], [], 2)
