"""The one exception of the engine, and the sentence that belongs to each of its codes."""

from __future__ import annotations

# A site translates by code; these English sentences are what the command line shows.
CODES: dict[str, str] = {
    # What is wrong with the file itself: trying again changes nothing.
    "empty_file": "The file is empty.",
    "not_video": "The file is not a video.",
    "unreadable": "The file looks like a video, but its content cannot be read.",
    "truncated": "The file ends before the recording does, so a part of it is missing.",
    "broken": "The pictures in the file are damaged and cannot be shown.",
    "no_picture": "The file has no moving picture.",
    "too_many_pixels": "The pictures are larger than 36 megapixels, or longer than 8192 pixels on one side.",
    "too_small": "The pictures are smaller than 16 pixels.",
    "too_long": "The video is longer than four hours.",
    "too_short": "The video is shorter than a tenth of a second.",
    "gap": "The clock of the recording jumps, so that pictures and sound cannot be put in order.",
    "too_many_streams": "The file holds more than 32 streams of pictures, sound and other things.",
    "unsupported_codec": "The video is stored in a format that is not supported.",
    "dolby_vision_5": "Dolby Vision profile 5 has no base layer that can be decoded with right colours.",
    # What is wrong with the call.
    "missing_file": "The file does not exist.",
    "output_exists": "The output folder holds other files.",
    # What may go better next time.
    "probe_failed": "The video could not be examined.",
    "encoder_failed": "The video could not be converted.",
    "verify_failed": "The converted video is not what it should be.",
    "out_of_space": "There is not enough room on the disk.",
    "out_of_memory": "The conversion needed too much memory.",
    "stalled": "The conversion made no progress and was stopped.",
    "timeout": "The conversion took too long and was stopped.",
    "cancelled": "The conversion was cancelled.",
}

TEMPORARY = frozenset(
    {
        "probe_failed",
        "encoder_failed",
        "verify_failed",
        "out_of_space",
        "out_of_memory",
        "stalled",
        "timeout",
        "cancelled",
    }
)


class PipelineError(Exception):
    """A video that could not be processed.

    `code` is a key of CODES, `message` one English sentence, `permanent` tells that trying again cannot help.
    """

    def __init__(self, code: str, message: str, permanent: bool) -> None:  # noqa: FBT001 - the agreed signature
        super().__init__(message)
        self.code = code
        self.message = message
        self.permanent = permanent

    def __reduce__(self) -> tuple[type[PipelineError], tuple[str, str, bool]]:
        return (type(self), (self.code, self.message, self.permanent))

    def to_json(self) -> dict[str, str | bool]:
        return {"code": self.code, "message": self.message, "permanent": self.permanent}


def failure(code: str, message: str = "") -> PipelineError:
    """Make the error of a code, with its usual sentence unless a better one is given."""
    return PipelineError(code, message or CODES[code], code not in TEMPORARY)
