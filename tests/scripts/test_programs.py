"""Which browser the tests drive, and what is said to be missing."""

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import programs

Have = Callable[..., Path]


@pytest.fixture
def have(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Have:
    """A machine that has these programs and no others."""

    def make(*names: str, says: str = "exit 0") -> Path:
        for name in names:
            program = tmp_path / name
            program.write_text(f"#!/bin/sh\n{says}\n")
            program.chmod(0o755)
        return tmp_path

    monkeypatch.setenv("PATH", str(tmp_path))
    return make


def test_the_browser_without_windows_is_taken_where_both_are(have: Have) -> None:
    folder = have("chromium", "chromium-headless-shell")
    assert programs.find_browser() == str(folder / "chromium-headless-shell")


def test_either_browser_is_enough(have: Have) -> None:
    assert programs.find_browser() is None
    assert list(programs.still_missing(["chromium-headless-shell"], "no")) == ["chromium-headless-shell"]
    folder = have("chromium")
    assert programs.find_browser() == str(folder / "chromium")
    assert programs.still_missing(["chromium-headless-shell"], "no") == {}


@pytest.mark.parametrize(("says", "asked"), [("exit 0", "chromium-headless-shell"), ("exit 100", "chromium")])
def test_the_large_browser_is_asked_for_where_the_small_one_is_not_known(have: Have, says: str, asked: str) -> None:
    have("apt-cache", says=says)
    assert (programs.package("chromium-headless-shell"), programs.package("redis-server")) == (asked, "redis-server")
