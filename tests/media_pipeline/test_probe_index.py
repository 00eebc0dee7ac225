"""What the index of a file tells is what its packets tell, and the media are left unread."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from media_pipeline import probe, probe_boxes, probe_child
from tests.media_pipeline.conftest import Clip

# Arguments that make a clip of the plain one, and its name.
CUTS = {
    "trimmed.mp4": ("-ss", "0.6", "-i", "plain.mp4", "-c", "copy"),
    "ended.mp4": ("-i", "plain.mp4", "-t", "1.3", "-c", "copy"),
    "late_sound.mp4": (
        *("-i", "plain.mp4", "-itsoffset", "0.7", "-i", "plain.mp4"),
        *("-map", "0:v", "-map", "1:a", "-c", "copy"),
    ),
    "late_picture.mp4": (
        *("-i", "plain.mp4", "-itsoffset", "0.7", "-i", "plain.mp4"),
        *("-map", "1:v", "-map", "0:a", "-c", "copy"),
    ),
    "shifted.mp4": ("-i", "plain.mp4", "-c", "copy", "-movflags", "negative_cts_offsets"),
    "wave.mov": ("-i", "plain.mp4", "-c:v", "copy", "-c:a", "pcm_s16le"),
    "reordered.mov": (
        *("-f", "lavfi", "-i", "testsrc2=s=160x96:r=30000/1001:d=2", "-pix_fmt", "yuv420p", "-c:v", "libx264"),
        *("-g", "12", "-bf", "3", "-x264-params", "open-gop=1:b-pyramid=normal:rc-lookahead=12"),
    ),
}


def by_index(clip: Path) -> dict[str, Any] | None:
    moov = probe_boxes.movie_header(clip)
    return probe_child._look(
        str(clip), "mov", partial(probe_child.read_index, moov=moov, file_size=clip.stat().st_size)
    )


def by_packets(clip: Path) -> dict[str, Any] | None:
    return probe_child._look(str(clip), "mov", probe_child.read_packets)


@pytest.fixture
def cut(plain_clip: Path, raw_clip: Clip) -> Clip:
    """One of the CUTS."""

    def make(name: str) -> Path:
        return raw_clip(*(str(plain_clip) if part == "plain.mp4" else part for part in CUTS[name]), name)

    return make


@pytest.mark.parametrize("name", CUTS)
def test_the_index_tells_what_all_packets_tell(name: str, cut: Clip) -> None:
    clip = cut(name)

    told = by_index(clip)

    assert told is not None
    assert told == by_packets(clip)


def test_a_recording_of_a_phone_is_known_by_its_index(phone_clip: Path) -> None:
    assert by_index(phone_clip) == by_packets(phone_clip)


def test_the_media_of_an_indexed_file_is_not_read(plain_clip: Path, raw_clip: Clip) -> None:
    clip = raw_clip("-stream_loop", "79", "-i", str(plain_clip), "-c", "copy", "long.mp4")

    before = bytes_read()
    told = by_index(clip)
    read = bytes_read() - before

    assert told is not None
    assert told["video"]["packets"] == 80 * 75
    assert read < clip.stat().st_size / 8


def bytes_read() -> int:
    """How many bytes this process has read, from wherever."""
    told = dict(line.split(": ") for line in Path("/proc/self/io").read_text().splitlines())
    return int(told["rchar"])


def test_a_file_whose_index_goes_on_between_the_media_is_read_through(plain_clip: Path, raw_clip: Clip) -> None:
    clip = raw_clip("-i", str(plain_clip), "-c", "copy", "-movflags", "frag_keyframe+empty_moov", "pieces.mp4")

    whole, pieces = probe.probe(plain_clip), probe.probe(clip)

    assert pieces.duration_s == pytest.approx(whole.duration_s, abs=0.03)
    assert pieces.video.fps_nominal == pytest.approx(30)
    assert pieces.video.gop_max_s == pytest.approx(whole.video.gop_max_s, abs=0.03)


@pytest.mark.parametrize("extension", ["mkv", "ts", "avi"])
def test_a_file_without_such_an_index_tells_the_same(extension: str, plain_clip: Path, raw_clip: Clip) -> None:
    whole = probe.probe(plain_clip).video
    video = probe.probe(raw_clip("-i", str(plain_clip), "-c", "copy", f"same.{extension}")).video

    assert video.fps_nominal == pytest.approx(30, abs=0.4)  # Matroska counts in milliseconds
    assert video.gop_max_s == pytest.approx(whole.gop_max_s, abs=0.002)
    assert video.peak_bitrate == pytest.approx(whole.peak_bitrate, rel=0.05)
