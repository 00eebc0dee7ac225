"""The count at the end of ./check is true whatever breaks on the way."""

import sys
from pathlib import Path

import pytest

from scripts import check
from scripts.check import Tally, beside, scenarios


def breaks(_tally: Tally) -> None:
    raise OSError(28, "No space left on device")


def ends(_tally: Tally) -> None:
    sys.exit("npm is missing")


def passes(tally: Tally) -> None:
    tally.step("another part", ok=True)


def test_a_part_that_breaks_beside_the_others_is_a_failure_and_the_next_one_runs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tally = Tally()
    with beside(tally, breaks, ends, passes):
        tally.step("in front", ok=True)
    assert (tally.passed, tally.failed, tally.failures) == (2, 2, ["breaks broke", "ends broke"])
    assert "No space left on device" in capsys.readouterr().out


def test_what_was_counted_beside_is_kept_when_the_part_in_front_breaks() -> None:
    tally = Tally()
    with pytest.raises(OSError, match="No space"), beside(tally, passes):
        breaks(tally)
    assert (tally.passed, tally.failed) == (1, 0)


def test_a_part_whose_marks_select_nothing_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def selects_nothing(_argv: object, _environment: object, log: Path) -> int:
        log.write_text("no tests ran in 0.01s")
        (tmp_path / "nobody.xml").write_text("<testsuites><testsuite tests='0'/></testsuites>")
        return 5

    monkeypatch.setattr(check, "WORK", tmp_path)
    monkeypatch.setattr(check, "run", selects_nothing)
    tally = Tally()
    check.pytest_run(tally, "nobody", "no_such_mark", cover=False)
    assert (tally.failed, tally.failures) == (1, ["tests: nobody (pytest status 5)"])


def test_a_proof_takes_the_parts_of_an_area_along_and_no_other_area(tmp_path: Path) -> None:
    for name in ("test_media_probe.py", "test_media.py", "test_mediation.py", "test_search.py", "media_tools.py"):
        (tmp_path / name).touch()

    assert [file.name for file in scenarios("media", tmp_path)] == ["test_media.py", "test_media_probe.py"]
    assert scenarios("booking", tmp_path) == []


def test_a_lane_reads_the_files_that_name_its_mark_and_all_when_another_module_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "ROOT", tmp_path)
    files = {
        "cms/test_a.py": "@pytest.mark.ffmpeg",
        "cms/test_b.py": "mark.ffmpegs",
        "services/test_c.py": "pytest.mark.ffmpeg",
    }
    for name, text in files.items():
        (tmp_path / "tests" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "tests" / name).write_text(text)

    assert check.holding("ffmpeg", "processes") == ["tests/cms/test_a.py"]
    (tmp_path / "tests/contract.py").write_text("@pytest.mark.processes")
    assert check.holding("ffmpeg", "processes") == ["tests"]
