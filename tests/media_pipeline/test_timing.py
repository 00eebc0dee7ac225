"""What is counted while packets pass is what sorting all of them would have told."""

import itertools
import sys
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media_pipeline.timing import BATCH, KINDS, WINDOW, Ascending, Clock, Distances, Timing

TICK_S = 1 / 90_000
SECOND = 90_000


@dataclass(frozen=True)
class Packet:
    time: int
    duration: int
    size: int
    key: bool


@st.composite
def films(draw: st.DrawFn) -> list[Packet]:
    """Packets in decoding order: distances of any kind, pictures up to some places later than they are shown."""
    steps = draw(st.lists(st.integers(0, 2 * SECOND), min_size=1, max_size=120))
    first = draw(st.integers(-SECOND, SECOND))
    shown = list(itertools.accumulate(steps, initial=first))
    late = draw(st.lists(st.integers(0, WINDOW // 2), min_size=len(shown), max_size=len(shown)))
    stored = sorted(range(len(shown)), key=lambda place: place + late[place])
    sizes = draw(st.lists(st.integers(1, 90_000), min_size=len(shown), max_size=len(shown)))
    keys = draw(st.sets(st.sampled_from(stored)))
    return [Packet(shown[n], draw(st.integers(0, 9000)), sizes[n], n in keys) for n in stored]


def told(film: list[Packet]) -> dict[str, object]:
    timing = Timing(TICK_S)
    for packet in film:
        timing.take(packet.time, duration=packet.duration, size=packet.size, key=packet.key)
    return timing.facts()


def naive(film: list[Packet]) -> dict[str, object]:
    times = sorted(packet.time for packet in film)
    end = max(packet.time + packet.duration for packet in film)
    marks = [*sorted(packet.time for packet in film if packet.key), end]
    deltas = sorted(after - before for before, after in itertools.pairwise(times))
    middle = deltas[len(deltas) // 2] if deltas else 0
    slack = max(0.0012 / TICK_S, middle * 0.02, 1.0)
    keys_before = [[early.time for early in film[:n] if early.key] for n in range(len(film))]
    return {
        "packets": len(film),
        "bytes": sum(packet.size for packet in film),
        "start_s": times[0] * TICK_S,
        "end_s": end * TICK_S,
        "open_gop": any(
            not packet.key and bool(before) and packet.time < before[-1]
            for packet, before in zip(film, keys_before, strict=True)
        ),
        "gop_max_s": max([0, *(after - before for before, after in itertools.pairwise(marks))]) * TICK_S,
        "peak_bytes": round(max(rates(film, end))),
        "deltas": {
            "count": len(deltas),
            "median_s": middle * TICK_S,
            "mean_s": (times[-1] - times[0]) * TICK_S / max(1, len(deltas)),
            "max_s": max(deltas, default=0) * TICK_S,
            "odd": sum(abs(delta - middle) > slack for delta in deltas),
        },
    }


def rates(film: list[Packet], end: int) -> list[float]:
    """Bytes a second of each group of at least a second."""
    starts = [0]
    for place, packet in enumerate(film):
        if packet.key and packet.time - film[starts[-1]].time >= SECOND:
            starts.append(place)
    groups = [film[a:b] for a, b in itertools.pairwise([*starts, len(film)])]
    ends = [*(group[0].time for group in groups[1:]), end]
    return [
        sum(packet.size for packet in group) * SECOND / max(until - group[0].time, SECOND)
        for group, until in zip(groups, ends, strict=True)
    ]


@given(films())
def test_passing_packets_tell_what_sorting_all_of_them_tells(film: list[Packet]) -> None:
    expected = naive(film)
    found = told(film)
    assert found.pop("peak_bytes") == pytest.approx(expected.pop("peak_bytes"), abs=1)
    assert found == expected


@given(st.lists(st.integers(0, 1 << 40), max_size=300))
def test_values_come_out_in_order_when_none_is_too_late(values: list[int]) -> None:
    order = sorted(values)
    late = [*order[1::2], *order[::2]] if len(order) <= WINDOW else order
    sorter = Ascending()
    out = [value for value in map(sorter.push, late) if value is not None]
    assert out + sorter.rest() == order


@given(st.lists(st.integers(0, 1 << 50), min_size=1))
def test_a_few_kinds_of_distances_are_counted_exactly(values: list[int]) -> None:
    counted = Distances()
    counted.add(values)
    assert (counted.grain, counted.median(), counted.longest) == (1, sorted(values)[len(values) // 2], max(values))


def test_many_kinds_of_distances_need_no_more_room_and_the_middle_stays_near() -> None:
    counted = Distances()
    for value in range(20_000):
        counted.add([value * 977])
    assert len(counted.counts) <= KINDS
    assert abs(counted.median() - 10_000 * 977) <= counted.grain
    assert counted.longest == 19_999 * 977


def test_an_hour_of_film_takes_as_little_room_as_a_minute() -> None:
    def room(pictures: int) -> int:
        timing = Timing(TICK_S)
        for n in range(pictures):
            timing.take(n * 3000 + n % 7, duration=3000, size=9000, key=n % 30 == 0)
        groups = timing._groups
        parts = (timing._times.held, timing._distances.counts, groups.keys.held)
        assert len(timing._waiting) < BATCH
        return sum(map(sys.getsizeof, parts))

    assert room(1800) == room(20_000)


def test_a_clock_that_jumps_back_counts_as_a_long_pause() -> None:
    timing = Timing(TICK_S)
    for n in [*range(60), *range(60)]:
        timing.take(n * 3000, duration=3000, size=9000, key=n == 0)
    deltas = timing.facts()["deltas"]
    assert isinstance(deltas, dict)
    assert deltas["max_s"] > 0.5


def test_one_loud_group_is_the_peak_and_short_groups_are_taken_together() -> None:
    timing = Timing(TICK_S)
    for n in range(300):
        loud = 90 <= n < 120
        timing.take(n * 3000, duration=3000, size=40_000 if loud else 1000, key=n % 30 == 0)
    assert timing.facts()["peak_bytes"] == 1_200_000

    intra = Timing(TICK_S)
    for n in range(300):
        intra.take(n * 3000, duration=3000, size=90_000 if n == 100 else 1000, key=True)
    assert intra.facts()["peak_bytes"] == 119_000


def test_a_stream_without_packets_has_no_rhythm() -> None:
    facts = Timing(TICK_S).facts()
    assert (facts["packets"], facts["deltas"], facts["peak_bytes"]) == (0, None, 0)


@pytest.mark.parametrize(
    ("times", "ahead", "back"),
    [([], 0, 0), ([7], 0, 0), ([-5, 0, 5], 5, 0), ([0, 10, 8, 11, 30], 19, 2), ([90, 91, 3, 4, 5, 92], 1, 88)],
)
def test_the_clock_tells_how_far_times_jump(times: list[int], ahead: int, back: int) -> None:
    clock = Clock()
    for time in times:
        clock.take(time)

    assert (clock.ahead, clock.back) == (ahead, back)
