"""Files that mislead, lie, or came to harm: how each is made, from clips of a second and by editing bytes.

What becomes of each stands in test_hostile: a code, or what has to be seen and heard.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from media_pipeline import run

Edit = Callable[[bytearray], None]

HEAD = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp42"
DEEP = 100_000
CLUSTER = b"\x1f\x43\xb6\x75"
# No file of another kind opens what it names.
NAMING = {
    "ffconcat": b"ffconcat version 1.0\nfile victim.mp4\nduration 2\n",
    "playlist": b"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nvictim.mp4\n#EXT-X-ENDLIST\n",
    "sdp": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nm=video 5004 RTP/AVP 96\r\n",
    "mpd": b"<?xml version='1.0'?><MPD><Period><BaseURL>victim.mp4</BaseURL></Period></MPD>",
    "zip": b"PK\x03\x04" + b"\x00" * 200,
    "picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 200,
    "text": "这不是视频。\n".encode() * 20,
    "empty": b"",
    "half an atom": HEAD[:14],
    "only a head": HEAD,
    "concat behind a head": HEAD + b"ffconcat version 1.0\nfile victim.mp4\n",
    "endless atom": HEAD + struct.pack(">I4sQ", 1, b"moov", 1 << 60),
    "noise": HEAD + bytes(range(256)) * 64,
}
QUARTERS = (
    "drawbox=x=0:y=0:w=iw/2:h=ih/2:color=red:t=fill,drawbox=x=iw/2:y=0:w=iw/2:h=ih/2:color=lime:t=fill,"
    "drawbox=x=0:y=ih/2:w=iw/2:h=ih/2:color=blue:t=fill,drawbox=x=iw/2:y=ih/2:w=iw/2:h=ih/2:color=white:t=fill"
)


@dataclass(frozen=True)
class Kit:
    """Makes clips in a folder, each once."""

    folder: Path

    def ffmpeg(self, *arguments: str) -> Path:
        """Write a clip with plain arguments, the last of which is its name."""
        target = self.folder / arguments[-1]
        if not target.exists():
            run.run(["-hide_banner", "-nostdin", "-y", *arguments[:-1], str(target)], duration_s=1)
        return target

    def film(self, name: str, *options: str, size: str = "320x180", rate: int = 25, seconds: float = 1) -> Path:
        """Write a mute clip of four quarters: red, green, blue, white."""
        picture = f"color=s={size}:r={rate}:d={seconds},format=rgb24,{QUARTERS},format=yuv420p"
        return self.ffmpeg("-f", "lavfi", "-i", picture, *(options or ("-preset", "ultrafast")), name)

    @property
    def base(self) -> Path:
        """A second of four quarters and a tone of 880 Hz, the index behind the media."""
        film = self.film("film.mp4", "-preset", "ultrafast", "-g", "12")
        tone = ("-f", "lavfi", "-i", "sine=f=880:d=1", "-c:v", "copy", "-c:a", "aac")
        return self.ffmpeg("-i", str(film), *tone, "base.mp4")

    def as_a(self, container: str) -> Path:
        """Return the same in another container; an MP4 with its index first."""
        return self.ffmpeg("-i", str(self.base), "-c", "copy", "-movflags", "+faststart", f"as-a.{container}")

    def edited(self, source: Path, edit: Edit) -> Path:
        """Write a copy with other bytes."""
        data = bytearray(source.read_bytes())
        edit(data)
        return self.file(data, source.suffix)

    def file(self, data: bytes | bytearray, suffix: str) -> Path:
        """Write a file of these bytes."""
        target = next(path for n in count() if not (path := self.folder / f"edited-{n}{suffix}").exists())
        target.write_bytes(data)
        return target

    def cut(self, container: str, share: float) -> Path:
        """Return a file that ends too early."""
        data = self.as_a(container).read_bytes()
        return self.file(data[: int(len(data) * share)], f".{container}")

    def jumping(self, container: str, seconds: float) -> Path:
        """Return the clip with times of pictures and sound moved from its middle on."""
        moved = [
            (f"-bsf:{kind}", f"setts=ts=TS+if(gte(N\\,{middle})\\,{seconds}/TB\\,0)")
            for kind, middle in (("v", 12), ("a", 22))
        ]
        name = f"jump{seconds:g}.{container}"
        return self.ffmpeg("-i", str(self.base), "-c", "copy", "-copyts", *moved[0], *moved[1], name)

    def joined(self, container: str) -> Path:
        """Return one recording behind another, whose clock was a minute ahead, as `cat` joins them."""
        begun = ("-i", str(self.base), "-c", "copy", "-live", "1", "-output_ts_offset")
        late, early = (self.ffmpeg(*begun, at, f"from{at}.{container}").read_bytes() for at in ("63", "3"))
        return self.file(late + (early[early.index(CLUSTER) :] if container == "mkv" else early), f".{container}")

    def crowded(self, container: str) -> Path:
        """Return the clip with its sound a hundred and ninety-nine times."""
        sounds = ["-map", "0:a"] * 199
        return self.ffmpeg("-i", str(self.base), "-map", "0:v", *sounds, "-c", "copy", f"crowd.{container}")

    def attached(self, number: int) -> Path:
        """Return a Matroska file with many pictures attached."""
        data = self.as_a("mkv").read_bytes()
        at = data.index(CLUSTER)
        files = b"".join(_attachment(n) for n in range(number))
        return self.file(data[:at] + _element(b"\x19\x41\xa4\x69", files) + data[at:], ".mkv")

    def nested(self, name: bytes, *, inside: bool) -> Path:
        """Return an MP4 with boxes in boxes in boxes, within its index or behind it."""
        data = self.base.read_bytes()
        boxes = b"".join(struct.pack(">I4s", 8 * (DEEP - n), name) for n in range(DEEP))
        if not inside:
            return self.file(data + boxes, ".mp4")
        at = data.index(b"moov") - 4
        size = struct.pack(">I", len(data) - at + len(boxes))
        return self.file(data[:at] + size + data[at + 4 :] + boxes, ".mp4")

    def growing(self, side: int, first: int) -> Path:
        """Return small pictures that say that they are huge, from one of them on; the file around them says small."""
        film = self.film(f"jpegs{side}-{first}.mov", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", size="64x64", rate=10)

        def edit(data: bytearray) -> None:
            at = -1
            for number in range(10):
                at = data.index(b"\xff\xc0\x00\x11\x08", at + 1)
                if number >= first:
                    data[at + 5 : at + 9] = struct.pack(">HH", side, side)

        return self.edited(film, edit)

    def other_size_midway(self) -> Path:
        """Return what a browser records on a line that became weak: the second half in smaller pictures."""
        coded = ("-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8")
        large = self.film("large.webm", *coded, rate=10)
        small = self.film("small.webm", *coded, rate=10, size="160x90")
        both = self.folder / "both.txt"
        both.write_text(f"file {large.name}\nfile {small.name}\n")
        return self.ffmpeg("-f", "concat", "-i", str(both), "-c", "copy", "midway.webm")

    def broken_parameters(self) -> Path:
        """Return HEVC whose sequence parameters are ones only."""
        film = self.film("hevc.mp4", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error")

        def edit(data: bytearray) -> None:
            at = data.index(b"hvcC") + 4 + 23
            for _ in range(data[at - 1]):
                kind, number, at = data[at] & 63, int.from_bytes(data[at + 1 : at + 3]), at + 3
                for _ in range(number):
                    size = int.from_bytes(data[at : at + 2])
                    if kind == 33:  # its sequence parameters
                        data[at + 4 : at + 2 + size] = b"\xff" * (size - 2)
                    at += 2 + size

        return self.edited(film, edit)

    def busy(self) -> Path:
        """Return a cover of other colours, a timecode, and a marked sound behind another one."""
        cover = self.ffmpeg("-f", "lavfi", "-i", "color=black:s=64x64:d=0.04", "-frames:v", "1", "cover.jpg")
        low = ("-f", "lavfi", "-i", "sine=f=110:d=1")
        maps = ("-map", "1:v", "-map", "2:a", "-map", "0:v", "-map", "0:a")
        marks = ("-disposition:v:0", "attached_pic", "-disposition:a:0", "0", "-disposition:a:1", "default")
        coded = ("-c", "copy", "-c:a:0", "aac", "-timecode", "01:00:00:00")
        return self.ffmpeg("-i", str(self.base), "-i", str(cover), *low, *maps, *coded, *marks, "busy.mov")


def longer(box: bytes, at: int, times: int = 1000) -> Edit:
    """Have a number of a box that is in use say much more."""

    def edit(data: bytearray) -> None:
        place = data.index(box) + 4 + at
        said = int.from_bytes(data[place : place + 4])
        data[place : place + 4] = min(0x7FFFFFFF, said * times).to_bytes(4)

    return edit


def rotten(part: bytes, share: float, seed: int = 1) -> Edit:
    """Turn a share of the bits of a top-level box."""

    def edit(data: bytearray) -> None:
        chance = random.Random(seed)  # noqa: S311 - damage is no secret
        start = data.index(part) + 4
        size = int.from_bytes(data[start - 8 : start - 4]) - 8
        for _ in range(max(1, int(size * 8 * share))):
            data[start + chance.randrange(size)] ^= 1 << chance.randrange(8)

    return edit


def _attachment(number: int) -> bytes:
    named = _element(b"\x46\x6e", b"cover%d.png" % number) + _element(b"\x46\x60", b"image/png")
    content = _element(b"\x46\x5c", b"\x89PNG\r\n\x1a\n" + bytes(30))
    return _element(b"\x61\xa7", named + content + _element(b"\x46\xae", struct.pack(">I", number + 1)))


def _element(number: bytes, content: bytes) -> bytes:
    return number + struct.pack(">Q", len(content) | 1 << 56) + content


REFUSED: dict[str, tuple[str, Callable[[Kit], Path]]] = {
    "pictures that say 16000 x 16000": ("broken", lambda kit: kit.growing(16_000, 0)),
    "pictures that say 16384 x 16384": ("broken", lambda kit: kit.growing(16_384, 0)),
    "pictures that grow after the first four": ("broken", lambda kit: kit.growing(16_000, 4)),
    "200 streams in MP4": ("too_many_streams", lambda kit: kit.crowded("mp4")),
    "200 streams in Matroska": ("too_many_streams", lambda kit: kit.crowded("mkv")),
    "200 streams in MPEG-TS": ("too_many_streams", lambda kit: kit.crowded("ts")),
    "5000 attachments": ("too_many_streams", lambda kit: kit.attached(5000)),
    "boxes in boxes behind the film": ("unreadable", lambda kit: kit.nested(b"udta", inside=False)),
    "an index of two thousand million pictures": ("unreadable", lambda kit: kit.edited(kit.base, longer(b"stsz", 8, 10**8))),
    "a picture of two gigabytes": ("truncated", lambda kit: kit.edited(kit.base, longer(b"stsz", 12, 10**8))),
    "an hour's jump in MP4": ("gap", lambda kit: kit.jumping("mp4", 3600)),
    "an hour's jump in Matroska": ("gap", lambda kit: kit.jumping("mkv", 3600)),
    "an hour's jump in MPEG-TS": ("gap", lambda kit: kit.jumping("ts", 3600)),
    "a jump back in MPEG-TS": ("gap", lambda kit: kit.jumping("ts", -0.4)),
    "a minute back in Matroska": ("gap", lambda kit: kit.joined("mkv")),
    "a minute back in MPEG-TS": ("gap", lambda kit: kit.joined("ts")),
    "MP4 cut at 5 %": ("truncated", lambda kit: kit.cut("mp4", 0.3)),
    "MP4 cut at 50 %": ("truncated", lambda kit: kit.cut("mp4", 0.5)),
    "MP4 cut at 95 %": ("truncated", lambda kit: kit.cut("mp4", 0.95)),
    "MP4 cut in its index": ("truncated", lambda kit: kit.file(kit.base.read_bytes()[:-1000], ".mp4")),
    "Matroska cut at 5 %": ("unreadable", lambda kit: kit.cut("mkv", 0.05)),
    "Matroska cut at 50 %": ("truncated", lambda kit: kit.cut("mkv", 0.5)),
    "Matroska cut at 95 %": ("truncated", lambda kit: kit.cut("mkv", 0.95)),
    "AVI cut at 5 %": ("unreadable", lambda kit: kit.cut("avi", 0.05)),
    "AVI cut at 50 %": ("truncated", lambda kit: kit.cut("avi", 0.5)),
    "AVI cut at 95 %": ("truncated", lambda kit: kit.cut("avi", 0.95)),
    "MPEG-TS cut at 5 %": ("no_picture", lambda kit: kit.cut("ts", 0.05)),
    "a bit of a thousand turned": ("broken", lambda kit: kit.edited(kit.base, rotten(b"mdat", 1e-3))),
    "HEVC with broken parameters": ("broken", lambda kit: kit.broken_parameters()),
}  # fmt: skip
