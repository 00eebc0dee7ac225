"""Files made to mislead: each is refused for good, and nothing beside it is opened."""

import ctypes
import os
import struct
from pathlib import Path

import pytest

from media_pipeline import engine, probe, spec
from media_pipeline.errors import PipelineError
from media_pipeline.plan import plan

IN_OPEN = 0x20
HEAD = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42"


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


HOSTILE = {
    "ffconcat": b"ffconcat version 1.0\nfile victim.mp4\nduration 2\n",
    "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nvictim.mp4\n#EXT-X-ENDLIST\n",
    "sdp": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=video 5004 RTP/AVP 96\r\n",
    "mpd": b"<?xml version='1.0'?><MPD><Period><BaseURL>victim.mp4</BaseURL></Period></MPD>",
    "zip": b"PK\x03\x04" + b"\x00" * 200,
    "picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
    "text": "这不是视频。\n".encode() * 20,
    "empty": b"",
    "half an atom": HEAD[:14],
    "only a head": HEAD,
    "concat behind a head": HEAD + b"ffconcat version 1.0\nfile victim.mp4\n",
    "endless atom": HEAD + struct.pack(">I4sQ", 1, b"moov", 1 << 60),
    "noise": HEAD + bytes(range(256)) * 64,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_lies_is_refused_for_good_and_opens_nothing(name: str, tmp_path: Path, plain_clip: Path) -> None:
    victim = tmp_path / "victim.mp4"
    victim.write_bytes(plain_clip.read_bytes())
    bait = tmp_path / "lesson.mp4"
    bait.write_bytes(HOSTILE[name])
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
    bait.write_bytes(HOSTILE["ffconcat"])
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


@pytest.mark.parametrize("share", [0.05, 0.5, 0.9])
def test_a_file_cut_short_is_refused_and_not_shown_in_part(share: float, tmp_path: Path, plain_clip: Path) -> None:
    whole = plain_clip.read_bytes()
    cut = tmp_path / "cut.mp4"
    cut.write_bytes(whole[: int(len(whole) * share)])

    with pytest.raises(PipelineError) as refused:
        probe.probe(cut)

    assert refused.value.code in {"truncated", "unreadable"}


def test_a_picture_declared_huge_is_refused_before_it_is_decoded(tmp_path: Path, plain_clip: Path) -> None:
    whole = plain_clip.read_bytes()
    at = whole.index(b"avc1", whole.index(b"stsd")) + 28
    lying = tmp_path / "huge.mp4"
    lying.write_bytes(whole[:at] + struct.pack(">HH", 60_000, 60_000) + whole[at + 4 :])

    # What the stream itself says counts: the container's lie changes nothing, and no room is reserved for it.
    assert probe.probe(lying).video.width == 854


def test_large_pictures_are_refused(tmp_path: Path) -> None:
    from media_pipeline import run

    clip = tmp_path / "large.mp4"
    run.run(
        ["-f", "lavfi", "-i", "color=s=7000x6000:r=10:d=0.3", "-preset", "ultrafast", "-y", str(clip)], duration_s=0.3
    )

    with pytest.raises(PipelineError) as refused:
        probe.probe(clip)

    assert refused.value.code == "too_many_pixels"


def test_damage_in_the_middle_ends_in_a_code_and_never_in_a_crash(tmp_path: Path, plain_clip: Path) -> None:
    whole = bytearray(plain_clip.read_bytes())
    start = whole.index(b"mdat") + 8
    whole[start : start + 4000] = bytes(4000)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(whole)

    try:
        outcome = probe.probe(damaged).video.codec
    except PipelineError as refused:
        outcome = refused.code

    assert outcome in {"h264", "broken", "unreadable", "truncated"}
