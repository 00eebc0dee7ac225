"""Light goes through the engine as the standards say: held against arithmetic of the test's own."""

from pathlib import Path

import av
import pytest

from media_pipeline import engine, probe
from tests.media_pipeline.colours import Coding, Light, apart, ciede2000, dimmed, hlg, on_screen, plain, pq, shown
from tests.media_pipeline.conftest import Made
from tests.media_pipeline.looking import joined
from tests.media_pipeline.test_dolby_vision import declared
from tests.media_pipeline.ugly import Kit

WIDE, HIGH = 40, 64
# Greys from shadow to white, skin, leaves, sky, cloth; then light above white, as lamps and clouds have it.
PLAIN = [
    on_screen((red / 255, green / 255, blue / 255))
    for red, green, blue in [
        (30, 30, 30), (118, 118, 118), (200, 200, 200), (250, 250, 250), (196, 149, 130), (80, 110, 60), (90, 120, 170), (180, 50, 45),
    ]
]  # fmt: skip
ABOVE_WHITE: list[Light] = [(2.0, 2.0, 2.0), (4.0, 3.2, 2.4)]

SDR = {
    "bt709": (Coding("bt709", plain, "bt709"), "bt709:bt709:bt709:tv"),
    "full range": (Coding("bt709", plain, "bt709", full_range=True), "bt709:bt709:bt709:pc"),
    "bt601": (Coding("bt601", plain, "bt601"), "smpte170m:bt709:smpte170m:tv"),
    "P3 of a phone": (Coding("p3", plain, "bt709"), "smpte432:bt709:bt709:tv"),
}
HDR = {
    "PQ": (Coding("bt2020", pq, "bt2020", bits=10), "smpte2084"),
    "HLG": (Coding("bt2020", hlg, "bt2020", bits=10), "arib-std-b67"),
}


def raw(kit: Kit, coding: Coding, lights: list[Light]) -> Path:
    """Return six uncoded pictures with a patch of each light."""
    planes = bytearray()
    for part in range(3):
        wide, high = (WIDE, HIGH) if part == 0 else (WIDE // 2, HIGH // 2)
        size = 2 if coding.bits > 8 else 1
        planes += b"".join(coding.codes(light)[part].to_bytes(size, "little") * wide for light in lights) * high
    return kit.file(planes * 6, ".yuv")


def filmed(kit: Kit, name: str, source: Path, lights: list[Light], *coded: str, pix_fmt: str) -> Path:
    form = ("-f", "rawvideo", "-video_size", f"{WIDE * len(lights)}x{HIGH}", "-framerate", "10")
    return kit.ffmpeg(*form, "-pix_fmt", pix_fmt, "-i", str(source), *coded, name)


def hdr_film(kit: Kit, name: str) -> Path:
    coding, transfer = HDR[name]
    lights = PLAIN + ABOVE_WHITE
    tags = f"log-level=error:qp=4:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc:range=limited"
    coded = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", tags, "-tag:v", "hvc1")
    return filmed(kit, f"{name}.mp4", raw(kit, coding, lights), lights, *coded, pix_fmt="yuv420p10le")


def patches(path: Path, number: int) -> list[Light]:
    """Return the lights that an ordinary screen shows in the middle of each patch."""
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    assert (frame.format.name, frame.color_primaries, frame.color_trc, frame.colorspace) == ("yuv420p", 1, 1, 1)
    assert int(frame.color_range) == 1
    planes = [(bytes(plane), plane.line_size) for plane in frame.planes]
    middle = [(WIDE * n + WIDE // 2, HIGH // 2) for n in range(number)]
    return [
        shown((
            planes[0][0][y * planes[0][1] + x],
            planes[1][0][y // 2 * planes[1][1] + x // 2],
            planes[2][0][y // 2 * planes[2][1] + x // 2],
        ))
        for x, y in middle
    ]  # fmt: skip


@pytest.mark.parametrize("name", SDR)
def test_ordinary_colours_stay_what_they_were(name: str, kit: Kit, tmp_path: Path) -> None:
    coding, said = SDR[name]
    primaries, transfer, matrix, scale = said.split(":")
    tags = f"colorprim={primaries}:transfer={transfer}:colormatrix={matrix}:range={scale}"
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-qp", "4", "-bf", "2", "-x264-params", tags, "-g", "100")
    pix_fmt = "yuvj420p" if coding.full_range else "yuv420p"
    clip = filmed(kit, f"{name}.ts", raw(kit, coding, PLAIN), PLAIN, *coded, pix_fmt=pix_fmt)

    made = engine.transcode(clip, tmp_path / "out")

    seen = patches(tmp_path / "out/fallback.mp4", len(PLAIN))
    assert made.lane == "encode"
    assert max(apart(one, other) for one, other in zip(PLAIN, seen, strict=True)) < 2


@pytest.mark.parametrize("name", [*HDR, "Dolby Vision 8.1", "Dolby Vision 8.4"])
def test_hdr_looks_on_an_ordinary_screen_as_it_was(name: str, kit: Kit, tmp_path: Path) -> None:
    """Straight up to half of white, softly above; the base layer of Dolby Vision is such a film.

    zscale turns HLG into light channel by channel and not by brightness: strong colours come out 2 to 3.5 stronger.
    """
    dolby = name.startswith("Dolby")
    clip = hdr_film(kit, {"8.1": "PQ", "8.4": "HLG"}.get(name[-3:], name))
    if dolby:
        clip = declared(clip, kit.folder / f"{name}.mp4", b"hvc1", 8, int(name[-1]))

    engine.transcode(clip, tmp_path / "out")

    lights = PLAIN + ABOVE_WHITE
    seen = patches(tmp_path / "out/fallback.mp4", len(lights))
    assert probe.probe(clip).video.dolby_vision == (8 if dolby else None)
    within = 2 if name in {"PQ", "Dolby Vision 8.1"} else 5
    assert max(apart(dimmed(light), other) for light, other in zip(lights, seen, strict=True)) < within


def test_every_size_says_which_colours_it_has(phone_made: Made, tmp_path: Path) -> None:
    target, result = phone_made

    for rung in result.rungs:
        with av.open(str(joined(target / rung.name, tmp_path))) as container:
            context = container.streams.video[0].codec_context
            said = (context.color_primaries, context.color_trc, context.colorspace, context.color_range)
            assert [int(value) for value in said] == [1, 1, 1, 1]


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, 0, 0), (50, -1, 2), 2.3669),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_distance_of_colours_is_the_published_one(one: Light, other: Light, distance: float) -> None:
    """Pairs of Sharma, Wu and Dalal, 2005."""
    assert ciede2000(one, other) == pytest.approx(distance, abs=0.0001)


def test_light_is_stored_as_the_standards_say() -> None:
    """White is 58 % of PQ and 75 % of HLG (BT.2408)."""
    assert Coding("bt709", plain, "bt709").codes((1, 1, 1)) == (235, 128, 128)
    assert shown((235, 128, 128)) == pytest.approx((1, 1, 1))
    assert HDR["PQ"][0].codes((1, 1, 1)) == pytest.approx((573, 512, 512), abs=1)
    assert HDR["HLG"][0].codes((1, 1, 1)) == pytest.approx((721, 512, 512), abs=1)
