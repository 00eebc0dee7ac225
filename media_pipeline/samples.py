"""Makes clips that look like lessons filmed with a phone: moving, audible, titled. For the demo and for tests."""

from __future__ import annotations

import math
import tempfile
from pathlib import Path
from typing import Any, Literal

import ffmpeg

from media_pipeline import run, scenery
from media_pipeline.commands import GLOBAL

Codec = Literal["h264", "hevc"]

# What a phone writes into its files and what must never come out again.
PHONE_METADATA = (
    "location=+30.2741+120.1551+012.0/",
    "location-eng=+30.2741+120.1551+012.0/",
    "com.apple.quicktime.location.ISO6709=+30.2741+120.1551+012.0/",
    "com.apple.quicktime.make=Weike",
    "com.apple.quicktime.model=Weike Phone 12",
    "creation_time=2026-05-04T08:30:00Z",
)
# Degrees of a pentatonic scale: whatever follows whatever, it sounds friendly.
MELODIES = ((0, 4, 7, 9, 7, 4, 2, 4), (0, 2, 4, 9, 7, 4, 7, 2), (7, 4, 0, 2, 4, 7, 9, 12), (4, 7, 9, 12, 9, 7, 4, 0))
NOTE_S = 0.5
CARD_SHARE = 0.6


