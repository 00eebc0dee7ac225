import pytest

from media_pipeline import loudness, spec

REPORT = """
[Parsed_ebur128_2 @ 0x1] Summary:

  Integrated loudness:
    I:         {} LUFS
    Threshold: -33.2 LUFS
"""


@pytest.mark.parametrize(
    ("said", "lufs"), [("-23.4", -23.4), ("-70.0", None), ("-inf", None), ("nan", None), ("0.4", 0.4)]
)
def test_the_meter_is_read(said: str, lufs: float | None) -> None:
    assert loudness.read_meter(REPORT.format(said)) == lufs


def test_the_last_meter_counts() -> None:
    assert loudness.read_meter(REPORT.format("-30.0") + REPORT.format("-16.1")) == -16.1
    assert loudness.read_meter("nothing was heard") is None


@pytest.mark.parametrize(
    ("lufs", "gain"),
    [(-16.0, 0.0), (-16.2, 0.0), (-26.0, 10.0), (-9.0, -7.0), (-50.0, 34.0), (-60.0, 0.0), (None, 0.0)],
)
def test_speech_is_brought_to_the_target_and_noise_left_alone(lufs: float | None, gain: float) -> None:
    assert loudness.level(lufs) == spec.Loudness(lufs=lufs, gain_db=gain)


SIDES = "[astats @ 0x1] Channel: 1\n[astats @ 0x1] Peak level dB: {}\n[astats @ 0x1] Channel: 2\n[astats @ 0x1] Peak level dB: {}\n"


@pytest.mark.parametrize(
    ("left", "right", "side"),
    [("-15.2", "-inf", 0), ("-72.1", "-20", 1), ("-15.2", "-40", None), ("-62", "-70", None), ("-inf", "-inf", None)],
)
def test_a_side_is_the_only_one_when_the_other_is_dead(left: str, right: str, side: int | None) -> None:
    assert loudness.read_side(SIDES.format(left, right)) == side


def test_one_side_in_both_ears_is_twice_as_loud() -> None:
    assert loudness.level(-26.0, side=1) == spec.Loudness(lufs=-26.0, gain_db=6.99, side=1)
    assert loudness.read_side("nothing was heard") is None
