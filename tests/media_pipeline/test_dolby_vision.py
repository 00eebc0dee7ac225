import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import probe, probe_boxes, run
from media_pipeline.dolby_vision import DolbyVision, in_matroska, in_table
from media_pipeline.errors import PipelineError

# The boxes around a sample entry, and how many bytes of fixed fields stand at the beginning of each.
PATH = {b"moov": 0, b"trak": 0, b"mdia": 0, b"minf": 0, b"stbl": 0, b"stsd": 8}
VISUAL_ENTRY = 78


def box(name: bytes, *parts: bytes) -> bytes:
    content = b"".join(parts)
    return struct.pack(">I4s", 8 + len(content), name) + content


def record(profile: int, compatible: int = 1, name: bytes = b"dvcC") -> bytes:
    return box(name, bytes([1, 0, profile << 1, 0x2D, compatible << 4]) + bytes(19))


def stbl(*parts: bytes, entry: bytes = b"hvc1") -> bytes:
    return box(b"stsd", bytes(8), box(entry, bytes(VISUAL_ENTRY), *parts))


def moov(table: bytes, number: int = 1) -> bytes:
    header = box(b"tkhd", bytes(12), struct.pack(">I", number), bytes(68))
    return box(b"trak", header, box(b"mdia", box(b"minf", box(b"stbl", table))))


def declared(clip: Path, target: Path, entry: bytes, profile: int, compatible: int) -> Path:
    """Write the clip, whose index stands behind the media, with one more box in its sample entry."""
    data = clip.read_bytes()
    at = 0
    grown = record(profile, compatible)
    sizes = []
    for name in (*PATH, entry):
        at = data.index(name, at)
        sizes.append(at - 4)
        at += 4
    end = sizes[-1] + int.from_bytes(data[sizes[-1] : sizes[-1] + 4], "big")
    changed = bytearray(data[:end] + grown + data[end:])
    for place in sizes:
        size = int.from_bytes(data[place : place + 4], "big") + len(grown)
        changed[place : place + 4] = size.to_bytes(4, "big")
    target.write_bytes(changed)
    return target


@pytest.fixture(scope="session")
def hevc_clip(clips: Path) -> Path:
    """A small HEVC clip with one track and its index behind the media."""
    target = clips / "hevc.mp4"
    argv = ["-f", "lavfi", "-i", "testsrc2=s=128x96:r=25:d=0.4", "-pix_fmt", "yuv420p", "-tag:v", "hvc1"]
    argv += ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-y", str(target)]
    run.run(argv, duration_s=1)
    return target


@pytest.mark.parametrize("name", [b"dvcC", b"dvvC", b"dvwC"])
@pytest.mark.parametrize("entry", [b"hvc1", b"dvh1", b"av01"])
def test_the_profile_is_read_from_the_sample_entry(name: bytes, entry: bytes) -> None:
    table = stbl(box(b"hvcC", b"setup"), record(8, 4, name), entry=entry)

    assert in_table(memoryview(table)) == DolbyVision(8, 4)


@pytest.mark.parametrize(
    ("profile", "compatible", "has_base"),
    [
        (4, 2, True),
        (5, 0, False),
        (7, 6, True),
        (8, 1, True),
        (8, 4, True),
        (9, 2, True),
        (10, 0, False),
        (10, 1, True),
    ],
)
def test_some_profiles_have_no_picture_that_others_can_show(profile: int, compatible: int, has_base: bool) -> None:  # noqa: FBT001 - a parameter of the test
    assert DolbyVision(profile, compatible).has_base is has_base


def test_only_the_track_that_is_shown_counts() -> None:
    header = memoryview(moov(stbl(box(b"hvcC"))) + moov(stbl(record(5, 0)), number=2))

    assert in_table(probe_boxes.track(header, 1)) is None
    assert in_table(probe_boxes.track(header, 2)) == DolbyVision(5, 0)


def test_the_same_four_letters_elsewhere_mean_nothing() -> None:
    table = stbl(box(b"hvcC", record(5, 0))) + box(b"udta", record(5, 0))

    assert in_table(memoryview(table)) is None


def test_two_tracks_with_one_number_tell_nothing() -> None:
    header = memoryview(moov(stbl(record(5, 0))) * 2)

    assert in_table(probe_boxes.track(header, 1)) is None


@pytest.mark.parametrize("content", [b"", b"\x00", b"\x00\x00\x00\x01moov\xff", b"\x00\x00\x00\x04free" * 3, b"dvcC"])
def test_half_a_file_gives_no_profile(content: bytes, tmp_path: Path) -> None:
    film = tmp_path / "film.mov"
    film.write_bytes(content)

    assert in_table(probe_boxes.track(probe_boxes.movie_header(film), 1)) is None
    assert in_matroska(film) is None


def test_a_real_file_with_a_base_layer_is_taken_also_in_matroska(hevc_clip: Path, tmp_path: Path) -> None:
    clip = declared(hevc_clip, tmp_path / "film.mp4", b"hvc1", 8, 4)
    copied = tmp_path / "film.mkv"
    run.run(["-i", str(clip), "-c", "copy", "-strict", "unofficial", str(copied)], duration_s=1)

    assert probe.probe(hevc_clip).video.dolby_vision is None
    assert probe.probe(clip).to_json()["video"]["dolby_vision"] == 8
    assert in_matroska(copied) == DolbyVision(8, 4)
    assert probe.probe(copied).video.dolby_vision == 8


def test_a_real_file_without_a_base_layer_is_refused_also_in_matroska(hevc_clip: Path, tmp_path: Path) -> None:
    clip = declared(hevc_clip, tmp_path / "film.mp4", b"hvc1", 5, 0)
    copied = tmp_path / "film.mkv"
    run.run(["-i", str(clip), "-c", "copy", "-strict", "unofficial", str(copied)], duration_s=1)

    for film in (clip, copied):
        with pytest.raises(PipelineError) as refused:
            probe.probe(film)
        assert refused.value.code == "dolby_vision_5"


@given(st.binary(max_size=300))
def test_whatever_the_bytes_are_the_walk_ends(noise: bytes) -> None:
    data = memoryview(noise)
    walked = sum(len(part.content) for part in probe_boxes.boxes(data))
    assert walked <= len(noise)
    assert sum(len(part.content) for part in probe_boxes.elements(data)) <= len(noise)
    assert in_table(data) is None


@given(st.lists(st.tuples(st.sampled_from([b"free", b"trak", b"udta"]), st.binary(max_size=40)), max_size=8))
def test_boxes_are_found_where_they_were_put(parts: list[tuple[bytes, bytes]]) -> None:
    data = memoryview(b"".join(box(name, content) for name, content in parts))
    assert [(found.name, bytes(found.content)) for found in probe_boxes.boxes(data)] == parts
