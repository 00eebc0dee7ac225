"""An interrupted conversion goes on where it stopped, and nobody can tell from the result."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from media_pipeline import checkpoint, commands, engine, package, probe, run, samples, spec
from media_pipeline.errors import PipelineError
from media_pipeline.plan import plan
from tests.media_pipeline.conftest import Clip

SECONDS = 10
# In the third segment or the one after it: what was made by then is neither nothing nor everything.
ENOUGH = 0.75
PATTERN = f"testsrc2=size=640x360:rate=30:duration={SECONDS}"
# Two beats a second, with nothing new for six seconds in the middle, as a screen recording has it.
PAUSED = "select='not(mod(n,3))*not(between(t,3.5,9.5))'"
SOUND = ("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={SECONDS}")


@pytest.fixture(scope="module")
def interrupted_clips(clips: Path, raw_clip: Clip) -> dict[str, Path]:
    hevc = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-c:a", "aac")
    avc = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "150", "-c:a", "aac")
    lavfi = ("-f", "lavfi", "-i", PATTERN, *SOUND)
    return {
        "phone": samples.make_phone_clip(
            clips / "long.mov", title="红船精神", seconds=SECONDS, seed=1, short_side=378
        ),
        "copied": samples.make_sample(clips / "l.mp4", title="田埂", seconds=SECONDS, width=640, height=360, seed=2),
        "transport": raw_clip(*lavfi, *avc, "-bf", "2", "-muxpreload", "0", "long.ts"),
        "paused": raw_clip(*lavfi, "-vf", PAUSED, "-fps_mode", "vfr", *hevc, "paused.mkv"),
    }


def interrupt(clip: Path, target: Path) -> None:
    """Convert until a share of it is done, then stop as a worker that is told to end."""
    told = [0.0]
    with pytest.raises(PipelineError):
        engine.transcode(
            clip,
            target / "out",
            draft=target / "draft",
            on_progress=told.append,
            should_stop=lambda: told[-1] > ENOUGH,
        )


@pytest.fixture(scope="module")
def left(interrupted_clips: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an interrupted conversion of the phone's clip leaves."""
    folder = tmp_path_factory.mktemp("left")
    interrupt(interrupted_clips["phone"], folder)
    return folder / "draft"


@pytest.fixture
def draft(left: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(left, tmp_path / "draft"))


@pytest.fixture
def phone(interrupted_clips: dict[str, Path]) -> Path:
    return interrupted_clips["phone"]


def pictures(folder: Path, work: Path) -> Path:
    return package.join(folder, work / f"{folder.parent.name}.mp4")


def instants(file: Path) -> list[str]:
    """Return decoding time, showing time and length of every picture, as a decoder that forgives nothing reads them."""
    argv = [run.ffmpeg_binary(), "-v", "error", "-xerror", "-i", str(file), "-f", "framehash", "-"]
    lines = subprocess.run(argv, capture_output=True, check=True, text=True).stdout.splitlines()
    return [line.rpartition(",")[0] for line in lines if not line.startswith("#")]


def likeness(one: Path, other: Path) -> float:
    """Return the PSNR in dB of the two pictures that differ most."""
    argv = [run.ffmpeg_binary(), "-i", str(one), "-i", str(other), "-lavfi", "psnr", "-f", "null", "-"]
    told = subprocess.run(argv, capture_output=True, check=True, text=True).stderr
    lowest = told.rpartition("min:")[2].split(" ", 1)[0]
    return float(lowest)


@pytest.mark.parametrize("kind", ["phone", "copied", "transport", "paused"])
def test_an_interruption_leaves_no_trace_in_the_result(
    kind: str, interrupted_clips: dict[str, Path], left: Path, tmp_path: Path
) -> None:
    clip = interrupted_clips[kind]
    whole = engine.transcode(clip, tmp_path / "whole")
    if kind == "phone":
        shutil.copytree(left, tmp_path / "draft")
    else:
        interrupt(clip, tmp_path)

    done: list[float] = []
    again = engine.transcode(clip, tmp_path / "out", draft=tmp_path / "draft", on_progress=done.append)

    assert done == sorted(done)
    assert [rung.name for rung in again.rungs] == [rung.name for rung in whole.rungs]
    assert (again.loudness_lufs, again.source_lufs) == (whole.loudness_lufs, whole.source_lufs)
    for rung in again.rungs:
        first, second = tmp_path / "whole" / rung.name, tmp_path / "out" / rung.name
        assert (first / "index.m3u8").read_text() == (second / "index.m3u8").read_text()
        assert (first / "init.mp4").read_bytes() == (second / "init.mp4").read_bytes()
        one, other = pictures(first, tmp_path), pictures(second, tmp_path)
        assert instants(one) == instants(other)
        assert likeness(one, other) > 35
    for name in ("audio", "audio_low"):
        kept = [
            {path.name: path.read_bytes() for path in (tmp_path / side / name).iterdir()} for side in ("whole", "out")
        ]
        assert kept[0] == kept[1]
    for name in ("poster.jpg", "sprite.jpg", "sprite.vtt", "audio.m4a"):
        assert (tmp_path / "whole" / name).read_bytes() == (tmp_path / "out" / name).read_bytes()
    assert sorted(path.relative_to(tmp_path / "whole") for path in (tmp_path / "whole").rglob("*")) == sorted(
        path.relative_to(tmp_path / "out") for path in (tmp_path / "out").rglob("*")
    )


