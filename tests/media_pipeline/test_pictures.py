"""Looks at real pixels: upright, right colours, right shape, sound where it was."""

from pathlib import Path

import av
import pytest
from PIL import Image

from media_pipeline import engine, run
from media_pipeline.commands import GLOBAL
from tests.media_pipeline.conftest import Clip, Made
from tests.media_pipeline.looking import BLUE, GREEN, RED, WHITE, corners, first_picture, picture_of
from tests.media_pipeline.ugly import QUARTERS

STORED = {0: "null", 90: "transpose=cclock", 180: "hflip,vflip", 270: "transpose=clock"}


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_every_way_of_holding_a_phone_comes_out_upright(
    rotation: int,
    mirrored: bool,  # noqa: FBT001 - a parameter of the test
    raw_clip: Clip,
    tmp_path: Path,
) -> None:
    name = f"bars{rotation}{mirrored}"
    stored = f"{QUARTERS}{',hflip' if mirrored else ''},{STORED[rotation]}"
    plain = raw_clip(
        "-f", "lavfi", "-i", f"color=s=192x96:r=10:d=0.6,{stored}", "-pix_fmt", "yuv420p", "-qp", "10", f"{name}-plain.mp4"
    )  # fmt: skip
    turn = ["-display_rotation", str(-rotation)] if rotation else []
    flip = ["-display_hflip"] if mirrored else []
    clip = raw_clip(*turn, *flip, "-i", str(plain), "-c", "copy", f"{name}.mp4")

    result = engine.transcode(clip, tmp_path / "out")

    assert [(rung.width, rung.height) for rung in result.rungs] == [(192, 96)]
    assert result.lane == ("remux" if rotation == 0 and not mirrored else "encode")
    for made in ("fallback.mp4", "poster.jpg", "sprite.jpg"):
        path = tmp_path / "out" / made
        picture = Image.open(path) if made.endswith("jpg") else first_picture(path)
        assert corners(picture) == [RED, GREEN, BLUE, WHITE], made


def test_stretched_pixels_become_square(raw_clip: Clip, tmp_path: Path) -> None:
    clip = raw_clip(
        "-f", "lavfi", "-i", f"color=s=180x144:r=10:d=0.6,{QUARTERS},setsar=16/9", "-pix_fmt", "yuv420p", "wide.mp4"
    )  # fmt: skip

    result = engine.transcode(clip, tmp_path / "out")

    assert [(rung.width, rung.height) for rung in result.rungs] == [(320, 144)]
    assert first_picture(tmp_path / "out/fallback.mp4").size == (320, 144)


def test_hdr_colours_come_out_as_they_looked(raw_clip: Clip, tmp_path: Path) -> None:
    """Known patches, written as HLG with diffuse white at 203 nits, look the same on a plain screen afterwards."""
    patches = [(64, 64, 64), (118, 118, 118), (150, 90, 80), (60, 110, 70), (50, 80, 140), (180, 160, 60)]
    drawn = ",".join(
        f"drawbox=x={40 * place}:y=0:w=40:h=64:color=0x{red:02x}{green:02x}{blue:02x}:t=fill"
        for place, (red, green, blue) in enumerate(patches)
    )
    clip = raw_clip(
        "-f", "lavfi", "-i",
        f"color=s=240x64:r=10:d=0.6,format=gbrp,{drawn},"
        "scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,"
        "setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv,"
        "zscale=p=bt2020:t=arib-std-b67:m=bt2020nc:r=tv:npl=203,format=yuv420p10le",
        "-c:v", "libx265", "-x265-params", "log-level=error:qp=4:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc",
        "patches.mov",
    )  # fmt: skip

    engine.transcode(clip, tmp_path / "out")

    picture = first_picture(tmp_path / "out/fallback.mp4")
    for place, wanted in enumerate(patches):
        seen = picture.getpixel((40 * place + 20, 32))
        assert max(abs(a - b) for a, b in zip(seen, wanted, strict=True)) <= 16, (wanted, seen)  # type: ignore[arg-type]  # RGB


def test_the_phone_clip_is_plain_bt709_afterwards(phone_made: Made) -> None:
    target, result = phone_made

    assert [rung.name for rung in result.rungs] == ["480p", "360p", "240p"]
    with av.open(str(target / "fallback.mp4")) as container:
        frame = next(container.decode(video=0))
    assert (frame.format.name, frame.color_primaries, frame.color_trc, frame.colorspace) == ("yuv420p", 1, 1, 1)
    assert (frame.width, frame.height, frame.rotation) == (480, 854, 0)


def test_small_pictures_keep_their_colours_without_being_told_which(raw_clip: Clip, tmp_path: Path) -> None:
    """An SD picture without colour names is BT.601, as every player takes it."""
    clip = raw_clip(
        "-f", "lavfi", "-i",
        "color=s=160x96:r=10:d=0.6,format=gbrp,drawbox=x=0:y=0:w=160:h=96:color=0x2a8c50:t=fill,"
        "scale=out_color_matrix=bt601:out_range=tv,format=yuv420p,setparams=colorspace=unknown:color_primaries=unknown:color_trc=unknown",
        "-vcodec", "mpeg4", "-qscale:v", "1", "sd.mp4",
    )  # fmt: skip

    engine.transcode(clip, tmp_path / "out")

    seen = first_picture(tmp_path / "out/fallback.mp4").convert("RGB").getpixel((80, 48))
    assert max(abs(a - b) for a, b in zip(seen, (0x2A, 0x8C, 0x50), strict=True)) <= 6, seen  # type: ignore[arg-type]  # RGB


@pytest.mark.parametrize("codec", ["libx264", "mpeg4"])
def test_sound_stays_with_the_lips(codec: str, raw_clip: Clip, tmp_path: Path) -> None:
    """A flash and a beep at the same instant stay within 40 ms of each other, copied or encoded."""
    clip = raw_clip(
        "-f", "lavfi", "-i", "color=s=160x96:r=50:d=3,geq=lum='if(gte(T,1.5)*lt(T,1.7),235,16)':cb=128:cr=128",
        "-f", "lavfi", "-i", "aevalsrc='if(gte(t,1.5)*lt(t,1.7),0.5*sin(2*PI*880*t),0)':s=48000:d=3",
        "-c:v", codec, "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac", f"lips-{codec}.mp4",
    )  # fmt: skip
    target = tmp_path / "out"
    engine.transcode(clip, target)
    joined = tmp_path / "joined.mp4"
    run.run(
        [*GLOBAL, "-allowed_extensions", "ALL", "-i", str(target / "master.m3u8"), "-c", "copy", str(joined)],
        duration_s=3,
    )

    for made in (target / "fallback.mp4", joined):
        assert abs(flash_at(made) - beep_at(made)) < 0.04, made.name
        assert abs(flash_at(made) - 1.5) < 0.03, made.name


def flash_at(path: Path) -> float:
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            light = picture_of(frame).convert("L").getpixel((80, 48))
            if isinstance(light, int | float) and light > 128:
                return float(frame.time or 0)
    raise AssertionError("no flash")


def beep_at(path: Path) -> float:
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            samples = memoryview(bytes(frame.planes[0])).cast("f")
            for place in range(frame.samples):
                if abs(samples[place]) > 0.1:
                    return float((frame.time or 0) + place / frame.sample_rate)
    raise AssertionError("no beep")
