"""Files made to mislead, or damaged: refused for good or shown as they should be, within bounds; nothing else is opened."""

import contextlib
import ctypes
import json
import os
import resource
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from media_pipeline import __main__, engine, package, probe, resident, run, spec
from media_pipeline.errors import PipelineError
from media_pipeline.plan import plan
from tests.media_pipeline.looking import (
    BLUE,
    GREEN,
    RED,
    WHITE,
    corners,
    first_picture,
    loudest,
    loudness,
    pictures,
    tone,
)
from tests.media_pipeline.ugly import NAMING, REFUSED, Kit, longer, rotten

Check = Callable[[Path, spec.Result], None]

IN_OPEN = 0x20
CPU_MAX_S = 15
MEMORY_MAX = 900 << 20


class Watch:
    """Counts how often a file is opened, by anybody on this machine."""

    def __init__(self, path: Path) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        self.handle = library.inotify_init1(os.O_NONBLOCK)
        assert library.inotify_add_watch(self.handle, os.fsencode(path), IN_OPEN) > 0

    def opened(self) -> bool:
        try:
            return bool(os.read(self.handle, 4096))
        except BlockingIOError:
            return False


@pytest.mark.parametrize("name", NAMING)
def test_a_file_that_lies_is_refused_for_good_and_opens_nothing(name: str, tmp_path: Path, plain_clip: Path) -> None:
    victim = tmp_path / "victim.mp4"
    victim.write_bytes(plain_clip.read_bytes())
    bait = tmp_path / "lesson.mp4"
    bait.write_bytes(NAMING[name])
    watch = Watch(victim)

    with pytest.raises(PipelineError) as refused:
        engine.transcode(bait, tmp_path / "out")

    assert refused.value.permanent
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["result.json"]
    assert not watch.opened()


def test_even_a_list_that_came_past_the_sniffer_opens_nothing(
    tmp_path: Path, plain_clip: Path, plain_source: spec.Source
) -> None:
    victim = tmp_path / "victim.mp4"
    victim.write_bytes(plain_clip.read_bytes())
    bait = tmp_path / "lesson.mp4"
    bait.write_bytes(NAMING["ffconcat"])
    watch = Watch(victim)

    with pytest.raises(PipelineError):
        engine.first_play(
            bait,
            tmp_path / "out",
            plain_source,
            plan(plain_source),
            on_progress=lambda _fraction: None,
            on_playable=lambda: pytest.fail("it must not play"),
        )

    assert not watch.opened()


def test_a_picture_declared_huge_is_refused_before_it_is_decoded(tmp_path: Path, plain_clip: Path) -> None:
    whole = plain_clip.read_bytes()
    at = whole.index(b"avc1", whole.index(b"stsd")) + 28
    lying = tmp_path / "huge.mp4"
    lying.write_bytes(whole[:at] + struct.pack(">HH", 60_000, 60_000) + whole[at + 4 :])

    # What the stream itself says counts: the container's lie changes nothing, and no room is reserved for it.
    assert probe.probe(lying).video.width == 854


def test_large_pictures_are_refused(tmp_path: Path) -> None:
    clip = tmp_path / "large.mp4"
    run.run(
        ["-f", "lavfi", "-i", "color=s=7000x6000:r=10:d=0.3", "-preset", "ultrafast", "-y", str(clip)], duration_s=0.3
    )

    with pytest.raises(PipelineError) as refused:
        probe.probe(clip)

    assert refused.value.code == "too_many_pixels"


