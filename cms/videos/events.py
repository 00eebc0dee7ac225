"""What this room tells the rooms above."""

from dataclasses import dataclass


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
