"""Runs in a limited child process: plays what was made as a stranger's player would, and prints what it met as JSON.

Every packet of every size is read; of each size the key frames are decoded, of the smallest one and of the sound all.
"""

from __future__ import annotations

import io
import json
import sys
from array import array
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av

from media_pipeline import commands, package

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.packet import Packet
    from av.stream import Stream

# AVCOL_RANGE_JPEG of libavutil.
FULL_RANGE = 2
OPEN_OPTIONS = {"protocol_whitelist": "file,pipe", "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2"}


def main() -> None:
    out_dir, *wanted = sys.argv[1:]
    seen = {}
    for name in wanted:
        place, _, how = name.partition(":")
        try:
            asked = how.split("+")
            seen[place] = examine(Path(out_dir) / place, wholly="wholly" in asked, gently="gently" in asked)
        except (av.FFmpegError, OSError, ValueError) as error:
            seen[place] = {"error": str(error)[:300] or type(error).__name__}
    sys.stdout.write(json.dumps(seen))


def examine(place: Path, *, wholly: bool, gently: bool) -> dict[str, Any]:
    """Return what a folder of segments, or a single file, holds: an entry for its picture and one for its sound.

    Read `gently`, a damaged picture is one that cannot be seen; otherwise it is an error.
    """
    file: Any = Joined(place) if place.is_dir() else str(place)
    with av.open(file, "r", format="mov", options=dict(OPEN_OPTIONS), metadata_errors="ignore") as container:
        return {
            stream.type: _listen(container, stream)
            if stream.type == "audio"
            else _look(container, stream, wholly=wholly, gently=gently)
            for stream in container.streams
        }


class Joined(io.RawIOBase):
    """Init and segments of a folder as one file, of which only the part that is read lies in memory."""

    def __init__(self, folder: Path) -> None:
        names = (commands.INIT, *package.read_playlist(folder / package.PLAYLIST).names)
        self.parts = [folder / name for name in names]
        self.starts = [0]
        for part in self.parts:
            self.starts.append(self.starts[-1] + part.stat().st_size)
        self.place = 0
        self.open: tuple[int, io.BufferedReader] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self.place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self.place, io.SEEK_END: self.starts[-1]}[whence]
        self.place = max(0, base + offset)
        return self.place

    def read(self, size: int = -1) -> bytes:
        number = next((n for n, start in enumerate(self.starts[1:]) if self.place < start), None)
        if number is None:
            return b""
        if self.open is None or self.open[0] != number:
            self.close_part()
            self.open = (number, self.parts[number].open("rb"))
        file = self.open[1]
        file.seek(self.place - self.starts[number])
        data = file.read(size)
        self.place += len(data)
        return data

    def close_part(self) -> None:
        if self.open:
            self.open[1].close()
        self.open = None


def _look(container: InputContainer, stream: Stream, *, wholly: bool, gently: bool) -> dict[str, Any]:
    context: Any = stream.codec_context
    context.skip_frame = "DEFAULT" if wholly else "NONKEY"
    # Nobody looks at these pictures, so their blocks' edges stay: what is damaged shows before they would be smoothed.
    context.options = {"skip_loop_filter": "all"} | ({} if gently else {"err_detect": "explode"})
    container.seek(0)
    instants, keys, decoded = array("q"), array("q"), 0
    first: Any = None
    for packet in container.demux(stream):
        if packet.size:
            _note(packet, instants, keys)
        for frame in _decoded(context, packet, gently=gently):
            decoded += 1
            first = first or frame
    unit = float(stream.time_base or 0)
    steps = [after - before for before, after in zip(sorted(instants), sorted(instants)[1:], strict=False)]
    return {
        "codec": context.name,
        "pix_fmt": context.pix_fmt,
        "size": [context.width, context.height],
        "sar": str(context.sample_aspect_ratio or 1),
        "rotation": int(first.rotation) if first is not None else 0,
        "colour": [int(value) for value in (context.color_primaries, context.color_trc, context.colorspace)],
        "full_range": int(context.color_range) == FULL_RANGE,
        "pictures": len(instants),
        "decoded": decoded,
        "keys": [round(key * unit, 6) for key in sorted(keys)],
        "first_s": min(instants, default=0) * unit,
        "step_s": [min(steps, default=0) * unit, max(steps, default=0) * unit],
    }


def _decoded(context: Any, packet: Packet[Any], *, gently: bool) -> list[Any]:
    try:
        return list(context.decode(packet))
    except av.FFmpegError:
        if gently:
            return []
        raise


def _note(packet: Packet[Any], instants: array[int], keys: array[int]) -> None:
    instants.append(packet.pts or 0)
    if packet.is_keyframe:
        keys.append(packet.pts or 0)


def _listen(container: InputContainer, stream: Stream) -> dict[str, Any]:
    context: Any = stream.codec_context
    container.seek(0)
    samples = sum(frame.samples for packet in container.demux(stream) for frame in context.decode(packet))
    return {"codec": context.name, "channels": context.layout.nb_channels, "seconds": samples / context.sample_rate}


if __name__ == "__main__":
    main()
