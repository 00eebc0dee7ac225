import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from media_pipeline import sniff


def picture(form: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, form)
    return file.getvalue()


def ftyp(brand: bytes) -> bytes:
    return b"\x00\x00\x00\x18ftyp" + brand + b"\x00\x00\x02\x00isommp42"


@pytest.mark.parametrize(
    ("head", "container"),
    [
        (ftyp(b"isom"), "mp4"),
        (ftyp(b"mp42"), "mp4"),
        (ftyp(b"qt  "), "mov"),
        (ftyp(b"3gp5"), "3gp"),
        (b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat", "mov"),
        (b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\x82\x84webm", "webm"),
        (b"\x1aE\xdf\xa3\xa3B\x86\x81\x01B\xf7\x81\x01B\x82\x88matroska", "matroska"),
        (b"RIFF\x00\x10\x00\x00AVI LIST", "avi"),
        ((b"\x47" + b"\x00" * 187) * 5, "mpegts"),
        ((b"\x00\x00\x00\x01\x47" + b"\x00" * 187) * 5, "mpegts"),
    ],
)
def test_a_video_is_known_by_its_first_bytes(head: bytes, container: str) -> None:
    assert sniff.sniff(head) == container


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (picture("PNG"), "image"),
        (picture("JPEG"), "image"),
        (picture("GIF"), "image"),
        (picture("WEBP"), "image"),
        (ftyp(b"heic"), "image"),
        (ftyp(b"msf1"), "image"),
        (ftyp(b"M4A "), "audio"),
        (b"ID3\x03\x00\x00\x00\x00\x00\x21TSSE", "audio"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "audio"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "document"),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00", "archive"),
        (b"ffconcat version 1.0\nfile other.mp4\n", "playlist"),
        (b"\xef\xbb\xbf\n#EXTM3U\n#EXTINF:1,\nother.ts\n", "playlist"),
        (b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n", "playlist"),
        ("今天的课从一条小船开始".encode(), "text"),
        (b"\x00\x01\x02\x03" * 20, "unknown"),
        (b"", "unknown"),
    ],
)
def test_what_is_no_video_is_named_instead(head: bytes, kind: str) -> None:
    assert sniff.sniff(head) is None
    assert sniff.describe(head) == kind


@given(st.binary(max_size=600))
def test_any_bytes_get_an_answer(head: bytes) -> None:
    assert sniff.sniff(head) in {None, *sniff.DEMUXERS}
    assert sniff.describe(head) in {"image", "text", "archive", "audio", "document", "playlist", "unknown"}


@given(st.text(min_size=30, alphabet=st.characters(codec="utf-8", exclude_characters="G\x00")))
def test_text_is_never_taken_for_a_video(words: str) -> None:
    assert sniff.sniff(("#" + words).encode()) is None


def test_more_bytes_than_needed_change_nothing() -> None:
    head = ftyp(b"isom").ljust(sniff.SNIFF_BYTES, b"\x00")

    assert sniff.sniff(head + b"ffconcat version 1.0") == sniff.sniff(head) == "mp4"
