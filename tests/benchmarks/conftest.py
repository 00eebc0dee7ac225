"""Benchmarks run twice: small in every check, for correctness; at full size in `./check --proof AREA`, where figures are judged."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.benchmarks.figures import Figures, write
from tests.cms.videos.conftest import clear_disk

taken = pytest.StashKey[dict[str, Figures]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `./check --proof`."""
    parser.addoption("--full-size", action="store_true", help="measure at full size and write docs/benchmarks.md")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no figure."""
    config.stash[taken] = {}


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Take the figures of this file, which has a section of its own on the page."""
    full_size = bool(request.config.getoption("--full-size", default=False))
    sections = request.config.stash.setdefault(taken, {})
    return sections.setdefault(section_of(request.path), Figures(full_size=full_size))


@pytest.fixture
def _empty_disk() -> Iterator[None]:
    """Find no files of another test, and leave none to the next."""
    clear_disk()
    yield
    clear_disk()


def section_of(file: Path) -> str:
    """Return what the section of a file is called: `test_media_probe.py` fills "media: probe"."""
    return file.stem.removeprefix("test_").replace("_", ": ", 1)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was measured at full size; a goal that was missed fails the run."""
    sections = session.config.stash.get(taken, {})
    measured = {area: figures for area, figures in sections.items() if figures.full_size and figures.taken}
    for area, figures in measured.items():
        write(area, figures)
        for figure in figures.taken:
            print(f"{'    ' if figure.kept else 'MISS'} {figure.what}: {figure.value:g} {figure.unit} ({figure.goal})")  # noqa: T201
    if any(figures.missed for figures in measured.values()) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
