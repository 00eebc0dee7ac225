import json
import time
from pathlib import Path

import av
import pytest

from media_pipeline import checkpoint, engine, package, probe, spec, stills, verify
from media_pipeline.errors import PipelineError
from media_pipeline.plan import plan
from tests.media_pipeline.conftest import Clip, Made

SINGLE = {"fallback.mp4", "master.m3u8", "result.json", "saver.m3u8", *stills.STILLS}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def key_times(folder: Path, work: Path) -> list[float]:
    """Return when the segments' first pictures are shown."""
    joined = package.join(folder, work / f"{folder.name}.mp4")
    with av.open(str(joined)) as container:
        stream = container.streams.video[0]
        return [
            round(float((packet.pts or 0) * (stream.time_base or 0)), 3)
            for packet in container.demux(stream)
            if packet.is_keyframe and packet.size
        ]


def test_a_copied_clip_gets_everything_the_contract_names(plain_made: Made) -> None:
    target, result = plain_made

    assert names(target) == SINGLE | {"480p", "360p", "240p", "audio", "audio_low", "audio.m4a"}
    assert result.lane == "remux"
    assert [(rung.name, rung.width, rung.height, rung.playlist) for rung in result.rungs] == [
        ("480p", 854, 480, "480p/index.m3u8"),
        ("360p", 640, 360, "360p/index.m3u8"),
        ("240p", 428, 240, "240p/index.m3u8"),
    ]
    assert json.loads((target / "result.json").read_text()) == json.loads(json.dumps(result.to_json()))
    assert result.to_json().keys() == {
        "ok", "duration_s", "lane", "rungs", "audio", "loudness_lufs", "source_lufs", "first_play_s", "total_s", "cpu_s",
    }  # fmt: skip
    assert result.first_play_s <= result.total_s


def test_a_phone_clip_gets_everything_the_contract_names(phone_made: Made) -> None:
    target, result = phone_made

    assert names(target) == SINGLE | {"480p", "360p", "240p", "audio", "audio_low", "audio.m4a"}
    assert result.lane == "encode"
    assert names(target / "480p") == {"index.m3u8", "init.mp4", "seg00000.m4s", "seg00001.m4s"}


