import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from media_pipeline import run
from media_pipeline.errors import PipelineError

ENDLESS = ["-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=10", "-f", "null", "-"]
SHORT = ["-nostdin", "-f", "lavfi", "-i", "testsrc2=s=64x64:r=30:d=2", "-f", "null", "-"]


def alive(mark: str) -> list[int]:
    """Return the processes whose command line carries a mark."""
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                line = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if mark.encode() in line:
                found.append(int(folder.name))
    return found


def gone(mark: str) -> bool:
    for _ in range(50):
        if not alive(mark):
            return True
        time.sleep(0.1)
    return False


def test_progress_runs_from_zero_to_one() -> None:
    seen: list[float] = []

    finished = run.run(SHORT, on_progress=seen.append, duration_s=2)

    assert finished.returncode == 0
    assert seen == sorted(seen)
    assert seen[-1] == 1.0
    assert finished.cpu_s > 0


def test_a_time_of_thousands_of_digits_is_passed_over() -> None:
    seen: list[float] = []
    meter = run._Meter(2, seen.append)

    meter.feed(b"out_time_us=1000000\nprogress=continue\nout_time_us=" + b"9" * 5000 + b"\nprogress=continue\n")

    assert seen == [0.5]


def test_a_wish_to_stop_ends_the_whole_group() -> None:
    mark = "title=stop-me"
    calls: list[bool] = []

    def should_stop() -> bool:
        calls.append(bool(alive(mark)))
        return len(calls) > 5

    with pytest.raises(PipelineError) as stopped:
        run.run([*ENDLESS[:-3], "-metadata", mark, *ENDLESS[-3:]], should_stop=should_stop)

    assert stopped.value.code == "cancelled"
    assert calls[-1]
    assert gone(mark)


def test_an_exception_of_the_listener_ends_the_process_and_goes_on() -> None:
    mark = "title=listener"

    def refuse(_fraction: float) -> None:
        raise LookupError("the job was taken away")

    with pytest.raises(LookupError, match="taken away"):
        run.run([*ENDLESS[:-3], "-metadata", mark, *ENDLESS[-3:]], on_progress=refuse)

    assert gone(mark)


def test_no_progress_for_too_long_is_a_stall() -> None:
    # A pipe that nobody writes to: ffmpeg waits for ever.
    with pytest.raises(PipelineError) as stalled:
        run.run(["-nostdin", "-re", "-f", "lavfi", "-i", "testsrc2=r=0.01", "-f", "null", "-"], stall_s=0.6)

    assert (stalled.value.code, stalled.value.permanent) == ("stalled", False)


def test_the_wall_clock_has_the_last_word() -> None:
    with pytest.raises(PipelineError) as late:
        run.run(ENDLESS, wall_s=0.8)

    assert late.value.code == "timeout"


def test_a_conversion_may_take_long_and_not_for_ever() -> None:
    assert [run.patience_for(seconds) for seconds in (0, 60, 3600, 4 * 3600)] == [600, 4200, 21_600, 21_600]


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("av_interleaved_write_frame(): No space left on device", "out_of_space"),
        ("Cannot allocate memory", "out_of_memory"),
        ("moov atom not found\nInvalid data found when processing input", "broken"),
        ("something new", "encoder_failed"),
    ],
)
def test_what_ffmpeg_says_becomes_a_code(said: str, code: str) -> None:
    error = run._explain(run.Finished(returncode=1, stdout=b"", stderr=said, wall_s=1, cpu_s=1))

    assert isinstance(error, PipelineError)
    assert error.code == code


@pytest.mark.parametrize(
    ("number", "cpu_s", "code"),
    [
        (signal.SIGXCPU, 0, "timeout"),
        # The kernel does not warn where both limits are the same.
        (signal.SIGKILL, 10, "timeout"),
        (signal.SIGKILL, 3, "out_of_memory"),
        (signal.SIGTERM, 0, "cancelled"),
        (signal.SIGSEGV, 0, None),
        (-1, 0, None),
    ],
)
def test_whoever_ends_a_program_is_told_by_how_it_died(number: int, cpu_s: float, code: str | None) -> None:
    ended = run.Finished(returncode=-number, stdout=b"", stderr="", wall_s=20, cpu_s=cpu_s)

    why = run.why_ended(ended, run.Limits(cpu_s=10))

    assert (why.code if why else None) == code


def test_a_full_disk_is_said_to_be_full() -> None:
    with pytest.raises(PipelineError) as full:
        run.run(["-nostdin", "-f", "lavfi", "-i", "testsrc2=s=640x360:d=2", "-f", "rawvideo", "-y", "/dev/full"])

    assert (full.value.code, full.value.permanent) == ("out_of_space", False)


def test_the_worker_s_secrets_stay_with_the_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")

    assert set(run._environment()) == {"PATH", "LC_ALL", "PYTHONPATH"}


def test_limits_hold_in_the_child() -> None:
    limits = run.Limits(cpu_s=7, open_files=33, file_bytes=1 << 20, nice=3)

    finished = run.run_python("tests.media_pipeline.tell_limits", wall_s=20, limits=limits)

    assert finished.stdout.decode().split() == ["7", "33", str(1 << 20), "0"]


def test_ffmpeg_does_not_outlive_a_worker_that_is_killed(tmp_path: Path) -> None:
    mark = f"title={tmp_path.name}-orphan"
    script = f"from media_pipeline import run; run.run({[*ENDLESS[:-3], '-metadata', mark, *ENDLESS[-3:]]!r})"
    with subprocess.Popen([sys.executable, "-c", script], cwd=Path(run.__file__).parent.parent) as worker:
        for _ in range(100):
            if len([pid for pid in alive(mark) if pid != worker.pid]) == 1:
                break
            time.sleep(0.1)
        worker.send_signal(signal.SIGKILL)

    assert gone(mark)


def test_only_the_tail_of_what_is_said_is_kept() -> None:
    finished = run.run(["-nostdin", "-loglevel", "trace", "-f", "lavfi", "-i", "testsrc2=d=2", "-f", "null", "-"])

    assert len(finished.stderr.encode()) <= run.STDERR_TAIL


def test_memory_is_counted_of_all_that_was_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program in ffmpeg's place is small itself; what it starts is not."""
    eats = "held = b'x' * (200 << 20); import time; time.sleep(60)"
    program = tmp_path / "ffmpeg"
    program.write_text(f'#!/bin/sh\n{sys.executable} -IS -c "{eats}" {tmp_path.name} &\nwait\n')
    program.chmod(0o755)
    monkeypatch.setattr(run, "ffmpeg_binary", lambda: str(program))

    with pytest.raises(PipelineError) as stopped:
        run.run([], memory_bytes=150 << 20)

    assert (stopped.value.code, stopped.value.permanent) == ("out_of_memory", False)
    assert gone(tmp_path.name)
