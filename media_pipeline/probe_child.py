"""Runs in a limited child process: opens one untrusted file with PyAV and prints raw facts as JSON.

A decoder that crashes or eats memory ends this process and not the worker. What the facts mean is decided in `probe`.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import av
from av.stream import Disposition

from media_pipeline import dolby_vision, probe_boxes
from media_pipeline.probe_index import is_fragmented, read_tables, samples
from media_pipeline.probe_track import Track
from media_pipeline.spec import MAX_PIXELS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from av.container import InputContainer
    from av.stream import Stream

    from media_pipeline.spec import Chosen

    Reader = Callable[[InputContainer, Sequence[Track]], bool | None]

OPEN_OPTIONS = {
    "protocol_whitelist": "file,pipe",
    "format_whitelist": "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,avi",
    "max_streams": "32",
    "probesize": "8000000",
    "analyzeduration": "5000000",
}


class TooManyStreamsError(ValueError):
    """The file holds more streams than OPEN_OPTIONS allow."""


def main() -> None:
    path, demuxer = sys.argv[1:3]
    av.logging.set_level(av.logging.ERROR)  # else nothing is told of what a demuxer left out
    try:
        facts = examine(path, demuxer)
    except TooManyStreamsError:
        facts = {"error": "too_many_streams"}
    except (av.FFmpegError, ValueError, EOFError) as error:
        facts = {"error": "unreadable", "detail": str(error)[:300]}
    sys.stdout.write(json.dumps(facts))


def examine(path: str, demuxer: str) -> dict[str, Any]:
    """Return the raw facts of a file, by its index where it has one; otherwise every packet passes by."""
    file = Path(path)
    moov = probe_boxes.movie_header(file) if demuxer == "mov" else memoryview(b"")
    facts = None
    if moov and not is_fragmented(moov):
        facts = _look(path, demuxer, partial(read_index, moov=moov, file_size=file.stat().st_size))
    if facts is None:
        facts = _look(path, demuxer, read_packets) or {}
    if "video" not in facts:
        return facts
    facts["cut_short"] |= probe_boxes.is_cut_short(file, demuxer)
    number = facts["video"].pop("number")
    found = dolby_vision.in_table(probe_boxes.track(moov, number)) if moov else None
    if demuxer == "matroska":
        found = dolby_vision.in_matroska(file)
    return facts | {"dolby_vision": found.profile, "base_layer": found.has_base} if found else facts


def _look(path: str, demuxer: str, read: Reader) -> dict[str, Any] | None:
    with _opened(path, demuxer) as container:
        videos, sounds = _moving(container), _sounds(container)
        if not videos:
            return {"error": "no_picture"}
        if _pixels(videos[0]) > MAX_PIXELS:  # before a decoder reserves room for them
            return {"error": "too_many_pixels"}
        _be_modest(container)
        seen, *heard = tracks = [Track(stream) for stream in (videos[0], *sounds)]
        cut_short = read(container, tracks)
        if cut_short is None:
            return None
        return {
            "cut_short": cut_short,
            "declared_s": _declared_seconds(container, videos[0], demuxer),
            "video": seen.video_facts() | {"number": videos[0].id, "chosen": _why(videos[0], videos)},
            "audio": _sound_facts(container, heard),
        }


def _opened(path: str, demuxer: str) -> InputContainer:
    with av.logging.Capture() as said:
        try:
            # The explicit format keeps ffmpeg from guessing: text that names other files is never tried.
            container = av.open(path, "r", format=demuxer, options=dict(OPEN_OPTIONS), metadata_errors="ignore")
        except av.FFmpegError as error:
            if _speaks_of_streams(said):
                raise TooManyStreamsError from error
            raise
    if _speaks_of_streams(said):  # some demuxers leave out what is too much and go on
        container.close()
        raise TooManyStreamsError
    return container


def _speaks_of_streams(said: Iterable[tuple[int, str, str]]) -> bool:
    return any("max_streams" in text for _level, _name, text in said)


def read_packets(container: InputContainer, tracks: Sequence[Track]) -> bool:
    """Let every packet pass by; return whether the file ends too early."""
    by_stream = {track.stream.index: track for track in tracks}
    try:
        for packet in container.demux([track.stream for track in tracks]):
            track = by_stream[packet.stream.index]
            if packet.is_corrupt and "mov" in container.format.name:  # broadcasts are full of them
                return True
            track.try_to_decode(packet)
            if packet.size:
                track.pass_by(packet)
    except (av.FFmpegError, EOFError):
        return True
    return False


def read_index(container: InputContainer, tracks: Sequence[Track], *, moov: memoryview, file_size: int) -> bool | None:
    """Take the pictures from the index, and of the sound its two ends; return whether the file ends too early.

    None: the index cannot be matched with the file's own tables, so that only the packets tell.
    """
    seen, *heard = tracks
    tables = read_tables(probe_boxes.track(moov, seen.stream.id))
    if tables is None:
        return None
    if not all(track.pass_index(track.stream.index_entries, file_size) for track in tracks):
        return True
    try:
        _read_beginning(container, tracks)
        shown = samples(seen.stream.index_entries, tables, seen.first) if seen.first else None
        if shown is None:
            return None
        seen.take_index(shown)
        _read_end(container, tracks, next((track for track in heard if track.frames), None))
    except (av.FFmpegError, EOFError):
        return True
    return False


def _read_beginning(container: InputContainer, tracks: Sequence[Track]) -> None:
    """Read until each track has shown what can be decoded of it; those that have are left out from there."""
    by_stream = {track.stream.index: track for track in tracks}
    for packet in container.demux([track.stream for track in tracks]):
        track = by_stream[packet.stream.index]
        track.try_to_decode(packet)
        if packet.size and track is not tracks[0]:
            track.take(packet)
        if track.is_known:
            track.pass_over(passed=True)
        if all(each.is_known for each in tracks):
            return


def _read_end(container: InputContainer, tracks: Sequence[Track], sound: Track | None) -> None:
    """Read the last second of the sound and nothing of the others."""
    if sound is None:
        return
    for track in tracks:
        track.pass_over(passed=track is not sound)
    index = sound.stream.index_entries
    last = index[len(index) - 1].timestamp
    container.seek(max(0, last - round(1 / sound.tick_s)), stream=sound.stream)
    for packet in container.demux([sound.stream]):
        if packet.size:
            sound.take(packet)


def _moving(container: InputContainer) -> Sequence[Stream]:
    """Return the moving pictures, the one to take first."""
    still = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails
    return sorted((s for s in container.streams.video if not s.disposition & still), key=_preference)


def _sounds(container: InputContainer) -> Sequence[Stream]:
    # iPhones add a spatial track that nobody else can decode beside the plain one, so every track is tried.
    return sorted((s for s in container.streams.audio if s.codec_context is not None), key=_preference)


def _preference(stream: Stream) -> tuple[bool, int]:
    return not stream.disposition & Disposition.default, stream.index


def _why(taken: Stream, streams: Iterable[Stream]) -> Chosen:
    """Say why this one was taken of all of its kind."""
    others = [stream for stream in streams if stream is not taken]
    if not others:
        return "only"
    if any(_preference(other) < _preference(taken) for other in others):
        return "decodable"
    return "default" if taken.disposition & Disposition.default else "first"


def _sound_facts(container: InputContainer, heard: Sequence[Track]) -> dict[str, Any] | None:
    sound = next((track for track in heard if track.frames), None)
    return sound.audio_facts() | {"chosen": _why(sound.stream, container.streams.audio)} if sound else None


def _pixels(stream: Stream) -> int:
    context: Any = stream.codec_context
    return context.width * context.height if context is not None else 0


def _be_modest(container: InputContainer) -> None:
    for stream in (*container.streams.video, *container.streams.audio):
        if stream.codec_context is not None:
            stream.codec_context.thread_count = 1
            stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}


def _declared_seconds(container: InputContainer, stream: Stream, demuxer: str) -> float | None:
    """Return the length a header promises; other containers than these two only guess."""
    if demuxer == "mov" and stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    if demuxer == "matroska" and container.duration:
        return container.duration / av.time_base
    return None


if __name__ == "__main__":
    main()
