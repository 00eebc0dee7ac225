"""What this room tells the rooms above."""

from dataclasses import dataclass

from cms.videos.captions import Cue


@dataclass(frozen=True, slots=True)
class VideoChanging:
    """The row of a video is about to be written; rooms above hold theirs of it now, until the transaction ends.

    Everybody takes rows in one order: the job, then what uses the video, then the video. Who holds the job but would
    write the video first and tell the rooms above afterwards meets, on PostgreSQL, an editor who goes the other way.
    """

    video_id: int


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
