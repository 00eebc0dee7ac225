"""When ./demo keeps the data that is there, and when it builds it again."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core import management

from scripts import set_up_site

ALL_STEPS = ["migrate", "createcachetable", "collectstatic", "seed_demo"]
NOW = {"migrations": {"cms/jobs/migrations/0001_initial.py": "a"}, "static": "s", "packages": "p", "demo": "d"}


@pytest.fixture
def steps(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The commands that were called; the site would be built from NOW."""
    called: list[str] = []
    monkeypatch.setattr(management, "call_command", lambda name, **_options: called.append(name))
    monkeypatch.setattr(set_up_site, "wanted", lambda: NOW)
    return called


@pytest.fixture
def stamp(tmp_path: Path) -> Path:
    """The stamp of a demonstration that was set up, beside its database and something that is not ours."""
    (tmp_path / "weike.sqlite3").write_bytes(b"rows")
    (tmp_path / "letter.txt").write_text("kept")
    return tmp_path / "demo-stamp.json"


def set_up(stamp: Path, done: dict[str, Any]) -> None:
    stamp.write_text(json.dumps(done))
    set_up_site.bring_up_to_date(stamp)


def test_the_first_start_does_everything(steps: list[str], tmp_path: Path) -> None:
    set_up_site.bring_up_to_date(tmp_path / "demo-stamp.json")

    assert steps == ALL_STEPS
    assert json.loads((tmp_path / "demo-stamp.json").read_text()) == NOW


def test_a_second_start_does_nothing(steps: list[str], stamp: Path) -> None:
    set_up(stamp, NOW)

    assert steps == []
    assert (stamp.parent / "weike.sqlite3").exists()


@pytest.mark.parametrize(
    ("done", "reason"),
    [
        ({**NOW, "migrations": {"cms/jobs/migrations/0001_initial.py": "b"}}, "The shape of the data changed"),
        ({**NOW, "migrations": {}}, "The shape of the data changed"),
        ({**NOW, "demo": "e"}, "The demonstration's data changed"),
        ({"unfinished": True}, "The last set-up did not reach its end"),
    ],
    ids=["rewritten migration", "new migration", "other demonstration data", "interrupted set-up"],
)
def test_other_data_is_built_again_and_says_so(
    done: dict[str, Any], reason: str, steps: list[str], stamp: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(stamp, done)

    assert steps == ALL_STEPS
    assert not (stamp.parent / "weike.sqlite3").exists()
    assert (stamp.parent / "letter.txt").read_text() == "kept"
    assert capsys.readouterr().out.splitlines()[0] == f"{reason}: the demonstration's data is built again."
    assert json.loads(stamp.read_text()) == NOW


@pytest.mark.parametrize(
    ("part", "due"), [("static", ["collectstatic"]), ("packages", ["migrate", "createcachetable"])]
)
def test_other_files_or_packages_keep_the_data(part: str, due: list[str], steps: list[str], stamp: Path) -> None:
    set_up(stamp, {**NOW, part: "old"})

    assert steps == due
    assert (stamp.parent / "weike.sqlite3").exists()


def test_an_interrupted_set_up_is_remembered(
    steps: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(_name: str, _work: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(set_up_site, "timed", interrupt)

    with pytest.raises(KeyboardInterrupt):
        set_up_site.bring_up_to_date(tmp_path / "demo-stamp.json")

    assert steps == []
    assert json.loads((tmp_path / "demo-stamp.json").read_text()) == {"unfinished": True}
