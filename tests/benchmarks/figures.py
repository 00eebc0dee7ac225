"""What a proof measured, what it should have been, and the page that keeps it."""

import os
import platform
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"
GIB = 2**30


@dataclass(frozen=True)
class Figure:
    """One measured number; `goal` is in words, `kept` tells whether it was reached."""

    what: str
    value: float
    unit: str
    goal: str
    kept: bool

    def row(self) -> str:
        """Return the figure as a row of the page."""
        return f"| {self.what} | {self.value:g} {self.unit} | {self.goal} | {'yes' if self.kept else '**no**'} |"


@dataclass
class Figures:
    """Takes the figures of one run; at reduced size nothing is judged."""

    full_size: bool
    taken: list[Figure] = field(default_factory=list)

    def at_most(self, limit: float, what: str, value: float, unit: str) -> None:
        """Note a number that should not be larger."""
        self.taken.append(Figure(what, round(value, 3), unit, f"≤ {limit:g} {unit}", value <= limit))

    def at_least(self, limit: float, what: str, value: float, unit: str) -> None:
        """Note a number that should not be smaller."""
        self.taken.append(Figure(what, round(value, 3), unit, f"≥ {limit:g} {unit}", value >= limit))

    @property
    def missed(self) -> list[Figure]:
        """Return what did not reach its goal."""
        return [figure for figure in self.taken if not figure.kept]


def machine() -> str:
    """Return what the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / GIB
    return f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"


def section(area: str, figures: Figures) -> str:
    """Return the area's section of the page."""
    head = f"## {area}\n\n{datetime.now(UTC):%Y-%m-%d}, {machine()}.\n\n| What | Measured | Goal | Reached |\n|---|---|---|---|\n"
    return head + "\n".join(figure.row() for figure in figures.taken) + "\n"


def write(area: str, figures: Figures) -> None:
    """Put the area's section in place of the one that was there, or at the end."""
    page = PAGE.read_text(encoding="utf-8")
    old = re.compile(rf"^## {re.escape(area)}\n.*?(?=^## |\Z)", re.DOTALL | re.MULTILINE)
    new = section(area, figures)
    found = old.search(page)
    page = page[: found.start()] + new + "\n" + page[found.end() :] if found else f"{page.rstrip()}\n\n{new}"
    PAGE.write_text(page.rstrip() + "\n", encoding="utf-8")
