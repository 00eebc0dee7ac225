"""What a program that recognises speech printed -> clean cues, by the rules for files of strangers. Pure."""

import json
from typing import Any

from cms.videos.captions import MAX_S, CaptionsUnreadable, Cue, parse_text, to_vtt

# As much as media_pipeline.run keeps of what a program prints.
STDOUT_MAX = 4_000_000


def read_recognised(output: bytes, *, duration_s: float) -> list[Cue]:
    """Return the cues of printed lines `[start, end, text]`, none beyond the film; what is no such line is left out.

    Raises CaptionsUnreadable when there is more than captions may be.
    """
    if len(output) >= STDOUT_MAX:
        # The rest was cut off.
        raise CaptionsUnreadable("captions_too_large")
    cues = [cue for line in output.splitlines() if (cue := cue_of(line, duration_s))]
    try:
        return parse_text(to_vtt(cues))
    except CaptionsUnreadable as error:
        if error.code == "captions_no_cues":
            return []
        raise


def cue_of(line: bytes, duration_s: float) -> Cue | None:
    """Return the cue of one line, or None when it is none."""
    try:
        start, end, text = json.loads(line)
    except (ValueError, TypeError, RecursionError):
        return None
    if not (is_moment(start) and is_moment(end) and isinstance(text, str) and start < duration_s):
        return None
    # Half a sign of two cannot be stored.
    return Cue(float(start), float(min(end, duration_s)), text.encode(errors="replace").decode())


def is_moment(value: Any) -> bool:
    """Return whether the value is a number of seconds; neither infinity nor what is no number lies between these."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= MAX_S
