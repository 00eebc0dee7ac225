"""Captions in any usual encoding and either usual format -> clean cues -> clean WebVTT. Pure."""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

MAX_BYTES = 2 << 20
# One each 1.2 seconds of the longest video. The one limit of the site: more is refused, nothing is dropped.
MAX_CUES = 3000
MAX_TEXT = 1000
MAX_S = 24 * 3600.0
# Four times what a whole cue may hold: room for the tags and entities in it.
MAX_LINE = 4 * MAX_TEXT
MAX_ROUNDS = 8

_TIMING = re.compile(
    r"^\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})(?:\s.*)?$"
)
_TAG = re.compile(r"<[^<>]*>|\{\\[^{}]*\}")
_MARKUP = re.compile(r"[<>&{}]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
# A block that begins with one of these holds no speech.
_ASIDE = ("STYLE", "REGION", "NOTE", "WEBVTT")
# Frequent characters of running Chinese: whichever decoding shows more of them is the right one.
_FREQUENT = frozenset(
    "的一是了我不人在他有这个上们来到时大地为子中你说生国年着就那和要她出也得里后自以会这個們來時為說國著裡後會"
)


class CaptionsUnreadable(ValueError):  # noqa: N818  # reads as the fact it states
    """The file holds no captions that can be used; `messages.sentence_for(error.code)` says why.

    Codes: captions_too_large, captions_too_many, captions_encoding, captions_no_cues.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Cue:
    """What is said from one second to another."""

    start_s: float
    end_s: float
    text: str


def parse_captions(data: bytes) -> list[Cue]:
    """Return the cues of a WebVTT or SRT file in order of time, without tags, styles and notes.

    Reads UTF-8 (with or without BOM), UTF-16, GB18030 and Big5. Cues that end before they start are left out; more
    than one line of a cue stay lines. Raises CaptionsUnreadable.
    """
    if len(data) > MAX_BYTES:
        raise CaptionsUnreadable("captions_too_large")
    return parse_text(decode(data))


def parse_text(text: str) -> list[Cue]:
    """Return the cues of a file's text. Raises CaptionsUnreadable captions_no_cues or captions_too_many."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    cues = sorted(read_cues(lines), key=lambda cue: (cue.start_s, cue.end_s))
    if not cues:
        raise CaptionsUnreadable("captions_no_cues")
    if len(cues) > MAX_CUES:
        raise CaptionsUnreadable("captions_too_many")
    return cues


def decode(data: bytes) -> str:
    """Return the text of a file whose encoding nobody told.

    Raises CaptionsUnreadable captions_encoding.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return decode_as(data, (encoding,))
    if b"\x00" in data[:200]:
        # ASCII digits and arrows of the first cue have their zero byte second (little endian) or first.
        little = data[1:200:2].count(0) >= data[0:200:2].count(0)
        return decode_as(data, ("utf-16-le" if little else "utf-16-be",))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return likelier(data)


def decode_as(data: bytes, encodings: Iterable[str]) -> str:
    """Decode with the first encoding that fits.

    Raises CaptionsUnreadable captions_encoding.
    """
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CaptionsUnreadable("captions_encoding")


def likelier(data: bytes) -> str:
    """Decode as GB18030 or Big5, whichever reads more like running Chinese: nearly any bytes are valid in both.

    Raises CaptionsUnreadable captions_encoding.
    """
    readings = []
    for encoding in ("gb18030", "big5"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        readings.append((sum(character in _FREQUENT for character in text), text))
    if not readings:
        raise CaptionsUnreadable("captions_encoding")
    return max(readings, key=lambda reading: reading[0])[1]


def read_cues(lines: list[str]) -> Iterable[Cue]:
    """Yield the cues of the lines; a timing line begins one, an empty line or the next timing ends it."""
    index, aside = 0, False
    while index < len(lines):
        line = lines[index]
        timing = _TIMING.match(line)
        index += 1
        if not line.strip():
            aside = False
        elif line.split(" ", 1)[0].split("\t", 1)[0] in _ASIDE:
            aside = True
        elif timing and not aside:
            body, index = body_from(lines, index)
            cue = make_cue(timing, body)
            if cue:
                yield cue


def body_from(lines: list[str], index: int) -> tuple[list[str], int]:
    """Return the text lines from `index` on and where to go on."""
    body: list[str] = []
    while index < len(lines) and lines[index].strip() and not _TIMING.match(lines[index]):
        body.append(lines[index])
        index += 1
    # Without an empty line between them, the number of the next SRT cue was taken for text.
    if index < len(lines) and _TIMING.match(lines[index]) and body and body[-1].strip().isdigit():
        body.pop()
    return body, index


def make_cue(timing: re.Match[str], body: list[str]) -> Cue | None:
    """Return the cue, or None when it has no text or no length."""
    start, end = seconds(*timing.group(1, 2, 3, 4)), seconds(*timing.group(5, 6, 7, 8))
    text = "\n".join(filter(None, (clean(line) for line in body)))[:MAX_TEXT].strip()
    return Cue(start, end, text) if text and start < end <= MAX_S else None


def seconds(hours: str | None, minutes: str, whole: str, fraction: str) -> float:
    """Return the instant in seconds, exact to the millisecond."""
    return round(int(hours or 0) * 3600 + int(minutes) * 60 + int(whole) + int(fraction.ljust(3, "0")) / 1000, 3)


def clean(line: str) -> str:
    """Return plain text: no tags, no entities, no control characters, normalised.

    Removing a tag or an entity can uncover another one. Nobody writes that deep by accident, so after MAX_ROUNDS what
    still looks like markup loses the signs that would make it so; the work is bounded by the length of the line.
    """
    text = line[:MAX_LINE]
    for _round in range(MAX_ROUNDS):
        peeled = peel(text)
        if peeled == text:
            break
        text = peeled
    else:
        text = _MARKUP.sub("", text)
    return printable(text)


def printable(line: str) -> str:
    """Return text as it was typed, without characters that steer it, normalised."""
    return unicodedata.normalize("NFC", _CONTROL.sub("", line)).strip()


def peel(text: str) -> str:
    """Return the text without its outermost layer of tags and entities."""
    return html.unescape(_TAG.sub("", text))


def to_vtt(cues: Iterable[Cue]) -> str:
    """Return the cues as WebVTT with escaped text; reading it again gives the same cues."""
    blocks = ["WEBVTT"]
    for cue in cues:
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        lines = "\n".join(line for line in text.split("\n") if line.strip())
        blocks.append(f"{clock(cue.start_s)} --> {clock(cue.end_s)}\n{lines}")
    return "\n\n".join(blocks) + "\n"


def clock(at_s: float) -> str:
    """Return an instant as WebVTT writes it."""
    thousandths = round(at_s * 1000)
    return (
        f"{thousandths // 3_600_000:02}:{thousandths // 60_000 % 60:02}"
        f":{thousandths // 1000 % 60:02}.{thousandths % 1000:03}"
    )
