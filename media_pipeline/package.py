"""The folder that a player gets: playlists, master, poster, preview tiles, and its publishing in one move."""

from __future__ import annotations

import contextlib
import glob
import math
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageStat

from media_pipeline import commands, spec
from media_pipeline.errors import failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PLAYLIST = "index.m3u8"
MASTER = "master.m3u8"
AUDIO_CODEC = "mp4a.40.2"
END = "#EXT-X-ENDLIST"
FIRST = "#EXT-X-MEDIA-SEQUENCE:"
KEPT = "kept.m3u8"
SHEET_COLUMNS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """What a media playlist lists. Durations in seconds; `first` is the number of the first segment."""

    names: tuple[str, ...]
    durations: tuple[float, ...]
    ended: bool
    first: int = 0

    @property
    def starts(self) -> tuple[float, ...]:
        return tuple(math.fsum(self.durations[:place]) for place in range(len(self.durations)))

    @property
    def total_s(self) -> float:
        return math.fsum(self.durations)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One line pair of the master playlist. Bit rates in bit/s and without the sound."""

    rung: spec.Rung
    bandwidth: int
    average: int
    codec: str


def read_playlist(path: Path) -> Segments:
    """Parse a media playlist of ours; one that does not exist yet is empty."""
    try:
        lines = path.read_text().splitlines()
    except FileNotFoundError:
        lines = []
    durations = tuple(float(line[8:].split(",")[0]) for line in lines if line.startswith("#EXTINF:"))
    names = tuple(line for line in lines if line and not line.startswith("#"))
    first = next((int(line[len(FIRST) :]) for line in lines if line.startswith(FIRST)), 0)
    count = min(len(names), len(durations))
    return Segments(names=names[:count], durations=durations[:count], ended=END in lines, first=first)


def made(folder: Path) -> Segments:
    """Return what is complete in a folder: what an earlier attempt left, as far as this one does not make it again."""
    kept, now = read_playlist(folder / KEPT), read_playlist(folder / commands.RAW_PLAYLIST)
    if now.first + len(now.names) < len(kept.names):
        return kept  # the sound is made from its beginning once more, and is the same
    return Segments(
        names=kept.names[: now.first] + now.names,
        durations=kept.durations[: now.first] + now.durations,
        ended=now.ended,
    )


def media_playlist(segments: Segments, *, target_s: int, growing: bool) -> str:
    """Write a media playlist. ffmpeg's own changes its target duration while it grows, which players must not see."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:7",
        f"#EXT-X-TARGETDURATION:{target_s}",
        f"{FIRST}0",
        f"#EXT-X-PLAYLIST-TYPE:{'EVENT' if growing else 'VOD'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{commands.INIT}"',
    ]
    if growing:
        # A growing list looks live: this makes players begin at the beginning. (Not in the master: ffmpeg rejects it.)
        lines.append("#EXT-X-START:TIME-OFFSET=0,PRECISE=YES")
    for name, seconds in zip(segments.names, segments.durations, strict=True):
        lines += [f"#EXTINF:{seconds:.6f},", name]
    if segments.ended:
        lines.append(END)
    return "\n".join(lines) + "\n"


def master_playlist(variants: Sequence[Variant], *, fps: float, audio: bool) -> str:
    """Write the master playlist, best picture first, all with the one sound."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if audio:
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="default",DEFAULT=YES,AUTOSELECT=YES,CHANNELS="2",'
            f'URI="{commands.AUDIO_FOLDER}/{PLAYLIST}"'
        )
    sound = int(commands.AUDIO_BITRATE * 1.1) if audio else 0
    for variant in variants:
        codecs = ",".join([variant.codec, *([AUDIO_CODEC] if audio else [])])
        rung = variant.rung
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={variant.bandwidth + sound},AVERAGE-BANDWIDTH={variant.average + sound},"
            f'CODECS="{codecs}",RESOLUTION={rung.width}x{rung.height},FRAME-RATE={fps:.3f},VIDEO-RANGE=SDR'
            + (',AUDIO="audio"' if audio else "")
        )
        lines.append(f"{rung.name}/{PLAYLIST}")
    return "\n".join(lines) + "\n"


def avc_codec(init: bytes) -> str:
    """Read the RFC 6381 name (avc1.64001f) from the decoder configuration in an init segment."""
    found = init.find(b"avcC")
    if found < 0 or found + 8 > len(init):
        raise failure("verify_failed", "An init segment holds no H.264 configuration.")
    return "avc1." + init[found + 5 : found + 8].hex()


def publish_playlist(folder: Path, *, target_s: int, growing: bool) -> Segments:
    """Write the public playlist of a folder when there is something new to list; it never becomes shorter."""
    segments, told = made(folder), read_playlist(folder / PLAYLIST)
    if segments != told and len(segments.names) >= max(1, len(told.names)):
        write_text(folder / PLAYLIST, media_playlist(segments, target_s=target_s, growing=growing))
    return segments


def close_playlist(folder: Path) -> Segments:
    """Replace ffmpeg's playlist by the final public one."""
    segments = made(folder)
    if not segments.names:
        raise failure("encoder_failed", f"Nothing was made for {folder.name}.")
    target = max(1, math.ceil(max(segments.durations, default=1.0) - 0.5))
    write_text(folder / PLAYLIST, media_playlist(segments, target_s=target, growing=False))
    forget_lists(folder)
    return segments


