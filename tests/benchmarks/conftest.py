"""Benchmarks run twice: small in every check, for correctness; at full size in `./check --proof AREA`, where figures are judged."""

from pathlib import Path

import pytest

from tests.benchmarks.figures import Figures, write

taken = pytest.StashKey[Figures]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of `./check --proof`."""
    parser.addoption("--full-size", action="store_true", help="measure at full size and write docs/benchmarks.md")


def pytest_configure(config: pytest.Config) -> None:
    """Begin with no figure."""
    config.stash[taken] = Figures(full_size=bool(config.getoption("--full-size", default=False)))


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Take the figures of this run."""
    if taken not in request.config.stash:
        request.config.stash[taken] = Figures(full_size=False)
    return request.config.stash[taken]


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Write what was measured at full size; a goal that was missed fails the run."""
    figures = session.config.stash.get(taken, None)
    if figures is None or not figures.full_size or not figures.taken:
        return
    area = Path(session.config.args[0]).stem.removeprefix("test_")
    write(area, figures)
    for figure in figures.taken:
        print(f"{'    ' if figure.kept else 'MISS'} {figure.what}: {figure.value:g} {figure.unit} ({figure.goal})")  # noqa: T201
    if figures.missed and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
