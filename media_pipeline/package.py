"""The folder that a player gets: playlists, masters, and its publishing in one move."""

from __future__ import annotations

import contextlib
import glob
import hashlib
import math
import os
import shutil
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from media_pipeline import commands, spec
from media_pipeline.errors import failure

if TYPE_CHECKING:
    from collections.abc import Sequence

PLAYLIST = "index.m3u8"
MASTER = "master.m3u8"
AUDIO_CODEC = "mp4a.40.2"
END = "#EXT-X-ENDLIST"
FIRST = "#EXT-X-MEDIA-SEQUENCE:"
KEPT = "kept.m3u8"
SAVER = "saver.m3u8"
# Lengths are told with six decimals of pictures that do not fall on whole seconds.
ON_TIME_S = 0.05
LONG_NAME = 200


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
    fps: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Sound:
    """The sound that goes with every picture of a master playlist. Bit rates in bit/s."""

    folder: str
    channels: int
    bandwidth: int
    average: int


# Before the sound is measured: what the encoder is told, and a tenth for the wrapping.
FULL_SOUND = Sound(
    folder=commands.AUDIO_FOLDER,
    channels=2,
    bandwidth=commands.AUDIO_BITRATE * 11 // 10,
    average=commands.AUDIO_BITRATE,
)


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


def master_playlist(variants: Sequence[Variant], sound: Sound | None) -> str:
    """Write a master playlist, best picture first, all with the one sound."""
    lines = ["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if sound:
        lines.append(
            '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="audio",NAME="default",DEFAULT=YES,AUTOSELECT=YES,'
            f'CHANNELS="{sound.channels}",URI="{sound.folder}/{PLAYLIST}"'
        )
    peak, average = (sound.bandwidth, sound.average) if sound else (0, 0)
    for variant in variants:
        codecs = ",".join([variant.codec, *([AUDIO_CODEC] if sound else [])])
        rung = variant.rung
        lines.append(
            f"#EXT-X-STREAM-INF:BANDWIDTH={variant.bandwidth + peak},AVERAGE-BANDWIDTH={variant.average + average},"
            f'CODECS="{codecs}",RESOLUTION={rung.width}x{rung.height},FRAME-RATE={variant.fps:.3f},VIDEO-RANGE=SDR'
            + (',AUDIO="audio"' if sound else "")
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
    """Write the final public playlist of a folder; the lists that only the making needs stay until all is well."""
    segments = made(folder)
    if not segments.names:
        raise failure("encoder_failed", f"Nothing was made for {folder.name}.")
    target = max(1, math.ceil(max(segments.durations, default=1.0) - 0.5))
    segments = replace(segments, ended=True)
    write_text(folder / PLAYLIST, media_playlist(segments, target_s=target, growing=False))
    return segments


def forget_lists(folder: Path) -> None:
    """Remove the lists that only the making needs."""
    for name in (commands.RAW_PLAYLIST, KEPT):
        (folder / name).unlink(missing_ok=True)


def measured(folder: Path, rung: spec.Rung, segments: Segments, *, fps: float) -> Variant:
    """Describe a finished rung by the sizes of its files."""
    peak, average = _rates(folder, segments)
    codec = avc_codec((folder / commands.INIT).read_bytes())
    return Variant(rung=rung, bandwidth=peak, average=average, codec=codec, fps=fps)


def measured_sound(folder: Path, segments: Segments, *, channels: int) -> Sound:
    """Describe a finished sound by the sizes of its files."""
    peak, average = _rates(folder, segments)
    return Sound(folder=folder.name, channels=channels, bandwidth=peak, average=average)


def _rates(folder: Path, segments: Segments) -> tuple[int, int]:
    """Return the bit rate of the busiest segment and of all."""
    sizes = [(folder / name).stat().st_size * 8 for name in segments.names]
    # Very short last segments say nothing about what a line must carry.
    rates = [size / seconds for size, seconds in zip(sizes, segments.durations, strict=True) if seconds >= 1]
    average = int(sum(sizes) / max(segments.total_s, 0.001))
    return max(int(max(rates, default=average)), average), average


def merge_pieces(folder: Path) -> Segments:
    """Put the short pieces of a copied picture together to segments as the encoded sizes have them.

    A copy is cut at the key frames it came with, often each second. Fragments behind each other are one segment.
    """
    pieces = read_playlist(folder / commands.RAW_PLAYLIST)
    names, durations = [], []
    for place, group in enumerate(_groups(pieces.durations)):
        first = folder / pieces.names[group[0]]
        with first.open("ab") as whole:
            for number in group[1:]:
                whole.write((folder / pieces.names[number]).read_bytes())
                (folder / pieces.names[number]).unlink()
        first.rename(folder / (_segment(place)))
        names.append(_segment(place))
        durations.append(math.fsum(pieces.durations[number] for number in group))
    merged = Segments(names=tuple(names), durations=tuple(durations), ended=True)
    text = media_playlist(merged, target_s=math.ceil(max(durations)), growing=False)
    write_text(folder / commands.RAW_PLAYLIST, text)
    return merged


def _segment(number: int) -> str:
    return commands.SEGMENTS % number


def _groups(durations: Sequence[float]) -> list[list[int]]:
    """Return the numbers of the pieces that make a segment each: two seconds and more first, then four and more."""
    groups: list[list[int]] = [[]]
    length = 0.0
    for number, seconds in enumerate(durations):
        if length >= (spec.FIRST_SEGMENT_S if len(groups) == 1 else spec.SEGMENT_S) - ON_TIME_S:
            groups.append([])
            length = 0.0
        groups[-1].append(number)
        length += seconds
    return groups


def join(folder: Path, target: Path) -> Path:
    """Put init and segments of a folder behind each other: one fragmented MP4."""
    with target.open("wb") as whole:
        for name in (commands.INIT, *read_playlist(folder / PLAYLIST).names):
            with (folder / name).open("rb") as part:
                shutil.copyfileobj(part, whole, 1 << 20)
    return target


def write_text(path: Path, text: str) -> None:
    """Write a file so that a reader sees the old or the new one, never half."""
    draft = path.with_name(f".{path.name}.tmp")
    draft.write_text(text)
    draft.replace(path)


def draft_folder(out_dir: Path) -> Path:
    """Make an empty folder beside the final one, on the same disk, so that publishing is one rename."""
    refuse_foreign(out_dir)
    sweep_drafts(out_dir)
    draft = _beside(out_dir, f"part-{os.getpid()}")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    return draft


def _beside(out_dir: Path, kind: str) -> Path:
    """Return a hidden place on the same disk; a name that leaves no room for more is told by its checksum."""
    name = os.fsencode(out_dir.name)
    short = out_dir.name if len(name) <= LONG_NAME else hashlib.sha256(name).hexdigest()
    return out_dir.with_name(f".{short}.{kind}")


def sweep_drafts(out_dir: Path) -> None:
    """Remove what killed processes left beside a folder; drafts of living ones stay."""
    for leftover in out_dir.parent.glob(glob.escape(_beside(out_dir, "").name) + "*-*"):
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
    old = _beside(out_dir, f"old-{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        out_dir.rename(old)
    draft.rename(out_dir)
    shutil.rmtree(old, ignore_errors=True)
