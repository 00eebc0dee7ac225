"""Rows that several tests in a row find already there.

A scene of a branch, its people and a lecturer takes thirty questions to the database, and most tests of a folder begin with
the same. It is made once in a transaction around theirs, and each test gets its own copy of the objects; what a test writes
is undone as ever. A test that needs other rows, or commits for good, finds an empty database as before.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

import pytest
from django.db import transaction
from pytest_django import DjangoDbBlocker

Scene = TypeVar("Scene")
Maker = Callable[[], Any]


@dataclass
class Standing:
    """What stands in the database of this process, and the transactions that hold it: the later inside the earlier."""

    blocker: DjangoDbBlocker | None = None
    made: list[tuple[Maker, Any, transaction.Atomic]] = field(default_factory=list)

    def change_to(self, makers: list[Maker]) -> None:
        """Take away what the next test does not need, and make what it needs; the database must be in place."""
        if self.blocker is None:
            return
        common = 0
        while common < min(len(makers), len(self.made)) and self.made[common][0] is makers[common]:
            common += 1
        with self.blocker.unblock():
            while len(self.made) > common:
                self.take_last_away()
            for maker in makers[common:]:
                self.make(maker)

    def make(self, maker: Maker) -> None:
        """Make rows inside a transaction that stays open."""
        around = transaction.atomic()
        # As with a test's own: what insists on the outermost transaction finds itself there.
        around._from_testcase = True  # type: ignore[attr-defined]
        around.__enter__()
        try:
            self.made.append((maker, maker(), around))
        except BaseException as broken:
            around.__exit__(type(broken), broken, broken.__traceback__)
            raise

    def take_last_away(self) -> None:
        """Undo what was made last."""
        _maker, _scene, around = self.made.pop()
        transaction.set_rollback(True)
        around.__exit__(None, None, None)

    def find(self, maker: Maker) -> Any:
        """Return a copy of what stands there; make it if nothing does, as a part of the test."""
        for made_by, scene, _around in self.made:
            if made_by is maker:
                return copy.deepcopy(scene)
        return maker()


standing = Standing()


def standing_scene(maker: Callable[[], Scene]) -> Callable[..., Scene]:
    """Return a fixture that gives each test what `maker` makes; tests in a row share the rows."""

    def scene(db: None) -> Scene:
        return cast("Scene", standing.find(maker))

    scene.maker = maker  # type: ignore[attr-defined]
    return pytest.fixture(scene)


def makers_of(item: pytest.Item) -> list[Maker]:
    """Return what makes the standing rows that a test asks for; none for one that commits for good."""
    mark = item.get_closest_marker("django_db")
    if (mark and mark.kwargs.get("transaction")) or "transactional_db" in getattr(item, "fixturenames", ()):
        return []
    known = item._fixtureinfo.name2fixturedefs.values() if isinstance(item, pytest.Function) else ()
    found = [getattr(definitions[-1].func, "maker", None) for definitions in known]
    return [maker for maker in found if maker]