def make_sample(
    path: Path,
    *,
    title: str,
    seconds: float,
    width: int = 1280,
    height: int = 720,
    codec: Codec = "h264",
    hlg: bool = False,
    rotation: int = 0,
    mirrored: bool = False,
    vfr: bool = False,
    audio: bool = True,
    phone: bool = False,
    seed: int = 0,
    fps: int = 30,
    grain: int = 0,
    bitrate: int = 0,
) -> Path:
    """Write a clip. `width` and `height` as shown; `rotation` in degrees clockwise that the player has to turn it.

    `grain` is the strength of the noise that a small sensor adds, `bitrate` (bit/s) what its encoder spends. `hlg` makes 10-bit HLG pictures (with codec "hevc"), `vfr` uneven distances, `phone` adds place and device.
    Raises PipelineError when ffmpeg fails.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        layers = scenery.paint(folder, width=width, height=height, title=title, seed=seed)
        picture = _turned(_scene(layers, seconds=seconds, width=width, fps=fps), rotation, mirrored=mirrored)
        picture = picture.filter("format", "yuv420p").filter(
            "setparams", color_primaries="bt709", color_trc="bt709", colorspace="bt709", range="tv"
        )
        if grain:
            picture = picture.filter("noise", alls=grain, allf="t", all_seed=seed + 1)
        if hlg:
            picture = _as_hlg(picture)
        if vfr:
            # Phones miss the beat by up to a third of a picture either way.
            picture = picture.filter("settb", "1/90000").filter("setpts", f"(N+0.3*sin(N*1.7))/({fps}*TB)")
        options = _encoder(codec, hlg=hlg, vfr=vfr, fps=fps, bitrate=bitrate)
        streams = [picture, _melody(seconds, seed)] if audio else [picture]
        plain = folder / f"plain{path.suffix}"
        made = ffmpeg.output(*streams, str(plain), t=seconds, **options)
        run.run([*GLOBAL, *ffmpeg.get_args(made)], duration_s=seconds)
        run.run(_labelled_argv(plain, path, rotation, mirrored=mirrored, phone=phone), duration_s=seconds)
    return path


def make_phone_clip(path: Path, *, title: str, seconds: float, seed: int = 0, short_side: int = 1080) -> Path:
    """Write what a recent phone records: portrait by rotation, HEVC 10-bit HLG, uneven frame rate, place and device."""
    return make_sample(
        path,
        title=title,
        seconds=seconds,
        width=short_side,
        height=short_side * 16 // 9,
        codec="hevc",
        hlg=True,
        rotation=90,
        vfr=True,
        phone=True,
        seed=seed,
    )


def make_sound(path: Path, *, seconds: float, seed: int = 0) -> Path:
    """Write a recording without a picture: the bells of the clips, as AAC in an .m4a."""
    options: dict[str, Any] = {"c:a": "aac", "b:a": 64_000, "ac": 1, "movflags": "+faststart"}
    made = ffmpeg.output(_melody(seconds, seed), str(path), t=seconds, **options)
    run.run([*GLOBAL, *ffmpeg.get_args(made)], duration_s=seconds)
    return path


def _scene(layers: scenery.Layers, *, seconds: float, width: int, fps: int) -> Any:
    """Let the layers drift past each other, the near ones faster."""
    room = width * scenery.DRIFT
    picture = _still(layers.sky, fps, "yuv420p")
    picture = _laid(picture, _still(layers.clouds, fps), f"-{room:.1f}*t/{seconds}")
    for place, path in enumerate(layers.hills):
        speed = room * (place + 1) / len(layers.hills) / seconds
        picture = _laid(picture, _still(path, fps), f"-{speed:.3f}*t")
    card = _still(layers.card, fps).filter("fade", type="out", start_time=seconds * CARD_SHARE, duration=0.4, alpha=1)
    return _laid(picture, card, "0")


def _still(path: Path, fps: int, pix_fmt: str = "yuva420p") -> Any:
    # One decoding, then the same picture again and again.
    opened = ffmpeg.input(str(path), framerate=fps)
    scaled = opened.filter("scale", out_color_matrix="bt709", out_range="tv").filter("format", pix_fmt)
    return scaled.filter("loop", loop=-1, size=1).filter("setpts", f"N/({fps}*TB)")


def _laid(under: Any, over: Any, x: str) -> Any:
    return ffmpeg.filter([under, over], "overlay", x=x, y=0, format="yuv420")


def _turned(picture: Any, rotation: int, *, mirrored: bool) -> Any:
    """Store the picture so that turning and then mirroring it shows it upright."""
    back: dict[int, list[tuple[str, ...]]] = {
        90: [("transpose", "cclock")],
        180: [("hflip",), ("vflip",)],
        270: [("transpose", "clock")],
    }
    for step in [*([("hflip",)] if mirrored else []), *back.get(rotation, [])]:
        picture = picture.filter(*step)
    return picture


def _as_hlg(picture: Any) -> Any:
    wide = picture.filter("zscale", p="bt2020", t="arib-std-b67", m="bt2020nc", r="tv", npl=203)
    return wide.filter("format", "yuv420p10le")


def _encoder(codec: Codec, *, hlg: bool, vfr: bool, fps: int, bitrate: int) -> dict[str, Any]:
    options: dict[str, Any] = {"preset": "ultrafast", "g": fps * 2, "c:a": "aac", "b:a": 96_000, "ac": 2}
    if codec == "hevc":
        tags = "colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc" if hlg else "colorprim=bt709"
        options |= {"c:v": "libx265", "crf": 24, "tag:v": "hvc1", "x265-params": f"log-level=error:{tags}"}
    else:
        options |= {"c:v": "libx264", "crf": 23, "sc_threshold": 0}
    if bitrate:
        # Spent as a phone's encoder does, with all the tools of its profile: what is cheap to write is cheap to read.
        del options["crf"]
        options |= {"b:v": bitrate, "preset": "veryfast" if codec == "h264" else "ultrafast"}
    if vfr:
        options |= {"fps_mode": "vfr", "enc_time_base:v": "filter", "video_track_timescale": 90_000}
    return options


def _melody(seconds: float, seed: int) -> Any:
    """Play soft bells: each note rises quickly and fades, an octave below goes along."""
    melody = MELODIES[seed % len(MELODIES)]
    note = f"mod(floor(t/{NOTE_S}),{len(melody)})"
    degree = "0"
    for place in reversed(range(len(melody))):
        degree = f"if(eq(ld(0),{place}),{melody[place]},{degree})"
    base = 261.63 * math.pow(2, seed % 5 / 12)
    since = f"mod(t,{NOTE_S})"
    wave = "+".join(f"{loud}*sin(2*PI*ld(1)*{part}*{since})" for part, loud in ((1, 0.22), (0.5, 0.1), (2, 0.05)))
    swell = f"exp(-4*{since})*(1-exp(-90*{since}))"
    expression = f"st(0,{note});st(1,{base:.2f}*pow(2,({degree})/12));({wave})*{swell}"
    return ffmpeg.input(f"aevalsrc='{expression}':s=48000:d={seconds}", format="lavfi")


def _labelled_argv(plain: Path, path: Path, rotation: int, *, mirrored: bool, phone: bool) -> list[str]:
    turn: dict[str, Any] = {"display_rotation": -rotation} if rotation else {}
    if mirrored:
        turn["display_hflip"] = None  # a flag without a value
    opened = ffmpeg.input(str(plain), **turn)
    labels = [f"-metadata={label}" for label in PHONE_METADATA] if phone else []
    options: dict[str, Any] = {"c": "copy", "map": "0"}
    if path.suffix in {".mp4", ".mov"}:
        options["movflags"] = "+faststart+use_metadata_tags" if phone else "+faststart"
    made = ffmpeg.get_args(ffmpeg.output(opened, str(path), **options))
    metadata = [part for label in labels for part in label.split("=", 1)]
    return [*GLOBAL, *made[:-1], *metadata, made[-1]]
