import contextlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from media_pipeline import probe, run, samples, spec
from media_pipeline.errors import PipelineError
from tests.media_pipeline.conftest import Clip

ONE = 65_536
HANGS = "tests.media_pipeline.hang"


def facts(**video: Any) -> dict[str, Any]:
    """What the child tells of a plain clip of two seconds."""
    seen = {
        "index": 0,
        "codec": "h264",
        "decodes": True,
        "packets": 60,
        "bytes": 500_000,
        "sar": "1",
        "open_gop": False,
        "hidden": 0,
        "gop_max_s": 1.0,
        "start_s": 0.0,
        "end_s": 2.0,
        "ahead_s": 1 / 30,
        "back_s": 0.0,
        "deltas": {"count": 59, "median_s": 1 / 30, "mean_s": 1 / 30, "max_s": 1 / 30, "odd": 0},
        "peak_bytes": 300_000,
        "width": 1280,
        "height": 720,
        "pix_fmt": "yuv420p",
        "bit_depth": 8,
        "transfer": 1,
        "primaries": 1,
        "matrix": 1,
        "full_range": False,
        "interlaced": False,
        "display_matrix": None,
        "chosen": "only",
    }
    return {"cut_short": False, "declared_s": 2.0, "video": seen | video, "audio": None}


def heard(**audio: Any) -> dict[str, Any]:
    """What the child tells of the sound beside it."""
    told = {
        "index": 1,
        "codec": "aac",
        "channels": 2,
        "sample_rate": 44_100,
        "layout": "stereo",
        "language": "und",
        "chosen": "only",
        "start_s": 0.0,
        "end_s": 2.0,
        "ahead_s": 0.02,
        "back_s": 0.0,
    }
    return {"audio": told | audio}


@pytest.mark.parametrize(
    ("container", "seen", "sound"),
    [
        ("mp4", {}, {"ahead_s": 121}),
        ("mp4", {}, {"start_s": 121, "end_s": 122}),
        ("mp4", {"back_s": 11}, {}),
        ("matroska", {}, {"back_s": 11}),
        ("mpegts", {"back_s": 0.2}, {}),
    ],
)
def test_a_clock_that_jumps_is_refused_and_a_break_is_not(
    container: str, seen: dict[str, Any], sound: dict[str, Any]
) -> None:
    with pytest.raises(PipelineError) as refused:
        probe.interpret(facts(**seen) | heard(**sound), container)

    assert refused.value.code == "gap"
    short = {name: value * 0.4 for name, value in seen.items()}, {name: value * 0.4 for name, value in sound.items()}
    assert probe.interpret(facts(**short[0]) | heard(**short[1]), container).audio is not None


def test_a_screen_that_stands_still_is_no_jump() -> None:
    """A recorder of screens writes a picture when something changes; the sound goes on."""
    assert probe.interpret(facts(ahead_s=600) | heard(), "mp4").audio is not None


def test_a_plain_clip_is_described_as_the_contract_says(plain_source: spec.Source) -> None:
    assert plain_source.to_json() == {
        "container": "mp4",
        "duration_s": 2.5,
        "video": {
            "codec": "h264",
            "width": 854,
            "height": 480,
            "display_width": 854,
            "display_height": 480,
            "rotation": 0,
            "mirrored": False,
            "fps": 30.0,
            "fps_mode": "cfr",
            "pix_fmt": "yuv420p",
            "bit_depth": 8,
            "transfer": "bt709",
            "hdr": None,
            "sar": "1:1",
            "gop_max_s": 2.0,
            "interlaced": False,
            "full_range": False,
            "dolby_vision": None,
            "start_s": 0.0,
            "chosen": "only",
        },
        "audio": {
            "codec": "aac",
            "channels": 2,
            "sample_rate": 48_000,
            "layout": "stereo",
            "language": None,
            "chosen": "only",
        },
        "remux_eligible": True,
        "reasons": [],
    }


def test_a_phone_clip_is_seen_as_what_it_is(phone_source: spec.Source) -> None:
    told = phone_source.to_json()

    assert told["container"] == "mov"
    assert told["video"] | {"fps": 0, "gop_max_s": 0} == {
        "codec": "hevc",
        "width": 864,
        "height": 486,
        "display_width": 486,
        "display_height": 864,
        "rotation": 90,
        "mirrored": False,
        "fps": 0,
        "fps_mode": "vfr",
        "pix_fmt": "yuv420p10le",
        "bit_depth": 10,
        "transfer": "arib-std-b67",
        "hdr": "hlg",
        "sar": "1:1",
        "gop_max_s": 0,
        "interlaced": False,
        "full_range": False,
        "dolby_vision": None,
        "start_s": 0.0,
        "chosen": "only",
    }
    assert told["reasons"][:5] == ["codec", "pix_fmt", "colour", "rotation", "variable_frame_rate"]


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_rotation_and_mirror_are_read_from_the_display_matrix(
    rotation: int,
    mirrored: bool,  # noqa: FBT001 - a parameter of the test
    clips: Path,
) -> None:
    clip = samples.make_sample(
        clips / f"turned{rotation}{mirrored}.mp4",
        title="向",
        seconds=0.4,
        width=96,
        height=64,
        rotation=rotation,
        mirrored=mirrored,
        audio=False,
    )

    video = probe.probe(clip).video

    assert (video.rotation, video.mirrored) == (rotation, mirrored)
    assert (video.display_width, video.display_height) == (96, 64)


