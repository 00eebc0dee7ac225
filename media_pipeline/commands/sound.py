"""The sound: even, at one level, in two layouts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ffmpeg

from media_pipeline import spec
from media_pipeline.commands.inputs import Options, nameless
from media_pipeline.commands.segments import RAW_PLAYLIST, hls

if TYPE_CHECKING:
    from pathlib import Path

AUDIO_FOLDER = "audio"
AUDIO_BITRATE = 128_000
# One channel for weak lines: speech keeps its words at a third of the bytes.
LOW_AUDIO_FOLDER = "audio_low"
LOW_AUDIO_BITRATE = 48_000
LOW_AUDIO_CUTOFF = 12_000
AUDIO_RATE = 48_000
# What swings between two samples is seen at four times the rate; the encoder then overshoots by up to two decibels, so
# that -3 dBFS before it keeps the true peaks of speech and music below -1 dBTP. With few bits it overshoots claps by up
# to seven decibels, by less if it spends none on the highest tones, which nobody on a weak line misses.
PEAK_CEILING = 0.71
LOW_PEAK_CEILING = 0.5
PEAK_RATE = 4 * AUDIO_RATE
FIRST_FOR_BOTH = "stereo|c0=c0|c1=c0"


def even_sound(opened: Any, source: spec.Source) -> Any:
    if source.audio is None:
        raise ValueError("the source has no sound")
    sound = opened[str(source.audio.index)]
    # Sound from all around is not mixed by ffmpeg; its first channel is what is heard from everywhere.
    around = source.audio.layout.startswith("ambisonic")
    sound = sound.filter("pan", args=FIRST_FOR_BOTH) if around else sound.filter("aformat", channel_layouts="stereo")
    # async fills holes and first_pts=0 pads a late start, so that sound stays where it was filmed.
    sound = sound.filter("aresample", AUDIO_RATE, **{"async": 1000, "first_pts": 0})
    return sound.filter("aformat", sample_fmts="fltp", channel_layouts="stereo")


def levelled(opened: Any, source: spec.Source, loudness: spec.Loudness) -> Any:
    sound = even_sound(opened, source)
    if loudness.side is not None:
        sound = sound.filter("pan", args=FIRST_FOR_BOTH.replace("=c0", f"=c{loudness.side}"))
    if loudness.gain_db:
        sound = sound.filter("volume", f"{loudness.gain_db:.2f}dB")
    if loudness.lufs is not None:
        sound = sound.filter("aresample", PEAK_RATE)
        sound = sound.filter("alimiter", limit=PEAK_CEILING, level="disabled", latency=1)
        # Said once more: a change of rate may change the layout too, to what the sound in one channel asks for.
        sound = sound.filter("aresample", AUDIO_RATE).filter("aformat", channel_layouts="stereo")
    return sound.filter("ebur128", framelog="quiet", peak="true")


def full_sound(heard: Any, out_dir: Path, *, seconds: float, start: spec.Start) -> Any:
    """Code the sound in two channels."""
    return _coded(heard, out_dir / AUDIO_FOLDER, AUDIO_BITRATE, seconds, start)


def both_sounds(heard: Any, out_dir: Path, *, start: spec.Start = spec.BEGINNING) -> list[Any]:
    """Code the sound in two channels, and in one for weak lines."""
    branches = heard.filter_multi_output("asplit", 2)
    mono = branches[1].filter("aformat", channel_layouts="mono")
    mono = mono.filter("alimiter", limit=LOW_PEAK_CEILING, level="disabled", latency=1)
    return [
        full_sound(branches[0], out_dir, seconds=spec.SEGMENT_S, start=start),
        _coded(mono, out_dir / LOW_AUDIO_FOLDER, LOW_AUDIO_BITRATE, spec.SEGMENT_S, start, cutoff=LOW_AUDIO_CUTOFF),
    ]


def _coded(heard: Any, folder: Path, bitrate: int, seconds: float, start: spec.Start, **how: int) -> Any:
    options: Options = {"c:a": "aac", "b:a": bitrate, **how, **nameless()}
    return ffmpeg.output(heard, str(folder / RAW_PLAYLIST), **options, **hls(folder, seconds, start))
