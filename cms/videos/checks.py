"""What an author should hear about a recording before anybody else sees it. Pure."""

from dataclasses import dataclass
from typing import Any

SHORTEST_S = 120.0
LONGEST_S = 600.0
QUIET_LUFS = -26.0
SMALL_SIDE = 480
SLOW_FPS = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The facts that are judged. `loudness_lufs` None means silence, or not measured yet while `measured` is false."""

    duration_s: float
    short_side: int
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
    if recording.short_side < SMALL_SIDE:
        found.append(("small_picture", recording.short_side))
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
    return [("quiet", recording.loudness_lufs)] if recording.loudness_lufs < QUIET_LUFS else []
