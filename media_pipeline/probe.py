"""File -> Source: asks a limited child process for raw facts, then decides what they mean and what is refused."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

from media_pipeline import run, sniff, spec
from media_pipeline.errors import failure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

# A few of the largest pictures that are taken, decoded one after the other.
CHILD_LIMITS = run.Limits(cpu_s=120, memory_bytes=4 << 30, resident_bytes=2 << 30, file_bytes=1 << 20, open_files=64)
CHILD_WALL_S = 180.0

# Only well-worn decoders see strangers' bytes.
VIDEO_CODECS = frozenset(
    [
        "h264",
        "hevc",
        "av1",
        "libdav1d",
        "libaom-av1",
        "vp8",
        "libvpx",
        "vp9",
        "libvpx-vp9",
        "mpeg4",
        "msmpeg4v2",
        "msmpeg4v3",
        "mpeg1video",
        "mpeg2video",
        "h263",
        "mjpeg",
        "prores",
        "wmv2",
        "wmv3",
        "vc1",
        "dvvideo",
        "flv1",
        "theora",
    ]
)
_CODEC_NAMES = {"libdav1d": "av1", "libaom-av1": "av1", "libvpx": "vp8", "libvpx-vp9": "vp9", "mp3float": "mp3"}
_TRANSFERS = {
    1: "bt709",
    4: "gamma22",
    5: "gamma28",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    11: "iec61966-2-4",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    18: "arib-std-b67",
}
_PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020",
    11: "smpte431",
    12: "smpte432",
}
_MATRICES = {
    0: "rgb",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    9: "bt2020nc",
    10: "bt2020c",
}
_HDR: dict[str, Literal["hlg", "pq"]] = {"arib-std-b67": "hlg", "smpte2084": "pq"}
# What files say when they do not know: undetermined, no linguistic content, several.
_NO_LANGUAGE = frozenset({None, "", "und", "zxx", "mul"})
MISSING_SHARE = 0.98
MISSING_S = 0.15
# A sound that pauses is filled with silence, which costs memory by its length. Two minutes are a break, more is a clock
# that was set. Backwards, pictures are lost; in MPEG-TS ffmpeg would move what follows, each stream by its own amount.
PAUSE_MAX_S = 120.0
BACK_MAX_S = 10.0
BACK_MAX_TS_S = 0.1
# Within this, an angle is a right one; as ffmpeg takes it.
RIGHT_ANGLE = 1.0

# What a stream may be to be copied instead of encoded (media that every phone decodes and that starts everywhere).
COPY_MAX_BITRATE = 8_000_000
COPY_MAX_PEAK = 16_000_000
COPY_MAX_GOP_S = 6.0
COPY_MAX_SIDE = 1080
COPY_MIN_FPS = 5.0
COPY_MAX_FPS = 60.5
COPY_MAX_START_S = 0.05
_BT709_OR_UNSAID = frozenset({"bt709", "unknown"})


def probe(path: Path, *, should_stop: Callable[[], bool] | None = None) -> spec.Source:
    """Examine a file and return what it is.

    Raises PipelineError with a permanent code for everything that can never become a lesson (see errors.CODES), and
    the temporary `probe_failed` or `timeout` when the examination itself went wrong, `cancelled` when it was stopped.
    """
    container = _sniff_file(path)
    return interpret(_ask_child(path, sniff.DEMUXERS[container], should_stop), container)


def interpret(facts: dict[str, Any], container: str) -> spec.Source:
    """Turn the child's raw facts into a Source. Pure. Raises PipelineError for what is refused."""
    if "error" in facts:
        raise failure(facts["error"])
    seen, heard = facts["video"], facts["audio"]
    start = min(seen["start_s"], heard["start_s"]) if heard else seen["start_s"]
    end = max(seen["end_s"], heard["end_s"]) if heard else seen["end_s"]
    _refuse(facts, container, seconds=end - start)
    video = _video(seen, facts.get("dolby_vision"), start=start)
    _refuse_shown(video)
    audio = _audio(heard) if heard else None
    reasons = copy_obstacles(video, audio, container)
    return spec.Source(container=container, duration_s=end - start, video=video, audio=audio, reasons=reasons)