@pytest.mark.parametrize(
    ("matrix", "turn"),
    [
        (None, (0, False)),
        ([ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30], (0, False)),
        ([0, ONE, 0, -ONE, 0, 0, 0, 0, 1 << 30], (90, False)),
        ([-ONE, 0, 0, 0, -ONE, 0, 0, 0, 1 << 30], (180, False)),
        ([0, -ONE, 0, ONE, 0, 0, 0, 0, 1 << 30], (270, False)),
        ([-ONE, 0, 0, 0, ONE, 0, 0, 0, 1 << 30], (0, True)),
        ([ONE, 0, 0, 0, -ONE, 0, 0, 0, 1 << 30], (180, True)),
    ],
)
def test_a_display_matrix_is_read_as_degrees_clockwise(matrix: list[int] | None, turn: tuple[int, bool]) -> None:
    assert probe.turn_of(matrix) == turn


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"codec": "hevc"}, "codec"),
        ({"pix_fmt": "yuv420p10le"}, "pix_fmt"),
        ({"full_range": True}, "pix_fmt"),
        ({"transfer": 18}, "colour"),
        ({"display_matrix": [0, ONE, 0, -ONE, 0, 0, 0, 0, 1 << 30]}, "rotation"),
        ({"display_matrix": [ONE, ONE, 0, -ONE, ONE, 0, 0, 0, 1 << 30]}, "rotation"),
        ({"sar": "4/3"}, "sar"),
        ({"width": 1279}, "odd_size"),
        ({"width": 2560, "height": 1440}, "too_large"),
        ({"interlaced": True}, "interlaced"),
        ({"deltas": {"count": 59, "median_s": 0.033, "mean_s": 0.034, "max_s": 0.5, "odd": 1}}, "variable_frame_rate"),
        ({"deltas": {"count": 59, "median_s": 0.01, "mean_s": 0.01, "max_s": 0.01, "odd": 0}}, "frame_rate"),
        ({"gop_max_s": 9.0}, "keyframe_distance"),
        ({"open_gop": True}, "open_gop"),
        ({"hidden": 3}, "edit_list"),
        ({"bytes": 3_000_000}, "bitrate"),
        ({"peak_bytes": 2_500_000}, "bitrate"),
    ],
)
def test_each_obstacle_to_copying_is_named(change: dict[str, Any], reason: str) -> None:
    assert probe.interpret(facts(), "mp4").reasons == ()
    assert probe.interpret(facts(**change), "mp4").reasons == (reason,)


def test_sound_that_is_no_aac_and_old_containers_are_encoded() -> None:
    assert probe.interpret(facts() | heard(codec="mp3float"), "mp4").reasons == ("audio_codec",)
    assert probe.interpret(facts(), "avi").reasons == ("container",)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"video": {"packets": 1}}, "no_picture"),
        ({"video": {"decodes": False}}, "broken"),
        ({"video": {"codec": "cinepak"}}, "unsupported_codec"),
        ({"video": {"width": 8000, "height": 6000}}, "too_many_pixels"),
        ({"video": {"width": 8}}, "too_small"),
        ({"video": {"sar": "100"}}, "too_many_pixels"),
        ({"video": {"sar": "8"}}, "too_many_pixels"),
        ({"video": {"sar": "1/100"}}, "too_small"),
        ({"video": {"end_s": 20_000.0}}, "too_long"),
        ({"video": {"end_s": 0.05}, "declared_s": 0.05}, "too_short"),
        ({"cut_short": True}, "truncated"),
        ({"declared_s": 30.0}, "truncated"),
        ({"dolby_vision": 5, "base_layer": False}, "dolby_vision_5"),
        ({"error": "unreadable"}, "unreadable"),
    ],
)
def test_what_can_never_become_a_lesson_is_refused_for_good(change: dict[str, Any], code: str) -> None:
    plain = facts(**change.pop("video", {}))

    with pytest.raises(PipelineError) as refused:
        probe.interpret(plain | change, "mp4")

    assert (refused.value.code, refused.value.permanent) == (code, True)


def test_dolby_vision_with_a_base_layer_is_taken() -> None:
    told = facts(transfer=18, codec="hevc") | {"dolby_vision": 8, "base_layer": True}

    video = probe.interpret(told, "mov").video

    assert (video.hdr, video.dolby_vision) == ("hlg", 8)


