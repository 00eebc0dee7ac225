"""What watching tells upper rooms."""

from dataclasses import dataclass


@dataclass(frozen=True)
class VideoWatched:
    """A person has played a video nearly to the full for the first time; `fraction` is what was played, 0 to 1."""

    user_id: int
    video_id: int
    fraction: float
