"""Listens to what was made: as loud as every lesson, on both sides, never clipped, with the lips."""

from pathlib import Path

import pytest

from media_pipeline import engine, package
from tests.media_pipeline.looking import beeps, channels, flashes, loudness, strength
from tests.media_pipeline.ugly import Kit

LOW, SPEECH, HIGH = 220, 880, 1760


def tone(hertz: int, level: float = 0.1) -> str:
    return f"{level}*sin(2*PI*{hertz}*t)"


def sounding(
    kit: Kit, name: str, *wave: str, layout: str = "stereo", codec: str = "aac", seconds: float = 1.5
) -> Path:
    """Return a film with a channel for each wave."""
    film = kit.film("sounding.mp4", "-preset", "ultrafast", size="64x64", rate=10, seconds=seconds)
    heard = f"aevalsrc='{'|'.join(wave)}':d={seconds}:s=48000:c={layout}"
    extra = ("-mapping_family", "2") if layout.startswith("ambisonic") else ()
    return kit.ffmpeg(
        "-i", str(film), "-f", "lavfi", "-i", heard, "-map", "0:v", "-map", "1:a", "-c:v", "copy", "-c:a", codec, *extra, name
    )  # fmt: skip


def test_speech_in_the_middle_is_heard_on_both_sides_and_above_what_is_around(kit: Kit, tmp_path: Path) -> None:
    """5.1 as cameras write it: the words in the centre, the hall at the same level around them."""
    waves = [tone(LOW), tone(LOW), tone(SPEECH), "0", tone(HIGH), tone(HIGH)]
    engine.transcode(sounding(kit, "centre.mp4", *waves, layout="5.1"), tmp_path / "out")

    for side in channels(tmp_path / "out/audio.m4a"):
        assert strength(side, SPEECH) > 0.6 * max(strength(side, LOW), strength(side, HIGH))
    assert loudness(tmp_path / "out/audio.m4a")[0] == pytest.approx(-16, abs=1)


@pytest.mark.parametrize(
    ("layout", "name", "codec"),
    [
        ("5.1", "only-centre.mp4", "aac"),
        ("quad", "quad.mov", "pcm_s16le"),
        ("4c", "unknown.mkv", "pcm_s16le"),
        ("ambisonic 1", "around.mkv", "libopus"),
    ],
)
def test_every_layout_is_heard_on_both_sides(layout: str, name: str, codec: str, kit: Kit, tmp_path: Path) -> None:
    waves = ["0", "0", tone(SPEECH), "0", "0", "0"] if layout == "5.1" else [tone(SPEECH)] * 4

    engine.transcode(sounding(kit, name, *waves, layout=layout, codec=codec), tmp_path / "out")

    left, right = (strength(side, SPEECH) for side in channels(tmp_path / "out/audio.m4a"))
    assert left == pytest.approx(right, rel=0.1)
    assert loudness(tmp_path / "out/audio.m4a")[0] == pytest.approx(-16, abs=1)


def test_a_microphone_for_one_ear_is_heard_in_both(kit: Kit, tmp_path: Path) -> None:
    engine.transcode(sounding(kit, "one-ear.mp4", "0", tone(SPEECH)), tmp_path / "out")

    left, right = (strength(side, SPEECH) for side in channels(tmp_path / "out/audio.m4a"))
    assert left == pytest.approx(right, rel=0.05)
    assert loudness(tmp_path / "out/audio.m4a")[0] == pytest.approx(-16, abs=1)


@pytest.mark.parametrize(
    ("name", "wave", "lufs"),
    [
        # Between two samples of such a tone the sound swings higher than at either.
        ("soft.mp4", f"{tone(SPEECH, 0.05)}+0.05*sin(2*PI*11025*t+PI/4)", -16),
        ("hot.mp4", "0.99*(2*gt(sin(2*PI*997*t),0)-1)", -16),
        ("claps.mp4", f"{tone(SPEECH, 0.02)}+if(lt(mod(t,0.5),0.004),0.9*(random(0)*2-1),0)", None),
    ],
)
def test_no_true_peak_comes_near_clipping(name: str, wave: str, lufs: float | None, kit: Kit, tmp_path: Path) -> None:
    engine.transcode(sounding(kit, name, wave, wave), tmp_path / "out")

    level, peak = loudness(tmp_path / "out/audio.m4a")
    low = package.join(tmp_path / "out/audio_low", tmp_path / "low.mp4")
    assert max(peak, loudness(low)[1]) <= -1
    assert lufs is None or level == pytest.approx(lufs, abs=1)


def test_hiss_stays_hiss(kit: Kit, tmp_path: Path) -> None:
    hiss = sounding(kit, "hiss.mp4", "0.001*(random(0)*2-1)", "0.001*(random(1)*2-1)")

    made = engine.transcode(hiss, tmp_path / "out")

    assert loudness(tmp_path / "out/audio.m4a")[0] == pytest.approx(loudness(hiss)[0], abs=0.5)
    assert made.loudness_lufs == pytest.approx(made.source_lufs, abs=0.1)


@pytest.mark.parametrize("late", [0.0, 0.7])
def test_flashes_and_beeps_stay_together(late: float, kit: Kit, tmp_path: Path) -> None:
    """Uneven distances as phones write them (a third either way), 44.1 kHz, and a microphone that woke up late."""
    clip = flashing(kit, f"lips{late}.mp4", late=late, seconds=3)

    engine.transcode(clip, tmp_path / "out")

    moved = parted(clip, tmp_path / "out/fallback.mp4", late=late)
    assert len(moved) == (3 if late else 4)
    assert max(abs(one) for one in moved) < 0.04


def parted(clip: Path, made: Path, *, late: float) -> list[float]:
    """Return by how much flashes and beeps moved against each other, in seconds."""
    lags = []
    for film in (clip, made):
        seen, heard = [flash for flash in flashes(film) if flash >= late], beeps(film)
        lags.append([flash - beep for flash, beep in zip(seen, heard, strict=True)])
    return [after - before for before, after in zip(*lags, strict=True)]


def flashing(kit: Kit, name: str, *, late: float, seconds: float, every: float = 0.75) -> Path:
    """Return a film that flashes and beeps at the same instants; before `late` there is no sound."""
    on = f"lt(mod({{}},{every}),0.15)"
    light = f"color=s=64x64:r=60:d={seconds},geq=lum='if({on.format('T')},235,16)':cb=128:cr=128"
    # Of sixty pictures a second those are kept that come near the uneven beat of thirty.
    light += ",select='eq(mod(floor(n+0.7*sin(n*1.7)),2),0)'"
    beep = f"aevalsrc='if({on.format('t')},0.3*sin(2*PI*880*t),0)':s=44100:d={seconds}"
    return kit.ffmpeg(
        "-f", "lavfi", "-i", light, "-ss", str(late), "-copyts", "-f", "lavfi", "-i", beep, "-fps_mode", "vfr", "-preset", "ultrafast",
        "-pix_fmt", "yuv420p", "-c:a", "aac", name,
    )  # fmt: skip