def copy_obstacles(video: spec.VideoStream, audio: spec.AudioStream | None, container: str) -> tuple[str, ...]:
    """Return why the picture cannot be copied into the ladder as it is; empty when it can."""
    checks = {
        "container": container in {"avi", "mpegts"},
        "codec": video.codec != "h264",
        "pix_fmt": video.pix_fmt != "yuv420p" or video.full_range,
        "colour": not {video.transfer, video.primaries, video.matrix} <= _BT709_OR_UNSAID,
        "rotation": video.rotation != 0 or video.mirrored or video.tilted,
        "sar": video.sar != "1:1",
        "odd_size": bool(video.width % 2 or video.height % 2),
        "too_large": video.short_side > COPY_MAX_SIDE,
        "interlaced": video.interlaced,
        "variable_frame_rate": video.fps_mode == "vfr",
        "frame_rate": not COPY_MIN_FPS <= video.fps <= COPY_MAX_FPS,
        "keyframe_distance": video.gop_max_s > COPY_MAX_GOP_S,
        "open_gop": not video.closed_gop,
        "edit_list": video.trimmed,
        "starts_late": abs(video.start_s) > COPY_MAX_START_S,
        "bitrate": video.bitrate > COPY_MAX_BITRATE or video.peak_bitrate > COPY_MAX_PEAK,
        "audio_codec": audio is not None and audio.codec != "aac",
    }
    return tuple(name for name, hinders in checks.items() if hinders)


def turn_of(matrix: list[int] | None) -> tuple[int, bool]:
    """Read a display matrix: degrees clockwise (0, 90, 180, 270) and whether the picture is mirrored as well.

    A player turns the stored picture first and then mirrors it left to right. A tilted one keeps its sides.
    """
    degrees, mirrored = _angle(matrix)
    return (0, False) if is_tilted(matrix) else (round(degrees / 90) * 90 % 360, mirrored)


def is_tilted(matrix: list[int] | None) -> bool:
    """Tell whether a display matrix turns the picture by something else than right angles."""
    degrees, _ = _angle(matrix)
    return abs(degrees - round(degrees / 90) * 90) > RIGHT_ANGLE


def _angle(matrix: list[int] | None) -> tuple[float, bool]:
    if not matrix or len(matrix) < 5:  # noqa: PLR2004 - a, b, u, c, d are read
        return 0.0, False
    a, b, c, d = matrix[0], matrix[1], matrix[3], matrix[4]
    mirrored = a * d - b * c < 0
    return math.degrees(math.atan2(b, -a if mirrored else a)), mirrored


def _sniff_file(path: Path) -> str:
    if not path.is_file():
        raise failure("missing_file")
    with path.open("rb") as file:
        head = file.read(sniff.SNIFF_BYTES)
    if not head:
        raise failure("empty_file")
    container = sniff.sniff(head)
    if container is None:
        what = sniff.describe(head)
        raise failure("not_video", "" if what == "unknown" else f"The file is not a video but looks like: {what}.")
    return container


def _ask_child(path: Path, demuxer: str, should_stop: Callable[[], bool] | None) -> dict[str, Any]:
    finished = run.run_python(
        "media_pipeline.probe_child",
        str(path.resolve()),
        demuxer,
        wall_s=CHILD_WALL_S,
        limits=CHILD_LIMITS,
        should_stop=should_stop,
    )
    try:
        facts = json.loads(finished.stdout)
    except ValueError as error:
        # The child died: of a signal, a limit or a decoder. On a file like this it would do so again.
        if finished.returncode != 0:
            raise failure("unreadable") from error
        raise failure("probe_failed") from error
    return dict(facts)


def _refuse(facts: dict[str, Any], container: str, *, seconds: float) -> None:
    seen = facts["video"]
    if _CODEC_NAMES.get(seen["codec"], seen["codec"]) not in VIDEO_CODECS:
        raise failure("unsupported_codec")
    declared = facts["declared_s"] or 0.0
    # Matroska promises a length of the whole, MP4 one of each track.
    _refuse_jumps(seen, facts["audio"], container)
    real = seconds if container in {"matroska", "webm"} else seen["end_s"] - seen["start_s"]
    if facts["cut_short"] or (real < declared * MISSING_SHARE and declared - real > MISSING_S):
        raise failure("truncated")
    if seen["packets"] < 2:  # noqa: PLR2004 - one picture does not move
        raise failure("no_picture")
    if not facts.get("base_layer", True):
        raise failure("dolby_vision_5")
    if not seen["decodes"]:
        raise failure("broken")
    _refuse_size(seen["width"], seen["height"], seconds)


