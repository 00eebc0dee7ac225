"""What the engine's parts say to each other: frozen facts, no behaviour beyond arithmetic."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

Lane = Literal["remux", "encode"]
# Why a stream was taken: there is no other; the file marks it as the usual one; it is the first; none before it can be
# decoded.
Chosen = Literal["only", "default", "first", "decodable"]

MAX_PIXELS = 36_000_000
MAX_DURATION_S = 4 * 3600
MIN_DURATION_S = 0.1
MIN_SIDE = 16
# As the picture is shown, after the shape of its points is applied: what decoders of H.264 level 5.2 still take.
MAX_SIDE = 8192
RUNG_SIDES = (1080, 720, 480, 360, 240)
# What a weak line is given: sizes up to this, with the sound in one channel.
SAVER_SIDE = 360
# What making a film may use; with two processors, clips of 4K from a phone take up to 872 MB.
MEMORY_BYTES = 900 << 20
MEMORY_4K_BYTES = 1200 << 20
PIXELS_4K = 3840 * 2160
# Stored pictures are whole blocks of 16 lines.
PIXELS_1080P = 1920 * 1088
FALLBACK_SIDE = 480
# Segments: two short ones, so that play starts early, then four seconds each.
FIRST_SEGMENT_S = 2
SEGMENT_S = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStream:
    """The moving picture of a source. Sizes in pixels as stored; display sizes upright and with square pixels."""

    index: int
    codec: str
    width: int
    height: int
    display_width: int
    display_height: int
    rotation: int  # degrees clockwise that a player has to turn the stored picture: 0, 90, 180, 270
    mirrored: bool
    fps: float  # measured average
    fps_nominal: float  # from the usual distance of two pictures
    fps_mode: Literal["cfr", "vfr"]
    pix_fmt: str
    bit_depth: int
    transfer: str
    primaries: str
    matrix: str
    full_range: bool
    hdr: Literal["hlg", "pq"] | None
    sar: str
    gop_max_s: float
    closed_gop: bool
    trimmed: bool  # the first stored pictures are not to be shown
    interlaced: bool
    start_s: float
    end_s: float  # both from the first instant of picture or sound
    bitrate: int
    peak_bitrate: int  # of the busiest group of pictures
    dolby_vision: int | None = None
    tilted: bool = False  # turned by something else than right angles, which only ffmpeg's own turning shows
    chosen: Chosen = "only"

    @property
    def short_side(self) -> int:
        return min(self.display_width, self.display_height)

    @property
    def is_large(self) -> bool:
        """Whether it has more pixels than 1080p: a panorama is heavy however low it is."""
        return self.width * self.height > PIXELS_1080P

    @property
    def memory_bytes(self) -> int:
        """How much memory it may take to make something of it."""
        if not self.is_large:
            return MEMORY_BYTES
        return MEMORY_4K_BYTES * max(PIXELS_4K, self.width * self.height) // PIXELS_4K


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioStream:
    """The first sound stream that can be decoded."""

    index: int
    codec: str
    channels: int
    sample_rate: int
    layout: str = ""  # as ffmpeg names it: "stereo", "5.1(side)", "4 channels"
    language: str | None = None  # ISO 639, None when the file does not say
    chosen: Chosen = "only"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """All that is known about a file before it is converted. `duration_s` comes from packets, not from a header."""

    container: str
    duration_s: float
    video: VideoStream
    audio: AudioStream | None
    reasons: tuple[str, ...] = ()  # why the picture cannot be copied; empty when it can

    @property
    def remux_eligible(self) -> bool:
        return not self.reasons

    def to_json(self) -> dict[str, Any]:
        """Return what `probe` prints."""
        seen = asdict(self.video)
        shown = [
            "codec",
            "width",
            "height",
            "display_width",
            "display_height",
            "rotation",
            "mirrored",
            "fps",
            "fps_mode",
            "pix_fmt",
            "bit_depth",
            "transfer",
            "hdr",
            "sar",
            "gop_max_s",
            "interlaced",
            "full_range",
            "dolby_vision",
            "start_s",
            "chosen",
        ]
        said = ["codec", "channels", "sample_rate", "layout", "language", "chosen"]
        heard = asdict(self.audio) if self.audio else None
        return {
            "container": self.container,
            "duration_s": round(self.duration_s, 3),
            "video": {key: seen[key] for key in shown},
            "audio": {key: heard[key] for key in said} if heard else None,
            "remux_eligible": self.remux_eligible,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One size of the ladder. Bit rates in bit/s."""

    name: str
    width: int
    height: int
    max_bitrate: int
    copied: bool = False

    @property
    def short_side(self) -> int:
        return min(self.width, self.height)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What will be made of a source. `rungs` from large to small; `fps` is the constant frame rate of all of them."""

    lane: Lane
    rungs: tuple[Rung, ...]
    first_play: Rung
    fps: Fraction
    tone_map: Literal["hlg", "pq"] | None
    input_matrix: str
    input_primaries: str
    deinterlace: bool
    audio: bool

    @property
    def encoded(self) -> tuple[Rung, ...]:
        return tuple(rung for rung in self.rungs if not rung.copied)


def fallback_of(rungs: Sequence[Rung]) -> Rung:
    """Return the rung that is wrapped in one file for old players."""
    return next((rung for rung in rungs if rung.short_side <= FALLBACK_SIDE), rungs[-1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Where the encoding of pictures begins: the number of a segment, and the frame (of the plan's rate) it starts with."""

    segment: int = 0
    frame: int = 0


BEGINNING = Start()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loudness:
    """Integrated loudness in LUFS (None: silence) and the gain in dB that brings it to the target.

    `side` is the only one of two channels that carries sound: a microphone that was plugged in for one ear.
    """

    lufs: float | None
    gain_db: float = 0.0
    side: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One finished rung; `playlist` relative to the output folder, `bitrate` as measured."""

    name: str
    width: int
    height: int
    bitrate: int
    playlist: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What `transcode` made. Times in seconds; `loudness_lufs` of the output, `source_lufs` of what was sent.

    Both are None for silence and without sound.
    """

    duration_s: float
    lane: Lane
    rungs: tuple[Output, ...] = field(default=())
    audio: bool = False
    loudness_lufs: float | None = None
    source_lufs: float | None = None
    first_play_s: float = 0.0
    total_s: float = 0.0
    cpu_s: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return what `transcode` prints and leaves in result.json."""
        told = asdict(self)
        told["rungs"] = [asdict(rung) for rung in self.rungs]
        return {"ok": True, **told}

    @classmethod
    def from_json(cls, told: dict[str, Any]) -> Result:
        """Return what `to_json` was made of."""
        facts = {name: value for name, value in told.items() if name != "ok"}
        return cls(**{**facts, "rungs": tuple(Output(**rung) for rung in told["rungs"])})