def forget_lists(folder: Path) -> None:
    """Remove the lists that only the making needs."""
    for name in (commands.RAW_PLAYLIST, KEPT):
        (folder / name).unlink(missing_ok=True)


def measured(folder: Path, rung: spec.Rung, segments: Segments) -> Variant:
    """Describe a finished rung by the sizes of its files."""
    sizes = [(folder / name).stat().st_size * 8 for name in segments.names]
    # Very short last segments say nothing about what a line must carry.
    rates = [size / seconds for size, seconds in zip(sizes, segments.durations, strict=True) if seconds >= 1]
    average = int(sum(sizes) / max(segments.total_s, 0.001))
    codec = avc_codec((folder / commands.INIT).read_bytes())
    return Variant(rung=rung, bandwidth=max(int(max(rates, default=average)), average), average=average, codec=codec)


def join(folder: Path, target: Path) -> Path:
    """Put init and segments of a folder behind each other: one fragmented MP4."""
    with target.open("wb") as whole:
        for name in (commands.INIT, *read_playlist(folder / PLAYLIST).names):
            with (folder / name).open("rb") as part:
                shutil.copyfileobj(part, whole, 1 << 20)
    return target


def choose_poster(candidates: Iterable[Path], target: Path) -> None:
    """Keep the most telling candidate: neither dark nor pale, with contrast, detail and colour."""
    paths = sorted(candidates)
    if not paths:
        raise failure("verify_failed", "No picture was found for the poster.")
    best = max(paths, key=_tells)
    with Image.open(best) as picture:
        picture.convert("RGB").save(target, "JPEG", quality=85, optimize=True, progressive=True)


def make_sprite(tiles: Iterable[Path], sheet: Path, cues: Path, *, seconds: float, total_s: float) -> None:
    """Lay the tiles out on one sheet and write the cues that name each tile's place on it."""
    paths = sorted(tiles)
    if not paths:
        raise failure("verify_failed", "No pictures were found for the preview.")
    with Image.open(paths[0]) as first:
        width, height = first.size
    columns = min(SHEET_COLUMNS, len(paths))
    whole = Image.new("RGB", (width * columns, height * math.ceil(len(paths) / columns)))
    blocks = ["WEBVTT"]
    for place, path in enumerate(paths):
        x, y = place % columns * width, place // columns * height
        with Image.open(path) as tile:
            whole.paste(tile, (x, y))
        end = total_s if place == len(paths) - 1 else (place + 1) * seconds
        blocks.append(
            f"{_clock(place * seconds)} --> {_clock(max(end, place * seconds + 0.001))}\n{sheet.name}#xywh={x},{y},{width},{height}"
        )
    whole.save(sheet, "JPEG", quality=75, optimize=True)
    cues.write_text("\n\n".join(blocks) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new one, never half."""
    draft = path.with_name(f".{path.name}.tmp")
    draft.write_text(text)
    draft.replace(path)


def draft_folder(out_dir: Path) -> Path:
    """Make an empty folder beside the final one, on the same disk, so that publishing is one rename."""
    refuse_foreign(out_dir)
    sweep_drafts(out_dir)
    draft = out_dir.with_name(f".{out_dir.name}.part-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    return draft


def sweep_drafts(out_dir: Path) -> None:
    """Remove what killed processes left beside a folder; drafts of living ones stay."""
    for leftover in out_dir.parent.glob(f".{glob.escape(out_dir.name)}.*-*"):
        pid = leftover.name.rpartition("-")[2]
        if pid.isdigit() and not Path(f"/proc/{pid}").exists():
            shutil.rmtree(leftover, ignore_errors=True)


def refuse_foreign(out_dir: Path) -> None:
    """Raise output_exists when the folder holds anything but an earlier result of ours."""
    if not out_dir.exists():
        return
    if not out_dir.is_dir() or (any(out_dir.iterdir()) and not (out_dir / "result.json").is_file()):
        raise failure("output_exists")


def publish_folder(draft: Path, out_dir: Path) -> None:
    """Move a finished folder into place; an earlier result goes away only after the new one is there."""
    old = out_dir.with_name(f".{out_dir.name}.old-{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        out_dir.rename(old)
    draft.rename(out_dir)
    shutil.rmtree(old, ignore_errors=True)


def _tells(path: Path) -> float:
    with Image.open(path) as picture:
        small = picture.convert("RGB").resize((160, 90))
    grey = ImageStat.Stat(small.convert("L"))
    colour = ImageStat.Stat(small.convert("HSV"))
    light, contrast = grey.mean[0], grey.stddev[0]
    # A picture that keeps more bytes at equal quality holds more detail, so a blurred one loses.
    detail = math.sqrt(path.stat().st_size) / 20
    return contrast + colour.mean[1] / 8 + min(detail, 30) - abs(light - 120) / 3


def _clock(seconds: float) -> str:
    whole = round(seconds * 1000)
    return f"{whole // 3_600_000:02}:{whole // 60_000 % 60:02}:{whole // 1000 % 60:02}.{whole % 1000:03}"
