"""What one stream of a file tells: from its packets, from the index, and from the first pictures or sounds decoded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import av
from av.stream import Discard

from media_pipeline.timing import Clock, Timing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from av.index import IndexEntry
    from av.packet import Packet
    from av.stream import Stream
    from av.video.frame import VideoFrame

    from media_pipeline.probe_index import Sample

FRAMES_WANTED = 3
TRIES = 240  # packets given to a decoder before it is called unable


class Track:
    """A stream that is looked at."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream
        self.tick_s = float(stream.time_base or 1)
        self.timing = Timing(self.tick_s)
        self.clock = Clock()
        self.first: Packet[Any] | None = None
        self.frames: list[Any] = []
        self.tries = 0
        self.hidden = 0

    @property
    def is_known(self) -> bool:
        """Whether a decoder has shown what it can do."""
        return len(self.frames) >= FRAMES_WANTED or self.tries >= TRIES

    def pass_by(self, packet: Packet[Any]) -> None:
        """Count a packet, when all of them are read in the order of the file."""
        time = packet.dts if packet.dts is not None else packet.pts
        if time is not None:
            self.clock.take(time)
        self.take(packet)

    def pass_index(self, index: Iterable[IndexEntry], file_size: int) -> bool:
        """Read the clock in the index, when not all packets are read; tell whether all that it names is in the file."""
        for entry in index:
            place = entry.pos
            if not place >= 0 <= entry.size <= file_size - place:
                return False
            self.clock.take(entry.timestamp)
        return True

    def take(self, packet: Packet[Any]) -> None:
        """Count a packet."""
        if packet.is_discard:  # before the start of the edit list: decoded, never shown
            self.hidden += 1
            return
        time = packet.pts if packet.pts is not None else packet.dts
        if time is not None:
            self.timing.take(time, duration=packet.duration or 0, size=packet.size, key=packet.is_keyframe)

    def take_index(self, samples: Iterable[Sample]) -> None:
        """Count what the index names instead of packets."""
        for time, duration, size, key, hidden in samples:
            if hidden:
                self.hidden += 1
            else:
                self.timing.take(time, duration=duration, size=size, key=key)

    def try_to_decode(self, packet: Packet[Any]) -> None:
        """Decode until enough was seen."""
        if self.is_known:
            return
        self.first = self.first or packet
        self.tries += 1
        try:
            self.frames.extend(packet.decode())
        except (av.FFmpegError, ValueError):
            return

    def pass_over(self, *, passed: bool) -> None:
        """Have the packets of this stream left out, which ffmpeg then does not even read where there is an index."""
        self.stream.discard = Discard.all if passed else Discard.default

    def video_facts(self) -> dict[str, Any]:
        """Return what is known of pictures."""
        stream: Any = self.stream
        context = stream.codec_context
        facts = self._rhythm() | {
            "index": stream.index,
            "codec": context.name if context else "unknown",
            "decodes": bool(self.frames),
            "sar": str(stream.sample_aspect_ratio or 0),
            "hidden": self.hidden,
        }
        return facts | self._picture_facts(self.frames[0]) if self.frames else facts

    def _picture_facts(self, frame: VideoFrame) -> dict[str, Any]:
        side_data: Any = frame.side_data
        matrix = side_data.get("DISPLAYMATRIX")
        return {
            "width": frame.width,
            "height": frame.height,
            "pix_fmt": frame.format.name,
            "bit_depth": max(component.bits for component in frame.format.components),
            "transfer": int(frame.color_trc),
            "primaries": int(frame.color_primaries),
            "matrix": int(frame.colorspace),
            "full_range": int(frame.color_range) == 2 or frame.format.name.startswith("yuvj"),  # noqa: PLR2004 - AVCOL_RANGE_JPEG
            "interlaced": any(shown.interlaced_frame for shown in self.frames),
            "display_matrix": list(memoryview(bytes(matrix)).cast("i")) if matrix is not None else None,
        }

    def audio_facts(self) -> dict[str, Any]:
        """Return what is known of sound that was decoded."""
        stream: Any = self.stream
        layout = self.frames[0].layout
        heard = self._rhythm()
        return {
            "index": stream.index,
            "codec": stream.codec_context.name,
            "channels": layout.nb_channels,
            "layout": layout.name,
            "language": stream.language,
            "sample_rate": self.frames[0].sample_rate,
            "start_s": heard["start_s"],
            "end_s": heard["end_s"],
            "ahead_s": heard["ahead_s"],
            "back_s": heard["back_s"],
        }

    def _rhythm(self) -> dict[str, object]:
        jumps = {"ahead_s": self.clock.ahead * self.tick_s, "back_s": self.clock.back * self.tick_s}
        return self.timing.facts() | jumps