def places(draft: Path, made: spec.Plan) -> list[Path]:
    return [draft / name for name in (*(rung.name for rung in made.rungs), *engine.SOUNDS)]


def test_only_the_last_segments_are_made_again(phone: Path, draft: Path) -> None:
    source = probe.probe(phone)
    made = plan(source)
    listed = len(package.made(draft / made.rungs[-1].name).names)

    start = checkpoint.begin(draft, phone, source, made, places(draft, made))

    assert start.segment >= listed - 2 > 0
    assert start.frame / made.fps == (2 * start.segment if start.segment < 2 else 4 * (start.segment - 1))


def test_an_attempt_that_comes_to_nothing_takes_nothing_away(phone: Path, draft: Path) -> None:
    source = probe.probe(phone)
    made = plan(source)
    starts = [checkpoint.begin(draft, phone, source, made, places(draft, made)) for _attempt in range(4)]
    assert starts == [starts[0]] * 4


def test_another_plan_begins_from_the_beginning(phone: Path, draft: Path) -> None:
    source = probe.probe(phone)
    smaller = plan(source, max_height=240)

    assert checkpoint.begin(draft, phone, source, smaller, places(draft, smaller)) == spec.BEGINNING
    assert list(draft.rglob("seg*")) == []


def test_another_file_begins_from_the_beginning(phone: Path, draft: Path, tmp_path: Path) -> None:
    source = probe.probe(phone)
    made = plan(source)
    other = tmp_path / "other.mov"
    other.write_bytes(phone.read_bytes() + b"\0")
    assert checkpoint.begin(draft, other, source, made, places(draft, made)) == spec.BEGINNING


@pytest.mark.parametrize("damage", ["empty segment", "no init", "unreadable note"])
def test_what_a_power_cut_spoiled_is_made_again(damage: str, phone: Path, draft: Path) -> None:
    source = probe.probe(phone)
    made = plan(source)
    if damage == "empty segment":
        (draft / made.rungs[0].name / "seg00000.m4s").write_bytes(b"")
    elif damage == "no init":
        (draft / made.rungs[0].name / "init.mp4").unlink()
    else:
        (draft / checkpoint.NOTE).write_text("{")

    assert checkpoint.begin(draft, phone, source, made, places(draft, made)) == spec.BEGINNING


def test_two_halves_that_do_not_fit_are_not_put_together(phone: Path, draft: Path) -> None:
    rung = plan(probe.probe(phone)).rungs[-1].name
    (draft / rung / "init.mp4").write_bytes((draft / rung / "init.mp4").read_bytes() + b"\0")
    (draft / rung / commands.INIT_AGAIN).write_bytes((draft / rung / "init.mp4").read_bytes()[:-1])

    with pytest.raises(PipelineError) as refused:
        checkpoint.finish(draft, [rung])

    assert (refused.value.code, refused.value.permanent) == ("verify_failed", False)
    assert checkpoint.remembered(draft) == {}


@pytest.mark.parametrize("step", ["_package", "_clear_up"])
def test_an_interruption_after_the_last_segment_loses_none(
    step: str, phone: Path, draft: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_anything: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(engine._Transcoding, step, end)
        with pytest.raises(KeyboardInterrupt):
            engine.transcode(phone, tmp_path / "out", draft=draft)
    source = probe.probe(phone)
    made = plan(source)
    listed = len(package.made(draft / made.rungs[0].name).names)
    starts: list[int] = []
    ladder_argv = commands.ladder_argv

    def note(*arguments: object, start: spec.Start, **options: object) -> list[str]:
        starts.append(start.segment)
        return ladder_argv(*arguments, start=start, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(commands, "ladder_argv", note)
    assert engine.transcode(phone, tmp_path / "out", draft=draft).audio
    assert starts == [listed - 1]


def test_a_first_rung_grows_on_where_it_stopped(phone: Path, tmp_path: Path) -> None:
    source = probe.probe(phone)
    made = plan(source)
    rung = tmp_path / made.first_play.name
    told = [0.0]
    with pytest.raises(PipelineError):
        engine.first_play(
            phone,
            tmp_path,
            source,
            made,
            on_progress=told.append,
            on_playable=lambda: None,
            should_stop=lambda: told[-1] > ENOUGH,
        )
    oldest = (rung / "seg00000.m4s").stat().st_ino
    playable: list[int] = []

    engine.first_play(
        phone,
        tmp_path,
        source,
        made,
        on_progress=lambda _fraction: None,
        on_playable=lambda: playable.append(len(package.read_playlist(rung / "index.m3u8").names)),
    )

    assert len(playable) == 1
    assert playable[0] > 1
    assert package.read_playlist(tmp_path / "audio" / "index.m3u8").ended
    assert (rung / "seg00000.m4s").stat().st_ino == oldest
    assert package.read_playlist(rung / "index.m3u8").ended
    assert sorted(path.name for path in tmp_path.rglob("*") if path.name in {checkpoint.NOTE, "kept.m3u8"}) == []
    assert len(instants(pictures(rung, tmp_path))) == round(source.video.end_s * made.fps)


@pytest.mark.parametrize(("frame", "before"), [(0, 0), (1, 0), (15, 0), (16, 1), (45, 1), (46, 2)])
def test_stills_are_numbered_on(frame: int, before: int) -> None:
    assert commands.stills_before(frame, every=30, first=15) == before