@pytest.fixture
def bounded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever happens in the test takes bounded time and memory."""
    weighed = [0]
    weigh = resident.resident_bytes

    def note(pid: int) -> int:
        weighed.append(weigh(pid))
        return weighed[-1]

    monkeypatch.setattr("media_pipeline.run.resident_bytes", note)
    before = spent()
    yield
    assert spent() - before < CPU_MAX_S
    assert max(weighed) < MEMORY_MAX


def spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_become_a_lesson_is_refused_with_its_code(name: str, kit: Kit, tmp_path: Path) -> None:
    code, make = REFUSED[name]

    with pytest.raises(PipelineError) as refused:
        engine.transcode(make(kit), tmp_path / "out")

    assert (refused.value.code, refused.value.permanent) == (code, True)
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["result.json"]


def whole(*, seconds: float = 1.0, rate: int = 25, size: tuple[int, int] = (320, 180), sounds: bool = True) -> Check:
    """All four quarters from the first picture to the last, on the beat, and the tone at the level of every lesson."""

    def check(out: Path, made: spec.Result) -> None:
        seen = pictures(out / "fallback.mp4")
        assert len(seen) == pytest.approx(seconds * rate, abs=1.01)
        assert [instant for instant, _ in seen] == pytest.approx([n / rate for n in range(len(seen))], abs=0.002)
        assert {picture.size for _, picture in seen} == {size}
        for _, picture in (seen[0], seen[-1]):
            assert corners(picture) == [RED, GREEN, BLUE, WHITE]
        assert made.audio == sounds
        if sounds:
            assert loudness(out / "audio.m4a")[0] == pytest.approx(-16, abs=1)
            assert tone(out / "audio.m4a", 0.1, 0.4) == pytest.approx(880, abs=15)

    return check


def paused(out: Path, made: spec.Result) -> None:
    """The last picture stands and nothing is heard until both go on, at the same instant as before."""
    whole(seconds=31)(out, made)
    assert loudest(out / "audio.m4a", 0.6, 30.4) < 0.01
    assert tone(out / "audio.m4a", 30.6, 30.9) == pytest.approx(880, abs=15)


def one_key_frame_a_segment(out: Path, made: spec.Result) -> None:
    """A player can go to any place of a film that had a single key frame in a minute."""
    listed = package.read_playlist(out / made.rungs[0].playlist)
    assert max(listed.durations) <= spec.SEGMENT_S + 0.01
    assert listed.total_s == pytest.approx(60, abs=0.01)


def tilted(out: Path, made: spec.Result) -> None:
    """Turned as the file says, in the sides of the file; what was the middle is the middle."""
    picture = first_picture(out / "fallback.mp4")
    assert (picture.size, [rung.name for rung in made.rungs]) == ((320, 180), ["180p"])
    assert picture.getpixel((2, 2)) == pytest.approx((0, 0, 0), abs=8)
    above = picture_at(picture, 160, 30)
    assert above[0] > 200 or above[1] > 200


def picture_at(picture: object, x: int, y: int) -> tuple[int, int, int]:
    return picture.convert("RGB").getpixel((x, y))  # type: ignore[attr-defined, no-any-return]  # a picture of Pillow


def as_far_as_it_goes(out: Path, made: spec.Result) -> None:
    """Nothing in such a file says how long it was to be."""
    assert made.duration_s == pytest.approx(0.6, abs=0.1)
    assert len(pictures(out / "fallback.mp4")) == pytest.approx(made.duration_s * 25, abs=1.01)
    assert corners(first_picture(out / "fallback.mp4")) == [RED, GREEN, BLUE, WHITE]


def something(out: Path, made: spec.Result) -> None:
    """Damage shows; the film has its length."""
    assert made.duration_s == pytest.approx(1, abs=0.1)
    assert len(pictures(out / "fallback.mp4")) == pytest.approx(25, abs=2)


SURVIVED: dict[str, tuple[Check, Callable[[Kit], Path]]] = {
    "a header that says a quarter of an hour": (whole(), lambda kit: kit.edited(kit.base, longer(b"mvhd", 16))),
    "a track that says a quarter of an hour": (whole(), lambda kit: kit.edited(kit.base, longer(b"mdhd", 16))),
    "boxes in boxes in the index": (whole(), lambda kit: kit.nested(b"trak", inside=True)),
    "half a minute's pause of both": (paused, lambda kit: kit.jumping("mkv", 30)),
    "times that begin before zero": (
        whole(),
        lambda kit: kit.ffmpeg("-i", str(kit.base), "-c", "copy", "-output_ts_offset", "-5", "early.ts"),
    ),
    "MPEG-TS cut at 50 %": (as_far_as_it_goes, lambda kit: kit.cut("ts", 0.5)),
    "a bit of a hundred thousand turned": (something, lambda kit: kit.edited(kit.base, rotten(b"mdat", 1e-5))),
    "853 x 481": (
        whole(size=(852, 480), sounds=False),
        lambda kit: kit.film("odd.mp4", "-pix_fmt", "yuv444p", "-preset", "ultrafast", size="853x481"),
    ),
    "5 pictures a second": (
        whole(seconds=2, rate=5, sounds=False),
        lambda kit: kit.film("five.mp4", rate=5, seconds=2),
    ),
    "240 pictures a second": (whole(rate=60, sounds=False), lambda kit: kit.film("many.mp4", rate=240)),
    "a minute with one key frame": (
        one_key_frame_a_segment,
        lambda kit: kit.film("onekey.mp4", "-g", "9999", "-preset", "ultrafast", rate=5, seconds=60, size="64x64"),
    ),
    "turned by 45 degrees": (
        tilted,
        lambda kit: kit.ffmpeg("-display_rotation", "45", "-i", str(kit.base), "-c", "copy", "tilted.mp4"),
    ),
    "a cover, a timecode and another sound first": (whole(), lambda kit: kit.busy()),
    "smaller pictures from the middle on": (
        whole(seconds=2, rate=10, sounds=False),
        lambda kit: kit.other_size_midway(),
    ),
}


@pytest.mark.usefixtures("bounded")
@pytest.mark.parametrize("name", SURVIVED)
def test_what_is_only_odd_becomes_what_was_meant(name: str, kit: Kit, tmp_path: Path) -> None:
    check, make = SURVIVED[name]

    made = engine.transcode(make(kit), tmp_path / "out")

    check(tmp_path / "out", made)


@pytest.mark.parametrize("seed", range(4))
def test_damage_in_the_index_ends_in_a_code_or_in_a_film(seed: int, kit: Kit, tmp_path: Path) -> None:
    """Whatever bits are turned there: no other exception, and nothing half made."""
    clip = kit.edited(kit.base, rotten(b"moov", 3e-4, seed))

    with contextlib.suppress(PipelineError):
        engine.transcode(clip, tmp_path / "out")
    told = json.loads((tmp_path / "out/result.json").read_text())
    assert told["ok"] == (tmp_path / "out/master.m3u8").exists()
    assert told["ok"] or told["error"]["permanent"]


NAMES = {
    "an option": "-i.mp4",
    "a pattern and a command": "a%05d b'\n$(x).mp4",
    "255 bytes": "红" * 83 + "aa.mp4",
    "two files": "concat:x|y.mp4",
    "an address": "file:victim.mp4",
}


@pytest.mark.parametrize("looks_like", NAMES)
def test_a_name_is_only_a_name(
    looks_like: str, kit: Kit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What looks like an option, a pattern, a command or an address is a file like any other; so is the folder."""
    monkeypatch.chdir(tmp_path)
    name = NAMES[looks_like]
    out = name.replace(".mp4", "out")
    Path(name).write_bytes(kit.film("film.mp4").read_bytes())
    Path("victim.mp4").write_bytes(kit.as_a("mkv").read_bytes())
    watch = Watch(tmp_path / "victim.mp4")

    status = __main__.main(["transcode", "--", name, out])

    assert (status, json.loads(capsys.readouterr().out)["ok"]) == (0, True)
    assert {path.name for path in tmp_path.iterdir()} == {name, out, "victim.mp4"}
    assert not watch.opened()
