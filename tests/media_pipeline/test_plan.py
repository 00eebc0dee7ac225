from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline import spec
from media_pipeline.plan import choose_fps, ladder, plan, worth_keeping


def source_of(*, reasons: tuple[str, ...] = ("codec",), audio: bool = True, **changes: Any) -> spec.Source:
    facts: dict[str, Any] = {
        "index": 0,
        "codec": "h264",
        "width": 1920,
        "height": 1080,
        "display_width": 1920,
        "display_height": 1080,
        "rotation": 0,
        "mirrored": False,
        "fps": 30.0,
        "fps_nominal": 30.0,
        "fps_mode": "cfr",
        "pix_fmt": "yuv420p",
        "bit_depth": 8,
        "transfer": "bt709",
        "primaries": "bt709",
        "matrix": "bt709",
        "full_range": False,
        "hdr": None,
        "sar": "1:1",
        "gop_max_s": 2.0,
        "closed_gop": True,
        "trimmed": False,
        "interlaced": False,
        "start_s": 0.0,
        "end_s": 10.0,
        "bitrate": 4_000_000,
        "peak_bitrate": 6_000_000,
    }
    heard = spec.AudioStream(index=1, codec="aac", channels=2, sample_rate=48_000) if audio else None
    video = spec.VideoStream(**facts | changes)
    return spec.Source(container="mp4", duration_s=10.0, video=video, audio=heard, reasons=reasons)


def shown(width: int, height: int, **changes: Any) -> spec.Source:
    return source_of(width=width, height=height, display_width=width, display_height=height, **changes)


@pytest.mark.parametrize(
    ("size", "rungs"),
    [
        ((1920, 1080), ["1920x1080", "1280x720", "854x480", "640x360", "426x240"]),
        ((1080, 1920), ["1080x1920", "720x1280", "480x854", "360x640", "240x426"]),
        ((3840, 2160), ["1920x1080", "1280x720", "854x480", "640x360", "426x240"]),
        ((960, 540), ["854x480", "640x360", "426x240"]),
        ((320, 240), ["320x240"]),
        ((321, 241), ["320x240"]),
        ((720, 720), ["720x720", "480x480", "360x360", "240x240"]),
    ],
)
def test_the_ladder_goes_by_the_short_side(size: tuple[int, int], rungs: list[str]) -> None:
    assert [f"{rung.width}x{rung.height}" for rung in plan(shown(*size)).rungs] == rungs


sides = st.integers(min_value=spec.MIN_SIDE, max_value=6000)


@given(sides, sides, st.one_of(st.none(), st.integers(min_value=16, max_value=2000)), st.booleans())
def test_no_rung_is_ever_larger_than_the_picture(width: int, height: int, limit: int | None, copied: bool) -> None:  # noqa: FBT001 - given by Hypothesis
    made = plan(shown(width, height, reasons=() if copied else ("codec",)), max_height=limit)

    assert made.rungs
    assert made.first_play in made.rungs
    assert [rung.short_side for rung in made.rungs] == sorted({rung.short_side for rung in made.rungs}, reverse=True)
    for rung in made.encoded:
        assert rung.width % 2 == rung.height % 2 == 0
        assert rung.width <= width
        assert rung.height <= height
        assert limit is None or rung.short_side <= limit
        assert abs(rung.width / rung.height - width / height) <= 0.15 * width / height
    assert min(rung.short_side for rung in made.rungs) <= spec.FALLBACK_SIDE


def test_a_good_file_is_copied_and_only_smaller_rungs_are_made() -> None:
    made = plan(shown(960, 540, reasons=()))

    assert made.lane == "remux"
    assert [(rung.name, rung.copied) for rung in made.rungs] == [("540p", True), ("360p", False), ("240p", False)]
    assert made.first_play.name == "540p"


def test_a_limit_below_the_picture_forbids_copying() -> None:
    made = plan(shown(1280, 720, reasons=()), max_height=480)

    assert made.lane == "encode"
    assert [rung.name for rung in made.rungs] == ["480p", "360p", "240p"]


@pytest.mark.parametrize(
    ("measured", "chosen"),
    [
        ({"fps": 30.0}, Fraction(30)),
        ({"fps": 29.97}, Fraction(30_000, 1001)),
        ({"fps": 23.976}, Fraction(24_000, 1001)),
        ({"fps": 25.01}, Fraction(25)),
        ({"fps": 120.0}, Fraction(60)),
        ({"fps": 239.76}, Fraction(60_000, 1001)),
        ({"fps": 30.02, "fps_nominal": 29.95, "fps_mode": "vfr"}, Fraction(30)),
        ({"fps": 11.0, "fps_nominal": 60.0, "fps_mode": "vfr"}, Fraction(60)),
        ({"fps": 1.0}, Fraction(5)),
    ],
)
def test_the_frame_rate_follows_what_the_timestamps_show(measured: dict[str, Any], chosen: Fraction) -> None:
    assert choose_fps(source_of(**({"fps_nominal": measured["fps"]} | measured)).video) == chosen


@given(
    st.floats(min_value=0.1, max_value=1000), st.floats(min_value=0.1, max_value=1000), st.sampled_from(["cfr", "vfr"])
)
def test_the_frame_rate_stays_between_five_and_sixty(average: float, nominal: float, mode: str) -> None:
    chosen = choose_fps(source_of(fps=average, fps_nominal=nominal, fps_mode=mode).video)

    assert 5 <= chosen <= 60


def test_hdr_is_tone_mapped_and_shown_small_first() -> None:
    made = plan(shown(1080, 1920, hdr="hlg", transfer="arib-std-b67", primaries="bt2020", matrix="bt2020nc"))

    assert (made.tone_map, made.input_matrix, made.input_primaries) == ("hlg", "bt2020nc", "bt2020")
    assert made.first_play.name == "360p"


def test_colours_nobody_named_are_taken_as_players_take_them() -> None:
    small = plan(shown(640, 480, matrix="unknown"))
    large = plan(shown(1280, 720, matrix="unknown"))

    assert (small.input_matrix, large.input_matrix) == ("smpte170m", "bt709")


def test_a_mute_film_gets_no_sound() -> None:
    assert plan(source_of(audio=False)).audio is False


def test_a_size_that_is_nearly_as_heavy_as_the_next_one_is_left_out() -> None:
    rungs = plan(shown(1920, 1080)).rungs
    assert [rung.name for rung in rungs] == ["1080p", "720p", "480p", "360p", "240p"]
    assert worth_keeping(rungs, (4000, 2000, 900, 500, 200)) == (True, True, True, True, True)
    # 480p is what old players get, 240p what weak lines get; 360p is compared with the one above that stays.
    assert worth_keeping(rungs, (4000, 3300, 3300, 2700, 2690)) == (True, False, True, False, True)


def test_a_size_close_below_a_copied_one_is_left_out() -> None:
    assert [rung.name for rung in ladder(shown(854, 490).video, max_height=None, copied=True)] == [
        "490p",
        "360p",
        "240p",
    ]
