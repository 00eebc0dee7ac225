"""What this room tells the rooms above."""

from dataclasses import dataclass

from cms.videos.captions import Cue


@dataclass(frozen=True, slots=True)
class VideoPlayable:
    """The first segments of a video can be played."""

    video_id: int


@dataclass(frozen=True, slots=True)
class VideoReady:
    """All sizes of a video are there."""

    video_id: int


@dataclass(frozen=True, slots=True)
class VideoFailed:
    """A video could not be converted; `code` is a key of `videos.messages`."""

    video_id: int
    code: str


@dataclass(frozen=True, slots=True)
class CaptionsRecognised:
    """A program has recognised what is said; nobody has read it yet."""

    video_id: int
    language: str
    cues: tuple[Cue, ...]
