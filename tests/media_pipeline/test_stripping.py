"""The original to take away: the same pictures and sounds, and nothing of where and with what they were taken."""

from __future__ import annotations

from pathlib import Path

import av
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import hidden_units
from media_pipeline.probe import probe
from media_pipeline.stripping import strip
from tests.media_pipeline.conftest import Clip

SECRETS = (b"30.2741", b"Weike", b"2026-05-04", b"quicktime.location", b"x265", b"x264", b"Lavf")


def streams(path: Path) -> list[tuple[str, int]]:
    """Return the kind of each stream and how many packets it has."""
    with av.open(str(path)) as container:
        return [(stream.type, count_packets(path, stream.index)) for stream in container.streams]


def count_packets(path: Path, index: int) -> int:
    with av.open(str(path)) as container:
        return sum(1 for packet in container.demux(container.streams[index]) if packet.size)


def test_a_phone_recording_keeps_its_pictures_and_loses_place_device_and_date(
    phone_clip: Path, tmp_path: Path
) -> None:
    made = strip(phone_clip, tmp_path)

    whole = made.read_bytes()
    assert made.name == "original.mov"
    assert [secret for secret in SECRETS if secret in phone_clip.read_bytes()] != []
    assert [secret for secret in SECRETS if secret in whole] == []
    sent, kept = probe(phone_clip), probe(made)
    assert kept.video.rotation == sent.video.rotation == 90
    assert (kept.video.hdr, kept.video.codec, kept.video.fps_mode) == ("hlg", "hevc", sent.video.fps_mode)
    assert streams(made) == [one for one in streams(phone_clip) if one[0] in {"video", "audio"}]


def test_clocks_chapters_covers_and_captions_stay_behind_and_every_sound_comes_along(
    raw_clip: Clip, tmp_path: Path
) -> None:
    notes = tmp_path / "chapters.txt"
    notes.write_text(";FFMETADATA1\ntitle=geheim\n[CHAPTER]\nTIMEBASE=1/1\nSTART=0\nEND=1\ntitle=geheim\n")
    clip = raw_clip(
        "-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1", "-f", "lavfi", "-i", "sine=f=880:d=1",
        "-i", str(notes), "-map", "0", "-map", "1", "-map", "2", "-map_metadata", "3", "-timecode", "01:00:00:00",
        "-pix_fmt", "yuv420p", "-preset", "ultrafast", "much.mov",
    )  # fmt: skip
    assert [kind for kind, _count in streams(clip)].count("data") >= 1

    made = strip(clip, tmp_path)

    assert [kind for kind, _count in streams(made)] == ["video", "audio", "audio"]
    with av.open(str(made)) as container:
        assert (container.chapters(), b"geheim" in made.read_bytes()) == ([], False)


def test_what_mp4_cannot_hold_goes_into_matroska(raw_clip: Clip, tmp_path: Path) -> None:
    clip = raw_clip(
        "-f", "lavfi", "-i", "testsrc2=s=160x96:r=25:d=1", "-f", "lavfi", "-i", "sine=d=1", "-c:v", "mpeg4", "-c:a", "pcm_s16le",
        "-metadata", "comment=geheim", "old.avi",
    )  # fmt: skip

    made = strip(clip, tmp_path)

    assert (made.name, b"geheim" in made.read_bytes()) == ("original.mkv", False)
    assert probe(made).video.codec == "mpeg4"


def test_matroska_hides_nothing_in_its_configuration_either(phone_clip: Path, raw_clip: Clip, tmp_path: Path) -> None:
    clip = raw_clip("-i", str(phone_clip), "-map", "0:v", "-c", "copy", "phone.mkv")
    assert b"x265" in clip.read_bytes()

    made = strip(clip, tmp_path)

    assert (made.name, b"x265" in made.read_bytes()) == ("original.mkv", False)
    assert probe(made).video.hdr == "hlg"


def record(*arrays: tuple[int, list[bytes]]) -> bytes:
    """Return a configuration record of HEVC with these arrays of units."""
    told = b"".join(
        bytes([kind]) + len(units).to_bytes(2, "big") + b"".join(len(unit).to_bytes(2, "big") + unit for unit in units)
        for kind, units in arrays
    )
    return bytes(22) + bytes([len(arrays)]) + told


@given(st.binary(min_size=2, max_size=900), st.binary(min_size=2, max_size=30))
def test_hidden_units_are_filled_and_all_else_stays(hidden: bytes, shown: bytes) -> None:
    filled = hidden_units.filled(record((33, [shown]), (39, [hidden, hidden])))
    filling = hidden[:2] + hidden_units.filler(len(hidden) - 2)
    assert filled == record((33, [shown]), (39, [filling, filling]))
    assert len(filling) == len(hidden)


@given(st.integers(3, 2000))
def test_a_filling_is_messages_that_say_nothing(length: int) -> None:
    left = hidden_units.filler(length)
    while left != b"\x80":
        kind, at, size = left[0], 1, 0
        while left[at] == 0xFF:
            size, at = size + 255, at + 1
        size += left[at]
        assert (kind, left[at + 1 : at + 1 + size]) == (3, b"\xff" * size)
        left = left[at + 1 + size :]


@given(st.binary(max_size=200))
def test_a_configuration_that_is_not_whole_keeps_its_length(told: bytes) -> None:
    assert len(hidden_units.filled(told)) == len(told)