def _refuse_jumps(seen: dict[str, Any], heard: dict[str, Any] | None, container: str) -> None:
    back_max = BACK_MAX_TS_S if container == "mpegts" else BACK_MAX_S
    if any(track["back_s"] > back_max for track in (seen, heard) if track):
        raise failure("gap")
    if heard and max(heard["ahead_s"], heard["start_s"] - seen["start_s"]) > PAUSE_MAX_S:
        raise failure("gap")


def _refuse_size(width: int, height: int, seconds: float) -> None:
    if width * height > spec.MAX_PIXELS:
        raise failure("too_many_pixels")
    if min(width, height) < spec.MIN_SIDE:
        raise failure("too_small")
    if seconds > spec.MAX_DURATION_S:
        raise failure("too_long")
    if seconds < spec.MIN_DURATION_S:
        raise failure("too_short")


def _refuse_shown(video: spec.VideoStream) -> None:
    """Refuse what is too large or too small once its points have the shape that the file says."""
    sides = (video.display_width, video.display_height)
    if max(sides) > spec.MAX_SIDE or math.prod(sides) > spec.MAX_PIXELS:
        raise failure("too_many_pixels")
    if min(sides) < spec.MIN_SIDE:
        raise failure("too_small")


def _video(seen: dict[str, Any], dolby_vision: int | None, *, start: float) -> spec.VideoStream:
    rotation, mirrored = turn_of(seen["display_matrix"])
    sar = Fraction(seen["sar"]) or Fraction(1)
    width, height = seen["width"], seen["height"]
    shown = (round(width * sar), height)
    display_width, display_height = shown if rotation in {0, 180} else shown[::-1]
    transfer = _TRANSFERS.get(seen["transfer"], "unknown")
    seconds = max(seen["end_s"] - seen["start_s"], 0.001)
    bitrate = int(seen["bytes"] * 8 / seconds)
    rate, mode = _frame_rate(seen["deltas"])
    return spec.VideoStream(
        index=seen["index"],
        codec=_CODEC_NAMES.get(seen["codec"], seen["codec"]),
        width=width,
        height=height,
        display_width=display_width,
        display_height=display_height,
        rotation=rotation,
        mirrored=mirrored,
        fps=round(rate, 3),
        fps_nominal=1 / max(seen["deltas"]["median_s"], 1e-4),
        fps_mode=mode,
        pix_fmt=seen["pix_fmt"],
        bit_depth=seen["bit_depth"],
        transfer=transfer,
        primaries=_PRIMARIES.get(seen["primaries"], "unknown"),
        matrix=_MATRICES.get(seen["matrix"], "unknown"),
        full_range=seen["full_range"],
        hdr=_HDR.get(transfer),
        sar=f"{sar.numerator}:{sar.denominator}",
        gop_max_s=round(seen["gop_max_s"], 3),
        closed_gop=not seen["open_gop"],
        trimmed=seen["hidden"] > 0,
        interlaced=seen["interlaced"],
        start_s=round(seen["start_s"] - start, 6),
        end_s=round(seen["end_s"] - start, 6),
        bitrate=bitrate,
        peak_bitrate=max(bitrate, seen["peak_bytes"] * 8) if seconds > 1 else bitrate,
        dolby_vision=dolby_vision,
        tilted=is_tilted(seen["display_matrix"]),
        chosen=seen["chosen"],
    )


def _audio(heard: dict[str, Any]) -> spec.AudioStream:
    language = heard["language"]
    return spec.AudioStream(
        index=heard["index"],
        codec=_CODEC_NAMES.get(heard["codec"], heard["codec"]),
        channels=heard["channels"],
        sample_rate=heard["sample_rate"],
        layout=heard["layout"],
        language=None if language in _NO_LANGUAGE else language,
        chosen=heard["chosen"],
    )


def _frame_rate(deltas: dict[str, Any]) -> tuple[float, Literal["cfr", "vfr"]]:
    mean, median = deltas["mean_s"], deltas["median_s"]
    # A rare odd step is a rounding of the container, a long one is a pause: only the first is still constant.
    constant = deltas["odd"] <= deltas["count"] * 0.005 and deltas["max_s"] <= median * 1.5 + 0.0012
    return 1 / max(mean, 1e-4), "cfr" if constant else "vfr"
