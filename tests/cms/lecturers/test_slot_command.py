"""`manage.py slots`: a file or standard input, one JSON value on the last line, exit 2 for wrong input."""

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from tests.cms.lecturers.asking import asked, between, schedule, slots

MINUTE_TOO_MUCH = [schedule(thu=[["09:00", "24:01"]])]


def run(content: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, Any]:
    """Run the command on the content; return its exit status and what its last line says."""
    file = tmp_path / "question.json"
    file.write_bytes(content if isinstance(content, bytes) else json.dumps(content).encode())
    status = 0
    try:
        call_command("slots", str(file))
    except SystemExit as ended:
        status = int(str(ended.code))
    return status, json.loads(capsys.readouterr().out.splitlines()[-1])


def test_the_answer_is_the_slots(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(asked(), tmp_path, capsys) == (0, {"slots": slots()})


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(json.dumps(asked()).encode()))
    monkeypatch.setattr(sys, "stdin", stdin)

    call_command("slots", "-")

    assert json.loads(capsys.readouterr().out) == {"slots": slots()}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"zone": "Asia/Nowhere"}, "unknown_zone"),
        ({"zone": "../../etc/passwd"}, "unknown_zone"),
        ({"zone": "A" * 5000}, "unknown_zone"),
        ({"zone": 8}, "wrong_type"),
        ({"zone": None}, "missing"),
        ({"window": between("2026-12-03", "2026-12-02")}, "end_before_start"),
        ({"window": between("2026-12-03", "2056-12-02")}, "out_of_range"),
        ({"window": between("2026-13-03")}, "wrong_value"),
        ({"window": between("20261203")}, "wrong_value"),
        ({"window": between("9999-12-31")}, "out_of_range"),
        ({"window": {"from": "2026-12-03"}}, "missing"),
        ({"window": []}, "wrong_type"),
        ({"minutes": 0}, "out_of_range"),
        ({"minutes": -90}, "out_of_range"),
        ({"minutes": 90.5}, "whole_minutes"),
        ({"minutes": "90"}, "wrong_type"),
        ({"minutes": True}, "wrong_type"),
        ({"minutes": 10**30}, "out_of_range"),
        ({"step": 0}, "out_of_range"),
        ({"buffer_before": -1}, "out_of_range"),
        ({"notice_minutes": []}, "wrong_type"),
        ({"now": "2026-12-03T09:00:00"}, "wrong_value"),
        ({"now": 1764550800}, "wrong_type"),
        ({"schedules": {}}, "wrong_type"),
        ({"schedules": [schedule("2026-12-03", "2026-12-02")]}, "end_before_start"),
        ({"schedules": [schedule(thu=[["12:00", "09:00"]])]}, "end_before_start"),
        ({"schedules": [schedule(thu=[["09:00", "09:00"]])]}, "end_before_start"),
        ({"schedules": [schedule(thu=[["24:00", "24:00"]])]}, "end_before_start"),
        ({"schedules": [schedule(thu=[["09:00:30", "12:00"]])]}, "whole_minutes"),
        ({"schedules": [schedule(thu=[["9", "12:00"]])]}, "wrong_value"),
        ({"schedules": MINUTE_TOO_MUCH}, "wrong_value"),
        ({"schedules": [schedule(thu=["09:00", "12:00"])]}, "wrong_type"),
        ({"schedules": [schedule(thu=[["09:00", "12:00", "13:00"]])]}, "wrong_type"),
        ({"schedules": [schedule(thursday=[["09:00", "12:00"]])]}, "wrong_value"),
        ({"overrides": [{"date": "2026-12-03"}]}, "missing"),
        ({"overrides": [{"date": "2026-12-03", "windows": []}] * 2}, "twice"),
        ({"busy": [{"start": "2026-12-03T03:00:00Z", "end": "2026-12-03T02:00:00Z"}]}, "end_before_start"),
        ({"busy": [{"start": "2026-12-03T01:00:30Z", "end": "2026-12-03T02:00:00Z"}]}, "whole_minutes"),
        ({"busy": [{"start": "0001-01-01T00:00:00+14:00", "end": "2026-12-03T02:00:00Z"}]}, "wrong_value"),
        ({"caps": {"day": -1}}, "out_of_range"),
        ({"caps": {"booked": ["2026-12-03"]}}, "wrong_value"),
        ({"caps": 3}, "wrong_type"),
    ],
)
def test_wrong_input_is_refused_with_a_code_and_a_sentence(
    changes: dict[str, Any], code: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, said = run(asked(**changes), tmp_path, capsys)

    assert (status, said["error"]["code"]) == (2, code)
    assert said["error"]["message"].endswith(".")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'{"zone": NaN', b"[1" + b"0" * 5000 + b"]"], ids=range(6)
)
def test_what_is_no_json_is_refused(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, said = run(content, tmp_path, capsys)

    assert (status, said["error"]["code"]) == (2, "not_json")


@pytest.mark.parametrize("content", [b"[]", b"1", b"null", b'"text"'])
def test_json_that_is_no_question_is_refused(
    content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(content, tmp_path, capsys) == (
        2,
        {"error": {"code": "wrong_type", "message": "the input: an object is needed."}},
    )


@pytest.mark.parametrize("name", ["no such file.json", "\0", "/"])
def test_a_file_that_cannot_be_read_is_refused(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        call_command("slots", name)

    assert ended.value.code == 2
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "unreadable"


def test_times_with_whole_seconds_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    question = asked(schedules=[schedule(thu=[["09:00:00", "12:00:00"]])])
    assert run(question, tmp_path, capsys) == (0, {"slots": slots()})
