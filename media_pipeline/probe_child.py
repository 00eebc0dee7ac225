"""Runs in a limited child process: opens one untrusted file with PyAV and prints raw facts as JSON.

A decoder that crashes or eats memory ends this process and not the worker. What the facts mean is decided in `probe`.
"""

from __future__ import annotations

import itertools
import json
import sys
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.stream import Disposition

from media_pipeline.dolby_vision import dolby_vision_profile
from media_pipeline.spec import MAX_PIXELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame

OPEN_OPTIONS = {
    "protocol_whitelist": "file,pipe",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi",
    "max_streams": "32",
    "probesize": "8000000",
    "analyzeduration": "5000000",
}
FRAMES_WANTED = 3
TRIES = 240  # packets given to a decoder before it is called unable
UNKNOWN_TIME = -(1 << 62)


class Track:
    """What the packets of one stream tell."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.times = array("q")
        self.keys = array("q")
        self.sizes = array("q")
        self.end = 0
        self.open_gop = False
        self.frames: list[Any] = []
        self.tries = 0
        self.damaged = 0
        self.hidden = 0

    def take(self, packet: Packet[Any]) -> None:
        if packet.is_discard:  # before the start of the edit list: decoded, never shown
            self.hidden += 1
            return
        time = packet.pts if packet.pts is not None else packet.dts
        if time is None:
            return
        if packet.is_keyframe:
            self.keys.append(time)
        elif self.keys and time < self.keys[-1]:
            self.open_gop = True
        self.times.append(time)
        self.sizes.append(packet.size)
        self.end = max(self.end, time + (packet.duration or 0))

    def try_to_decode(self, packet: Packet[Any]) -> None:
        if len(self.frames) >= FRAMES_WANTED or self.tries >= TRIES:
            return
        self.tries += 1
        try:
            self.frames.extend(packet.decode())
        except (av.FFmpegError, ValueError):
            self.damaged += 1


def main() -> None:
    path, demuxer = sys.argv[1:3]
    try:
        facts = examine(path, demuxer)
    except (av.FFmpegError, ValueError, EOFError) as error:
        facts = {"error": "unreadable", "detail": str(error)[:300]}
    sys.stdout.write(json.dumps(facts))


def examine(path: str, demuxer: str) -> dict[str, Any]:
    # The explicit format keeps ffmpeg from guessing: text that names other files is never tried.
    with av.open(path, "r", format=demuxer, options=dict(OPEN_OPTIONS), metadata_errors="ignore") as container:
        video = _choose_video(container)
        if video is None:
            return {"error": "no_picture"}
        if _pixels(video) > MAX_PIXELS:  # before a decoder reserves room for them
            return {"error": "too_many_pixels"}
        _be_modest(container)
        tracks = {stream.index: Track(stream) for stream in (video, *_sound_streams(container))}
        cut_short = _read_packets(container, tracks)
        seen = tracks.pop(video.index)
        sound = next((track for track in tracks.values() if track.frames), None)
        facts: dict[str, Any] = {
            "cut_short": cut_short,
            "declared_s": _declared_seconds(container, video, demuxer),
            "video": _video_facts(seen),
            "audio": _audio_facts(sound) if sound else None,
        }
    if demuxer == "mov" and facts["video"]["codec"] == "hevc":
        facts["dolby_vision"] = dolby_vision_profile(Path(path))
    return facts


def _choose_video(container: InputContainer) -> Stream | None:
    still = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails
    moving = [s for s in container.streams.video if not s.disposition & still]
    return next((s for s in moving if s.disposition & Disposition.default), moving[0] if moving else None)


def _sound_streams(container: InputContainer) -> Sequence[Stream]:
    # iPhones add a spatial track that nobody else can decode beside the plain one, so every track is tried.
    return sorted(
        (s for s in container.streams.audio if s.codec_context is not None),
        key=lambda s: (not s.disposition & Disposition.default, s.index),
    )


def _pixels(stream: Stream) -> int:
    context: Any = stream.codec_context
    return context.width * context.height if context is not None else 0


def _be_modest(container: InputContainer) -> None:
    for stream in (*container.streams.video, *container.streams.audio):
        if stream.codec_context is not None:
            stream.codec_context.thread_count = 1
            stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}


def _read_packets(container: InputContainer, tracks: dict[int, Track]) -> bool:
    try:
        for packet in container.demux([track.stream for track in tracks.values()]):
            track = tracks[packet.stream.index]
            if packet.is_corrupt and "mov" in container.format.name:  # broadcasts are full of them
                return True
            track.try_to_decode(packet)
            if packet.size:
                track.take(packet)
    except (av.FFmpegError, EOFError):
        return True
    return False


def _declared_seconds(container: InputContainer, stream: Stream, demuxer: str) -> float | None:
    """Return the length a header promises; other containers than these two only guess."""
    if demuxer == "mov" and stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if demuxer == "matroska" and container.duration:
        return container.duration / av.time_base
    return None


def _video_facts(track: Track) -> dict[str, Any]:
    stream: Any = track.stream
    context = stream.codec_context
    base = float(stream.time_base)
    frame: VideoFrame | None = track.frames[0] if track.frames else None
    facts: dict[str, Any] = {
        "index": stream.index,
        "codec": context.name if context else "unknown",
        "decodes": frame is not None,
        "packets": len(track.times),
        "bytes": sum(track.sizes),
        "sar": str(stream.sample_aspect_ratio or 0),
        "open_gop": track.open_gop,
        "hidden": track.hidden,
        "gop_max_s": _longest_gop(track) * base,
        "end_s": track.end * base,
        **_timing(track, base),
    }
    if frame is None:
        return facts
    side_data: Any = frame.side_data
    matrix = side_data.get("DISPLAYMATRIX")
    return facts | {
        "width": frame.width,
        "height": frame.height,
        "pix_fmt": frame.format.name,
        "bit_depth": max(component.bits for component in frame.format.components),
        "transfer": int(frame.color_trc),
        "primaries": int(frame.color_primaries),
        "matrix": int(frame.colorspace),
        "full_range": int(frame.color_range) == 2 or frame.format.name.startswith("yuvj"),  # noqa: PLR2004 - AVCOL_RANGE_JPEG
        "interlaced": any(shown.interlaced_frame for shown in track.frames),
        "display_matrix": list(memoryview(bytes(matrix)).cast("i")) if matrix is not None else None,
    }


def _longest_gop(track: Track) -> int:
    marks = [*sorted(track.keys), track.end]
    return max((after - before for before, after in itertools.pairwise(marks)), default=0)


def _timing(track: Track, base: float) -> dict[str, Any]:
    """Describe the distances between pictures; sorted, since packets come in decoding order."""
    times = sorted(track.times)
    if not times:
        return {"start_s": 0.0, "deltas": None, "peak_bytes": 0}
    deltas = sorted(after - before for before, after in itertools.pairwise(times))
    middle = deltas[len(deltas) // 2] if deltas else 0
    # One tick and a bit more: containers that count in milliseconds round 33.3 to 33 or 34.
    slack = max(1.2 / base / 1000, middle * 0.02, 1.0)
    odd = sum(1 for delta in deltas if abs(delta - middle) > slack)
    return {
        "start_s": times[0] * base,
        "deltas": {
            "count": len(deltas),
            "median_s": middle * base,
            "mean_s": (times[-1] - times[0]) * base / max(1, len(deltas)),
            "max_s": (deltas[-1] if deltas else 0) * base,
            "odd": odd,
        },
        "peak_bytes": _peak_bytes(track, base),
    }


def _peak_bytes(track: Track, base: float) -> int:
    """Return the most bytes that any one second holds."""
    buckets: dict[int, int] = {}
    for time, size in zip(track.times, track.sizes, strict=True):
        second = int(time * base)
        buckets[second] = buckets.get(second, 0) + size
    return max(buckets.values(), default=0)


def _audio_facts(track: Track) -> dict[str, Any]:
    stream: Any = track.stream
    context = stream.codec_context
    return {
        "index": stream.index,
        "codec": context.name,
        "channels": track.frames[0].layout.nb_channels,
        "sample_rate": track.frames[0].sample_rate,
        "start_s": min(track.times, default=0) * float(stream.time_base),
        "end_s": track.end * float(stream.time_base),
    }


if __name__ == "__main__":
    main()
