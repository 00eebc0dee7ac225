"""Sound level: what the meter said, and the gain that makes lessons equally loud."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from media_pipeline import commands, run, spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TARGET_LUFS = -16.0
SILENCE_LUFS = -69.0
# Below this there is room noise and no speech; lifting it would only make hiss.
QUIET_LUFS = -55.0
SMALLEST_GAIN_DB = 0.3
STEREO = 2
TWICE_DB = 3.01
# A channel is dead that holds nothing above this, while the other one is so much louder.
DEAD_DB = -60.0
DEAD_BELOW_DB = 30.0
_CHANNEL = re.compile(r"Channel: (\d+)\n[^\n]*Peak level dB: (-?[\d.]+|-inf)")
_INTEGRATED = re.compile(r"Integrated loudness:\s+I:\s+(-?[\d.]+|-?inf|nan) LUFS")


def measure(
    source_file: Path,
    source: spec.Source,
    *,
    seconds: float | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> spec.Loudness:
    """Listen to a source (its first `seconds`, or all) and return its loudness with the gain it needs."""
    if source.audio is None:
        return spec.Loudness(lufs=None)
    argv = commands.measure_argv(source_file, source, seconds=seconds)
    finished = run.run(
        argv,
        duration_s=seconds or source.duration_s,
        should_stop=should_stop,
        memory_bytes=source.video.memory_bytes,
    )
    return level(read_meter(finished.stderr), side=read_side(finished.stderr))


def read_meter(report: str) -> float | None:
    """Return the last integrated loudness of a report, None for silence."""
    found = _INTEGRATED.findall(report)
    if not found or found[-1] in {"-inf", "inf", "nan"}:
        return None
    lufs = float(found[-1])
    return lufs if lufs > SILENCE_LUFS else None


def read_side(report: str) -> int | None:
    """Return which of two channels is the only one that carries sound."""
    peaks = {int(channel) - 1: float(peak) for channel, peak in _CHANNEL.findall(report)}
    if len(peaks) != STEREO:
        return None
    living, dead = sorted(peaks, key=lambda channel: -peaks[channel])
    return living if peaks[dead] < DEAD_DB and peaks[living] - peaks[dead] > DEAD_BELOW_DB else None


def level(lufs: float | None, *, side: int | None = None) -> spec.Loudness:
    """Decide the linear gain; silence and mere noise are left alone."""
    if lufs is None or lufs < QUIET_LUFS:
        return spec.Loudness(lufs=lufs)
    # The same in both channels is twice the power.
    gain = TARGET_LUFS - lufs - (TWICE_DB if side is not None else 0.0)
    return spec.Loudness(lufs=lufs, gain_db=round(gain, 2) if abs(gain) >= SMALLEST_GAIN_DB else 0.0, side=side)
