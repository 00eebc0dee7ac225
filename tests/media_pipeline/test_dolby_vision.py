from pathlib import Path

import pytest

from media_pipeline.dolby_vision import dolby_vision_profile, profile_in


def box(name: bytes, content: bytes) -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + name + content


def record(profile: int) -> bytes:
    return box(b"dvcC", bytes([1, 0, profile << 1, 0x2D]) + bytes(20))


@pytest.mark.parametrize("profile", [4, 5, 7, 8])
def test_the_profile_is_read_from_the_movie_header(profile: int, tmp_path: Path) -> None:
    film = tmp_path / "film.mov"
    film.write_bytes(box(b"ftyp", b"qt  ") + box(b"mdat", bytes(1000)) + box(b"moov", box(b"trak", record(profile))))

    assert dolby_vision_profile(film) == profile


def test_a_film_without_the_record_has_no_profile(tmp_path: Path) -> None:
    film = tmp_path / "film.mov"
    film.write_bytes(box(b"ftyp", b"qt  ") + box(b"moov", box(b"trak", bytes(40))))

    assert dolby_vision_profile(film) is None


@pytest.mark.parametrize("content", [b"", b"\x00", b"\x00\x00\x00\x01moov\xff", b"\x00\x00\x00\x04free" * 3, b"dvcC"])
def test_half_a_file_gives_no_profile(content: bytes, tmp_path: Path) -> None:
    film = tmp_path / "film.mov"
    film.write_bytes(content)

    assert dolby_vision_profile(film) is None
    assert profile_in(content) is None
