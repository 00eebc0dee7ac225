"""What an author should hear about a recording before anybody else sees it. Pure."""

from dataclasses import dataclass
from typing import Any

SHORTEST_S = 120.0
LONGEST_S = 600.0
# As sent, before the engine brings it to one level: speech near a phone has -28 to -18.
QUIET_LUFS = -32.0
LOUD_LUFS = -9.0
SMALL_SIDE = 480
SLOW_FPS = 20.0
HALF_TURN = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The facts that are judged: sizes upright, `rotation` as the file says it, in degrees clockwise.

    `loudness_lufs` is that of the recording as sent; None means silence, or not measured yet while `measured` is false.
    """

    duration_s: float
    width: int
    height: int
    rotation: int = 0
    fps: float
    has_audio: bool
    measured: bool = False
    loudness_lufs: float | None = None


def findings(recording: Recording) -> list[dict[str, Any]]:
    """Return what is worth saying, as {"code", "value"}; codes are keys of `messages.CHECKS`."""
    found: list[tuple[str, float | None]] = []
    if recording.duration_s < SHORTEST_S:
        found.append(("length_short", round(recording.duration_s, 1)))
    if recording.duration_s > LONGEST_S:
        found.append(("length_long", round(recording.duration_s, 1)))
    found.extend(about_sound(recording))
    found.extend(about_picture(recording))
    if recording.fps < SLOW_FPS:
        found.append(("low_frame_rate", round(recording.fps, 1)))
    return [{"code": code, "value": value} for code, value in found]


def about_sound(recording: Recording) -> list[tuple[str, float | None]]:
    """Return what is worth saying about the sound."""
    if not recording.has_audio:
        return [("no_audio", None)]
    if not recording.measured:
        return []
    if recording.loudness_lufs is None:
        return [("silent", None)]
    if recording.loudness_lufs < QUIET_LUFS:
        return [("quiet", recording.loudness_lufs)]
    return [("loud", recording.loudness_lufs)] if recording.loudness_lufs > LOUD_LUFS else []


def about_picture(recording: Recording) -> list[tuple[str, float | None]]:
    """Return what is worth saying about the size of the picture and how the phone was held."""
    found: list[tuple[str, float | None]] = []
    portrait = recording.height > recording.width
    if portrait:
        found.append(("portrait", None))
    # A phone held upright turns its picture by a quarter; every other turn may be a mistake of the file.
    if recording.rotation == HALF_TURN or (recording.rotation and not portrait):
        found.append(("turned", recording.rotation))
    if min(recording.width, recording.height) < SMALL_SIDE:
        found.append(("small_picture", min(recording.width, recording.height)))
    return found