def test_matroska_counts_in_milliseconds_and_is_still_constant(plain_clip: Path, raw_clip: Clip) -> None:
    source = probe.probe(raw_clip("-i", str(plain_clip), "-c", "copy", "plain.mkv"))

    assert (source.container, source.video.fps_mode, source.remux_eligible) == ("matroska", "cfr", True)


def test_a_trimmed_recording_is_encoded_and_not_copied(plain_clip: Path, raw_clip: Clip) -> None:
    source = probe.probe(raw_clip("-ss", "0.6", "-i", str(plain_clip), "-c", "copy", "trimmed.mp4"))

    assert source.reasons == ("edit_list",)
    assert 1.8 <= source.video.end_s <= 2.0


def test_cover_art_is_no_moving_picture(raw_clip: Clip) -> None:
    still = raw_clip("-f", "lavfi", "-i", "testsrc2=s=64x64:d=1", "-frames:v", "1", "still.png")
    clip = raw_clip(
        "-f", "lavfi", "-i", "sine=d=1", "-i", str(still), "-map", "0", "-map", "1", "-c:v", "png",
        "-disposition:v", "attached_pic", "cover.mp4",
    )  # fmt: skip

    with pytest.raises(PipelineError, match="no moving picture"):
        probe.probe(clip)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(PipelineError) as refused:
        probe.probe(tmp_path / "nothing.mp4")

    assert refused.value.code == "missing_file"


def test_the_child_can_be_asked_directly(plain_clip: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "media_pipeline.probe_child", str(plain_clip), "mov"], capture_output=True, check=True
    )

    assert json.loads(asked.stdout)["video"]["packets"] == 75


def two_languages(raw_clip: Clip, plain_clip: Path) -> Path:
    return raw_clip(
        "-i", str(plain_clip), "-f", "lavfi", "-i", "anoisesrc=d=2.5,aformat=channel_layouts=5.1", "-map", "0:v",
        "-map", "1:a", "-map", "0:a", "-c", "copy", "-c:a:0", "aac", "-metadata:s:a:0", "language=eng",
        "-metadata:s:a:1", "language=zho", "-disposition:a:0", "0", "-disposition:a:1", "default", "two.mkv",
    )  # fmt: skip


def test_of_two_languages_the_usual_one_is_heard(plain_clip: Path, raw_clip: Clip) -> None:
    audio = probe.probe(two_languages(raw_clip, plain_clip)).audio

    assert audio is not None
    assert (audio.index, audio.layout, audio.language, audio.chosen) == (2, "stereo", "zho", "default")


def test_without_a_mark_the_first_is_heard_with_its_layout(plain_clip: Path, raw_clip: Clip) -> None:
    clip = raw_clip(
        "-i",
        str(two_languages(raw_clip, plain_clip)),
        "-map",
        "0",
        "-c",
        "copy",
        "-disposition:a",
        "0",
        "unmarked.mkv",
    )
    audio = probe.probe(clip).audio

    assert audio is not None
    assert (audio.channels, audio.layout, audio.language, audio.chosen) == (6, "5.1", "eng", "first")


def test_a_track_that_nobody_can_decode_is_passed_over(plain_clip: Path, raw_clip: Clip, tmp_path: Path) -> None:
    clip = raw_clip("-i", str(plain_clip), "-map", "0:v", "-map", "0:a", "-map", "0:a", "-c", "copy", "twice.mp4")
    strange = tmp_path / "spatial.mp4"
    strange.write_bytes(clip.read_bytes().replace(b"mp4a", b"xyzw", 1).replace(b"esds", b"free", 1))

    audio = probe.probe(strange).audio

    assert audio is not None
    assert (audio.index, audio.chosen) == (2, "decodable")


def test_an_examination_that_hangs_and_hears_nothing_ends_two_seconds_after_it_is_stopped(
    plain_clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped_at: list[float] = []

    def stop() -> bool:
        if not stopped_at and any(is_deaf(process) for process in hanging(plain_clip)):
            stopped_at.append(time.monotonic())
        return bool(stopped_at)

    really = run.run_python
    monkeypatch.setattr(run, "run_python", lambda _module, *rest, **limits: really(HANGS, *rest, **limits))

    with pytest.raises(PipelineError) as stopped:
        probe.probe(plain_clip, should_stop=stop)

    assert (stopped.value.code, stopped.value.permanent) == ("cancelled", False)
    assert time.monotonic() - stopped_at[0] < 2
    assert hanging(plain_clip) == []


def hanging(clip: Path) -> list[Path]:
    """The processes that hang over a clip."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            command = (process / "cmdline").read_bytes().split(b"\0")
            if HANGS.encode() in command and str(clip).encode() in command:
                found.append(process)
    return found


def is_deaf(process: Path) -> bool:
    """Whether a process no longer hears that it should end."""
    told = dict(line.split(":\t", 1) for line in (process / "status").read_text().splitlines())
    return bool(int(told["SigIgn"], 16) >> signal.SIGTERM - 1 & 1)
