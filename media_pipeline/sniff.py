"""First bytes -> container. Decides before a large upload is taken, and which demuxer may open the file at all."""

from __future__ import annotations

SNIFF_BYTES = 4096
MIN_BYTES = 12

# ffmpeg's demuxer for each container we take. Forcing it keeps text formats that name other files (ffconcat,
# playlists, SDP) from ever being tried.
DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "3gp": "mov",
    "matroska": "matroska",
    "webm": "matroska",
    "avi": "avi",
    "mpegts": "mpegts",
}

_IMAGE_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"avif", b"crx "})
# msf1 and avis are image sequences (live photos, animated AVIF): animated pictures, no video.
_SEQUENCE_BRANDS = frozenset({b"msf1", b"avis"})
_AUDIO_BRANDS = frozenset({b"M4A ", b"M4B ", b"M4P "})
_TS_PACKET = 188
_MOV_ATOMS = frozenset({b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"})
_TEXT_CONTROLS = frozenset({9, 10, 12, 13, 27})

_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "image"),
    (b"\x89PNG\r\n\x1a\n", "image"),
    (b"GIF8", "image"),
    (b"BM", "image"),
    (b"II*\x00", "image"),
    (b"MM\x00*", "image"),
    (b"\xff\x0a", "image"),
    (b"\x00\x00\x00\x0cJXL ", "image"),
    (b"8BPS", "image"),
    (b"%PDF", "document"),
    (b"{\\rtf", "document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "document"),
    (b"PK\x03\x04", "archive"),
    (b"PK\x05\x06", "archive"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ\x00", "archive"),
    (b"\x28\xb5\x2f\xfd", "archive"),
    (b"ID3", "audio"),
    (b"OggS", "audio"),
    (b"fLaC", "audio"),
    (b"#!AMR", "audio"),
    (b"\xff\xfb", "audio"),
    (b"\xff\xf3", "audio"),
    (b"\xff\xf2", "audio"),
    (b"\xff\xf1", "audio"),
    (b"\xff\xf9", "audio"),
    (b"MThd", "audio"),
    (b"#EXTM3U", "playlist"),
    (b"ffconcat", "playlist"),
    (b"v=0", "playlist"),
    (b"[playlist]", "playlist"),
)


def sniff(first_bytes: bytes) -> str | None:
    """Return the container ("mp4", "mov", "matroska", "webm", "avi", "mpegts", "3gp"), or None for what is no video."""
    head = bytes(first_bytes[:SNIFF_BYTES])
    if len(head) < MIN_BYTES:
        return None
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[:4] == b"\x1aE\xdf\xa3":
        return "webm" if b"webm" in head[:64] else "matroska"
    if head[:4] == b"RIFF":
        return "avi" if head[8:12] == b"AVI " else None
    if head[4:8] in _MOV_ATOMS and int.from_bytes(head[:4], "big") != 0:
        return "mov"
    return "mpegts" if _is_transport_stream(head) else None


def describe(first_bytes: bytes) -> str:
    """Say in one word what the bytes are when they are no video, so that a page can say "this is a picture"."""
    head = bytes(first_bytes[:SNIFF_BYTES])
    if head[4:8] == b"ftyp":
        return _describe_brand(head[8:12])
    if head[:4] == b"RIFF":
        return {b"WAVE": "audio", b"WEBP": "image"}.get(head[8:12], "unknown")
    plain = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    for magic, kind in _MAGIC:
        if head.startswith(magic) or (kind == "playlist" and plain.startswith(magic)):
            return kind
    return "text" if _is_text(head) else "unknown"


def _brand(head: bytes) -> str | None:
    brand = head[8:12]
    # The compatible brands of a picture may name mp4 too; the major brand decides.
    if brand in _IMAGE_BRANDS | _SEQUENCE_BRANDS | _AUDIO_BRANDS:
        return None
    if brand == b"qt  ":
        return "mov"
    return "3gp" if brand[:2] == b"3g" else "mp4"


def _describe_brand(brand: bytes) -> str:
    if brand in _IMAGE_BRANDS | _SEQUENCE_BRANDS:
        return "image"
    return "audio" if brand in _AUDIO_BRANDS else "unknown"


def _is_transport_stream(head: bytes) -> bool:
    # 188 is the broadcast packet, 192 the one with a time code in front, as camcorders (AVCHD) write it.
    for size, offset in ((_TS_PACKET, 0), (192, 4)):
        marks = head[offset::size]
        if len(marks) >= 3 and set(marks) == {0x47}:  # noqa: PLR2004 - three sync bytes in step are no accident
            return True
    return False


def _is_text(head: bytes) -> bool:
    if not head:
        return False
    return all(byte >= ord(" ") or byte in _TEXT_CONTROLS for byte in head)