@pytest.mark.parametrize("made", ["plain_made", "phone_made"])
def test_all_rungs_switch_at_the_same_instants(made: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    target, result = request.getfixturevalue(made)

    cuts = [key_times(target / rung.name, tmp_path) for rung in result.rungs]
    lengths = [package.read_playlist(target / rung.playlist).durations for rung in result.rungs]

    assert cuts == [[0.0, 2.0]] * 3
    assert lengths[1:] == [pytest.approx(lengths[0], abs=0.001)] * 2


def test_a_weak_line_gets_small_pictures_and_the_sound_in_one_channel(plain_made: Made) -> None:
    target, _ = plain_made

    saver = (target / "saver.m3u8").read_text()

    assert [line for line in saver.splitlines() if line.endswith("/index.m3u8")] == [
        "360p/index.m3u8",
        "240p/index.m3u8",
    ]
    assert 'CHANNELS="1",URI="audio_low/index.m3u8"' in saver
    with av.open(str(package.join(target / "audio_low", target.parent / "low.mp4"))) as heard:
        assert heard.streams.audio[0].layout.name == "mono"
    sizes = {name: sum(path.stat().st_size for path in (target / name).glob("seg*")) for name in engine.SOUNDS}
    assert sizes["audio_low"] < sizes["audio"] / 2


def test_a_folder_with_a_percent_sign_is_filled_like_any_other(mute_clip: Path, tmp_path: Path) -> None:
    target = tmp_path / "100% a%05d %v"

    engine.transcode(mute_clip, target)

    source = probe.probe(mute_clip)
    verify.verify(target, source, plan(source), plan(source).rungs)


@pytest.mark.parametrize("made", ["plain_made", "phone_made"])
def test_the_sound_is_as_loud_as_every_lesson(made: str, request: pytest.FixtureRequest) -> None:
    _, result = request.getfixturevalue(made)

    assert result.loudness_lufs == pytest.approx(-16, abs=1)


def test_no_place_and_no_device_is_left_anywhere(phone_clip: Path, phone_made: Made) -> None:
    secrets = (b"30.2741", b"Weike", b"2026-05-04", b"quicktime.location")
    target, _ = phone_made

    assert all(secret in phone_clip.read_bytes() for secret in secrets[:2])
    for path in target.rglob("*"):
        if path.is_file():
            assert not any(secret in path.read_bytes() for secret in secrets), path.name


def test_the_fallback_starts_before_it_is_loaded(plain_made: Made) -> None:
    target, _ = plain_made
    whole = (target / "fallback.mp4").read_bytes()

    assert whole.index(b"moov") < whole.index(b"mdat")
    with av.open(str(target / "fallback.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        assert min(container.streams.video[0].width, container.streams.video[0].height) <= 480


def test_a_mute_film_has_no_sound_files(mute_clip: Path, tmp_path: Path) -> None:
    result = engine.transcode(mute_clip, tmp_path / "out")

    assert names(tmp_path / "out") == SINGLE | {"180p"}
    assert (result.audio, result.loudness_lufs) == (False, None)
    assert "AUDIO" not in (tmp_path / "out/master.m3u8").read_text()


def test_a_silent_stream_is_kept_and_called_silent(raw_clip: Clip, tmp_path: Path) -> None:
    clip = raw_clip(
        "-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=1", "-f", "lavfi", "-i", "anullsrc=d=1", "-pix_fmt", "yuv420p",
        "silent.mp4",
    )  # fmt: skip

    result = engine.transcode(clip, tmp_path / "out")

    assert (result.audio, result.loudness_lufs) == (True, None)
    assert (tmp_path / "out/audio.m4a").stat().st_size > 0


def test_the_short_side_can_be_limited(plain_clip: Path, tmp_path: Path) -> None:
    result = engine.transcode(plain_clip, tmp_path / "out", max_height=360)

    assert (result.lane, [rung.name for rung in result.rungs]) == ("encode", ["360p", "240p"])


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        (["-c:v", "mpeg4", "-c:a", "mp3"], "old.avi"),
        (["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"], "web.webm"),
        (["-c:v", "mpeg2video", "-c:a", "mp2"], "camera.ts"),
        (["-c:v", "libx264", "-flags", "+ildct+ilme", "-vf", "interlace", "-ac", "1"], "woven.mp4"),
    ],
)
def test_other_containers_and_coders_are_taken_too(
    arguments: list[str], name: str, raw_clip: Clip, tmp_path: Path
) -> None:
    clip = raw_clip(
        "-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1", *arguments, "-pix_fmt", "yuv420p",
        name,
    )  # fmt: skip

    result = engine.transcode(clip, tmp_path / "out")

    assert (result.lane, result.audio) == ("encode", True)
    assert result.duration_s == pytest.approx(1, abs=0.2)


def test_progress_is_told_and_never_goes_back(mute_clip: Path, tmp_path: Path) -> None:
    seen: list[float] = []

    engine.transcode(mute_clip, tmp_path / "out", on_progress=seen.append)

    assert seen == sorted(seen)
    assert seen[-1] == 1.0


def test_a_refusal_leaves_only_the_reason(tmp_path: Path) -> None:
    text = tmp_path / "notes.mp4"
    text.write_text("这是讲稿,不是视频。")

    with pytest.raises(PipelineError):
        engine.transcode(text, tmp_path / "out")

    assert names(tmp_path) == {"notes.mp4", "out"}
    assert names(tmp_path / "out") == {"result.json"}
    assert json.loads((tmp_path / "out/result.json").read_text()) == {
        "ok": False,
        "error": {"code": "not_video", "message": "The file is not a video but looks like: text.", "permanent": True},
    }


def test_a_stopped_conversion_leaves_nothing_half_made(plain_clip: Path, tmp_path: Path) -> None:
    def take_away(fraction: float) -> None:
        if fraction > 0.1:
            raise LookupError("the lease is gone")

    with pytest.raises(LookupError):
        engine.transcode(plain_clip, tmp_path / "out", on_progress=take_away)

    assert names(tmp_path) == set()


@pytest.mark.parametrize("kind", ["plain", "phone"])
def test_first_play_can_be_watched_while_it_grows(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    clip: Path = request.getfixturevalue(f"{kind}_clip")
    source: spec.Source = request.getfixturevalue(f"{kind}_source")
    made = plan(source)
    target = tmp_path / "first"
    playable: list[set[str]] = []

    def look() -> None:
        playable.append(names(target))
        for folder in (made.first_play.name, "audio"):
            segments = package.read_playlist(target / folder / "index.m3u8")
            assert all((target / folder / name).stat().st_size for name in ("init.mp4", *segments.names))

    engine.first_play(clip, target, source, made, on_progress=lambda _fraction: None, on_playable=look)

    assert playable == [{checkpoint.NOTE, "master.m3u8", made.first_play.name, "audio"}]
    assert names(target) == {"master.m3u8", made.first_play.name, "audio"}
    assert "#EXT-X-ENDLIST" in (target / made.first_play.name / "index.m3u8").read_text()
    verify.verify(target, source, made, [made.first_play], complete=False)


def test_what_somebody_else_left_is_removed(plain_clip: Path, plain_source: spec.Source, tmp_path: Path) -> None:
    leftover = tmp_path / "480p" / "seg00099.m4s"
    leftover.parent.mkdir()
    leftover.write_text("half")

    engine.first_play(
        plain_clip,
        tmp_path,
        plain_source,
        plan(plain_source),
        on_progress=lambda _fraction: None,
        on_playable=lambda: None,
    )

    assert not leftover.exists()


def test_a_stop_ends_first_play_at_once(phone_clip: Path, phone_source: spec.Source, tmp_path: Path) -> None:
    started = time.monotonic()

    with pytest.raises(PipelineError) as stopped:
        engine.first_play(
            phone_clip,
            tmp_path,
            phone_source,
            plan(phone_source),
            on_progress=lambda _fraction: None,
            on_playable=lambda: None,
            should_stop=lambda: time.monotonic() > started + 0.3,
        )

    assert (stopped.value.code, stopped.value.permanent) == ("cancelled", False)
