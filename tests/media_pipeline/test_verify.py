"""What was made is held against the plan before anybody is shown it."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import av
import pytest
from PIL import Image

from media_pipeline import engine, package, probe, run, spec, verify, verify_child
from media_pipeline.errors import PipelineError
from media_pipeline.plan import plan
from tests.media_pipeline.conftest import Clip, Made

Damage = Callable[[Path], object]


@pytest.fixture
def copy(phone_made: Made, tmp_path: Path) -> Path:
    return Path(shutil.copytree(phone_made[0], tmp_path / "copy"))


@pytest.fixture
def source(phone_source: spec.Source) -> spec.Source:
    return phone_source


def look(folder: Path, source: spec.Source, *, wholly: bool = False) -> None:
    made = plan(source)
    verify.verify(folder, source, made, made.rungs, wholly=wholly)


def rewrite(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after))


def spoil(path: Path, *, share: float) -> None:
    """Write noise over the end of a segment."""
    data = bytearray(path.read_bytes())
    start = int(len(data) * (1 - share))
    data[start:] = bytes((place * 73 + 41) % 256 for place in range(len(data) - start))
    path.write_bytes(data)


def tell_longer(playlist: Path, *, by: float) -> None:
    """Have a list say that its last segment lasts longer."""
    before, mark, last = playlist.read_text().rpartition("#EXTINF:")
    seconds, comma, rest = last.partition(",")
    playlist.write_text(f"{before}{mark}{float(seconds) + by:.6f}{comma}{rest}")


def swap(one: Path, other: Path) -> None:
    first, second = one.read_bytes(), other.read_bytes()
    one.write_bytes(second)
    other.write_bytes(first)


def swap_all(one: Path, other: Path) -> None:
    for name in ("init.mp4", "seg00000.m4s", "seg00001.m4s"):
        swap(one / name, other / name)


def test_what_was_made_as_planned_is_shown(copy: Path, source: spec.Source) -> None:
    look(copy, source)
    look(copy, source, wholly=True)


DAMAGES: dict[str, tuple[Damage, str]] = {
    "no master": (lambda made: (made / "master.m3u8").unlink(), "lists no picture"),
    "a size is not listed": (
        lambda made: rewrite(made / "master.m3u8", "360p/index.m3u8", "480p/index.m3u8"),
        "The master playlist lists",
    ),
    "a segment is gone": (lambda made: (made / "480p/seg00001.m4s").unlink(), "480p/seg00001.m4s is missing"),
    "a segment is empty": (lambda made: (made / "480p/seg00001.m4s").write_bytes(b""), "480p/seg00001.m4s is missing"),
    "no beginning": (lambda made: (made / "480p/init.mp4").unlink(), "480p/init.mp4 is missing"),
    "no list of the sound": (lambda made: (made / "audio/index.m3u8").unlink(), "playlist of audio is not finished"),
    "a list without an end": (
        lambda made: rewrite(made / "360p/index.m3u8", package.END, ""),
        "playlist of 360p is not finished",
    ),
    "a list that tells other lengths": (
        lambda made: rewrite(made / "360p/index.m3u8", "#EXTINF:2.000000", "#EXTINF:1.800000"),
        "360p",
    ),
    "a list that ends too late": (
        lambda made: tell_longer(made / "360p/index.m3u8", by=0.1),
        r"360p says \d\.\d+ s and has \d+ pictures",
    ),
    "a segment of another size": (
        lambda made: swap(made / "480p/seg00001.m4s", made / "240p/seg00001.m4s"),
        "cannot be played",
    ),
    "another size under a name": (
        lambda made: swap_all(made / "480p", made / "360p"),
        "480p is 360x640",
    ),
    "noise in the smallest size": (lambda made: spoil(made / "240p/seg00001.m4s", share=0.5), "240p"),
    "noise in the film for old players": (lambda made: spoil(made / "fallback.mp4", share=0.4), "fallback.mp4"),
    "noise in the sound": (lambda made: spoil(made / "audio/seg00000.m4s", share=0.9), "audio"),
    "the low sound in two channels": (
        lambda made: shutil.copytree(made / "audio", made / "audio_low", dirs_exist_ok=True),
        "audio_low is not AAC with 1 channels",
    ),
    "no poster": (lambda made: (made / "poster.jpg").unlink(), "poster.jpg is missing"),
    "a poster that is none": (lambda made: (made / "poster-640.webp").write_bytes(b"RIFF"), "cannot be seen"),
    "a squashed poster": (
        lambda made: Image.new("RGB", (640, 360)).save(made / "poster.jpg"),
        "poster.jpg has another shape than the film",
    ),
    "a short preview": (
        lambda made: (made / "sprite.vtt").write_text(
            "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nsprite.jpg#xywh=0,0,9,9\n"
        ),
        "sprite.vtt ends at 1.00 s",
    ),
    "another film for old players": (
        lambda made: (made / "fallback.mp4").write_bytes(
            package.join(made / "audio", made / "sound.mp4").read_bytes()
        ),
        "fallback.mp4 has other pictures",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_is_not_as_planned_is_found(name: str, copy: Path, source: spec.Source) -> None:
    damage, complaint = DAMAGES[name]
    damage(copy)

    with pytest.raises(PipelineError, match=complaint) as found:
        look(copy, source)

    assert (found.value.code, found.value.permanent) == ("verify_failed", False)


def test_noise_in_a_large_size_is_found_when_all_is_looked_at(copy: Path, source: spec.Source) -> None:
    spoil(copy / "480p/seg00001.m4s", share=0.3)
    with pytest.raises(PipelineError, match="480p"):
        look(copy, source, wholly=True)


def test_a_result_of_another_film_is_found(copy: Path, source: spec.Source) -> None:
    longer = replace(source, duration_s=9.0, video=replace(source.video, end_s=9.0))
    made = plan(source)
    with pytest.raises(PipelineError, match=r"lasts 2\.\d+ s instead of 9\.00 s"):
        verify.verify(copy, longer, made, made.rungs, complete=False)


def test_a_size_that_was_planned_and_left_out_is_missed(copy: Path, source: spec.Source) -> None:
    made = plan(source)
    with pytest.raises(PipelineError, match="The master playlist lists"):
        verify.verify(copy, source, made, made.rungs[:-1])


def test_a_look_can_be_stopped(copy: Path, source: spec.Source) -> None:
    made = plan(source)
    with pytest.raises(PipelineError) as stopped:
        verify.verify(copy, source, made, made.rungs, should_stop=lambda: True)
    assert stopped.value.code == "cancelled"


def test_a_player_that_dies_is_no_proof(copy: Path, source: spec.Source, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "Limits", partial(run.Limits, open_files=3))
    with pytest.raises(PipelineError, match="could not be played"):
        look(copy, source)


def test_a_player_that_was_killed_has_seen_nothing_wrong(
    copy: Path, source: spec.Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[run.Limits] = []

    def killed(*_command: str, limits: run.Limits, **_more: object) -> run.Finished:
        asked.append(limits)
        return run.Finished(returncode=-signal.SIGKILL, stdout=b"", stderr="", wall_s=1, cpu_s=1)

    monkeypatch.setattr(run, "run_python", killed)
    made = plan(source)

    with pytest.raises(PipelineError) as ended:
        verify.verify(copy, source, made, made.rungs, nice=run.WHENEVER)

    assert ended.value.code == "out_of_memory"
    assert [(limits.cpu_s >= run.patience_for(source.duration_s), limits.nice) for limits in asked] == [
        (True, run.WHENEVER)
    ]


def test_segments_are_read_as_one_file(tmp_path: Path, phone_made: Made) -> None:
    folder = phone_made[0] / "240p"
    whole = package.join(folder, tmp_path / "whole.mp4").read_bytes()
    joined = verify_child.Joined(folder)
    joined.seek(-7, 2)
    assert joined.read() == whole[-7:]
    joined.seek(0)
    pieces = []
    while piece := joined.read(1000):
        pieces.append(piece)
    assert b"".join(pieces) == whole
    assert joined.read(10) == b""
    joined.close_part()


@pytest.fixture
def late(raw_clip: Clip, plain_clip: Path) -> Path:
    """A clip that can be copied and whose picture begins 40 ms after the sound."""
    return raw_clip(
        *("-i", str(plain_clip), "-itsoffset", "0.04", "-i", str(plain_clip)),
        *("-map", "1:v", "-map", "0:a", "-c", "copy", "late40.mp4"),
    )


def test_a_copied_picture_may_begin_a_moment_after_the_sound(late: Path, tmp_path: Path) -> None:
    assert engine.transcode(late, tmp_path / "out").lane == "remux"


def test_a_damaged_picture_in_a_copied_film_was_sent_so(plain_clip: Path, tmp_path: Path) -> None:
    clip = tmp_path / "damaged.mp4"
    data = bytearray(plain_clip.read_bytes())
    with av.open(str(plain_clip)) as container:
        packets = [packet for packet in container.demux(video=0) if packet.size]
        hurt = packets[len(packets) // 2 + 3]
        place = int(hurt.pos or 0) + 40
    data[place : place + 30] = bytes(30)
    clip.write_bytes(data)
    source = probe.probe(clip)
    assert source.remux_eligible

    engine.first_play(
        clip, tmp_path / "first", source, plan(source), on_progress=lambda _done: None, on_playable=lambda: None
    )
    assert engine.transcode(clip, tmp_path / "out").lane == "remux"
