"""Captions as lines that a person can read and change (pure).

`03:12.0-03:16.5 text`, or `03:12 text` (until the next line begins), or plain lines, spread over the video. A caption
of two lines stands on one, with BREAK between them. The editor beside the player writes the same (front/ts/captions/lines.ts).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from cms.videos.captions import MAX_CUES, MAX_S, MAX_TEXT, printable

CLOCK = r"(?:(\d{1,2}):)?(\d{1,3}):(\d{2}(?:[.,]\d{1,3})?)"
LINE = re.compile(rf"^\[?{CLOCK}\]?(?:\s*(?:-->|[-–—~])\s*{CLOCK})?\s+(.+)$")  # dashes as people type them
BREAK = "⏎"
# Whatever `str.splitlines` takes for the end of a line.
LINE_END = re.compile(r"\s*[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+\s*")
LAST_CUE_S = 4.0
SHORTEST_CUE_S = 0.2
FALLBACK_CUE_S = 3.0
MINUTE_S = 60
HOUR_S = 3600


class UnreadableLine(ValueError):  # noqa: N818  # reads as the fact it states
    """A line cannot be understood; `number` counts from 1, `code` says why: time, backwards, order, late, long."""

    def __init__(self, number: int, code: str = "time") -> None:
        super().__init__(f"line {number}: {code}")
        self.number, self.code = number, code


class TooManyLines(ValueError):  # noqa: N818  # see UnreadableLine
    """There are more lines than captions are kept; `count` of them."""

    def __init__(self, count: int) -> None:
        super().__init__(f"{count} lines")
        self.count = count


@dataclass(frozen=True)
class TimedLine:
    """One caption in seconds."""

    start: float
    end: float
    text: str


def seconds(hours: str | None, minutes: str, rest: str) -> float:
    """Return the clock's parts as seconds."""
    return int(hours or 0) * HOUR_S + int(minutes) * MINUTE_S + float(rest.replace(",", "."))


def clock(value: float) -> str:
    """Return seconds as 03:12.5, exact to the millisecond, or as 1:03:12.5."""
    minutes, thousandths = divmod(round(value * 1000), MINUTE_S * 1000)
    hours, minutes = divmod(minutes, 60)
    rest = f"{thousandths // 1000:02}.{thousandths % 1000:03}".rstrip("0")
    return (f"{hours}:" if hours else "") + f"{minutes:02}:{rest}" + ("0" if rest.endswith(".") else "")


def format_lines(cues: Sequence[dict[str, Any]]) -> str:
    """Return stored captions as lines for editing; reading them again gives the same captions."""
    return "\n".join(
        f"{clock(cue['start'])}-{clock(cue['end'])} {LINE_END.sub(BREAK, cue['text'].strip())}" for cue in cues
    )


def is_file(text: str) -> bool:
    """Return whether the text is a whole captions file that was pasted, and not our lines with arrows in them."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return "-->" in text and len(lines) > 1 and not all(LINE.match(line) for line in lines)


def parse_lines(text: str, *, duration_s: float | None = None) -> list[TimedLine]:
    """Return the captions of typed lines; lines without any time are spread over the video by their length.

    Raises UnreadableLine for a line without a time among lines with times (time), one that ends before it begins
    (backwards), one that begins after the one below it (order), one beyond MAX_S (late) and one of more than MAX_TEXT
    characters (long); TooManyLines for more than MAX_CUES.
    """
    lines = [(number, line) for number, line in enumerate(map(printable, text.splitlines()), 1) if line]
    if len(lines) > MAX_CUES:
        raise TooManyLines(len(lines))
    matches = [(number, LINE.match(line)) for number, line in lines]
    if lines and not any(match for _number, match in matches):
        return spread([words_of(number, line) for number, line in lines], duration_s or len(lines) * FALLBACK_CUE_S)
    starts: list[tuple[int, float, float | None, str]] = []
    for number, match in matches:
        if match is None:
            raise UnreadableLine(number)
        h, m, s, end_h, end_m, end_s, words = match.groups()
        starts.append(
            (number, seconds(h, m, s), seconds(end_h, end_m, end_s) if end_m else None, words_of(number, words))
        )
    return [
        timed(number, start, end, starts[n + 1][1] if n + 1 < len(starts) else None, words)
        for n, (number, start, end, words) in enumerate(starts)
    ]


def words_of(number: int, typed: str) -> str:
    """Return what is shown: the lines of a caption below each other. Raises UnreadableLine (long)."""
    words = "\n".join(filter(None, (line.strip() for line in typed.split(BREAK)))) or typed.strip()
    if len(words) > MAX_TEXT:
        raise UnreadableLine(number, "long")
    return words


def timed(number: int, start: float, end: float | None, following: float | None, words: str) -> TimedLine:
    """Return one line with its end: as typed, or when the next begins."""
    until = end if end is not None else following if following is not None else start + LAST_CUE_S
    if following is not None and following < start:
        raise UnreadableLine(number, "order")
    if until <= start:
        raise UnreadableLine(number, "backwards")
    if until > MAX_S:
        raise UnreadableLine(number, "late")
    return TimedLine(start, until, words)


def spread(lines: list[str], duration_s: float) -> list[TimedLine]:
    """Return plain lines over the whole length, longer ones shown longer."""
    weight = sum(len(line) for line in lines)
    at, cues = 0.0, []
    for line in lines:
        length = max(SHORTEST_CUE_S, duration_s * len(line) / weight)
        cues.append(TimedLine(round(at, 3), round(at + length, 3), line))
        at += length
    return cues
