"""Items in order become units: an item that carries a heading begins one (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Unit:
    """Items under one heading; the first unit of a course may have none."""

    title: str
    items: list[Any] = field(default_factory=list)


def units_of(items: Iterable[Any]) -> list[Unit]:
    """Return the units of items in order; each item's `unit` is its heading or empty to stay in the one before."""
    units: list[Unit] = []
    for item in items:
        heading = item.unit.strip()
        if heading or not units:
            units.append(Unit(heading))
        units[-1].items.append(item)
    return units
