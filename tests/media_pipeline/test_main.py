import errno
import json
from pathlib import Path

import pytest

from media_pipeline.__main__ import main
from media_pipeline.errors import CODES, TEMPORARY, PipelineError, failure


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert isinstance(told, dict)
    return told


def test_probe_prints_what_a_file_is(plain_clip: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["probe", str(plain_clip)]) == 0

    told = last_line(capsys)
    assert list(told) == ["container", "duration_s", "video", "audio", "remux_eligible", "reasons"]


def test_probe_refuses_with_the_same_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty.mp4").touch()

    assert main(["probe", str(tmp_path / "empty.mp4")]) == 2

    assert last_line(capsys) == {
        "ok": False,
        "error": {"code": "empty_file", "message": "The file is empty.", "permanent": True},
    }


def test_transcode_prints_its_result(mute_clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["transcode", str(mute_clip), str(tmp_path / "out")]) == 0

    told = last_line(capsys)
    assert told == json.loads((tmp_path / "out/result.json").read_text())
    assert told["ok"] is True


def test_a_temporary_failure_has_its_own_exit_code(
    mute_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from media_pipeline import stills

    def full(*_arguments: object, **_options: object) -> None:
        raise failure("out_of_space")

    monkeypatch.setattr(stills, "make_sprite", full)

    assert main(["transcode", str(mute_clip), str(tmp_path / "out")]) == 3
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["result.json"]


def test_a_disk_that_fills_up_while_packing_is_a_temporary_failure(
    mute_clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from media_pipeline import package

    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(package, "join", full)

    assert main(["transcode", str(mute_clip), str(tmp_path / "out")]) == 3
    assert '"out_of_space"' in (tmp_path / "out/result.json").read_text()


def test_another_s_folder_is_refused_and_left_alone(
    mute_clip: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.txt").touch()

    assert main(["transcode", str(mute_clip), str(tmp_path)]) == 2

    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize(
    "arguments", [[], ["probe"], ["transcode", "a"], ["transcode", "a", "b", "--max-height", "4"]]
)
def test_a_wrong_call_is_a_usage_error(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(arguments)

    assert left.value.code == 2


def test_every_code_has_one_english_sentence() -> None:
    assert set(CODES) > TEMPORARY
    for code, sentence in CODES.items():
        assert code == code.lower()
        assert sentence.endswith(".")
        assert failure(code).permanent is (code not in TEMPORARY)


def test_an_error_survives_being_sent_to_another_process() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(failure("broken")))  # noqa: S301 - our own bytes

    assert isinstance(error, PipelineError)
    assert error.to_json() == failure("broken").to_json()
