"""When somebody can be asked to teach: from weekly hours, single days and what is taken to the starts on offer.

Pure: no database, no clock. The words of the rules stand in docs/api.md ("Slots"); instants are counted in whole seconds
since 1970 (UTC), so that a sweep over integers replaces comparing dates.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice, pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

MINUTE = 60
DAY_MINUTES = 24 * 60
DAY = DAY_MINUTES * MINUTE
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = EPOCH.toordinal()
SECOND = timedelta(seconds=1)
# Whoever is free day and night has one window that never began; further back than this nobody looks.
MOST_DAYS_BACK = 36_600
MOST_SLOTS = 1_000_000

Windows = tuple[tuple[int, int], ...]
Span = tuple[int, int]


class Slot(NamedTuple):
    """A lesson that can be asked for; both instants carry the offset that is in force then."""

    start: datetime
    end: datetime


class WrongInput(ValueError):  # noqa: N818  # reads as the fact it states: raise WrongInput(...)
    """The question cannot be answered; `code` is for scripts, `message` one English sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Windows of minutes after local midnight for the seven weekdays, Monday first, on the days first to last."""

    first: date
    last: date
    days: tuple[Windows, ...]


@dataclass(frozen=True, slots=True)
class Caps:
    """How many lessons may begin on one local date, in one ISO week, in one month; `booked` are the starts there are."""

    day: int | None = None
    week: int | None = None
    month: int | None = None
    booked: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Starts on local dates from `first` to `last` are asked for; lengths are in minutes, `busy` holds (from, to)."""

    zone: ZoneInfo
    first: date
    last: date
    minutes: int
    now: datetime
    step: int = 30
    notice_minutes: int = 0
    buffer_before: int = 0
    buffer_after: int = 0
    schedules: Sequence[WeeklyHours] = ()
    overrides: Mapping[date, Windows] = field(default_factory=dict)
    busy: Sequence[tuple[datetime, datetime]] = ()
    caps: Caps = Caps()


def find_slots(question: Question) -> list[Slot]:
    """Return the slots in order of time.

    Raises WrongInput when a window has no beginning within MOST_DAYS_BACK days or there are more than MOST_SLOTS.
    """
    found = list(islice(each_slot(question), MOST_SLOTS + 1))
    if len(found) > MOST_SLOTS:
        raise WrongInput("too_many", f"There are more than {MOST_SLOTS} slots; please ask for a shorter window.")
    return found


def each_slot(question: Question) -> Iterator[Slot]:
    """Yield the slots in order of time, so that who needs the first alone reads no further; raises as `find_slots`."""
    zone, seconds = question.zone, question.minutes * MINUTE
    open_for = CapCheck(question.caps, zone)
    for start in free_starts(question):
        local = datetime.fromtimestamp(start, zone)
        if question.first <= local.date() <= question.last and open_for(local):
            yield Slot(local, datetime.fromtimestamp(start + seconds, zone))


def free_starts(question: Question) -> Iterator[int]:
    """Yield the instants on the grid at which the lesson fits and nothing is in its way; dates are not cut to the day."""
    seconds, step = question.minutes * MINUTE, question.step * MINUTE
    soonest = instant_up(question.now) + question.notice_minutes * MINUTE
    # A day too much on either side: which local date a start has is looked at for each.
    soonest = max(soonest, midnight(question.first) - 2 * DAY)
    latest = midnight(question.last) + 3 * DAY
    blocked = blocked_starts(question)
    ends = [end for _start, end in blocked]
    for opens, closes in merged_windows(question):
        start = on_grid(max(opens, soonest), opens, step)
        last = min(closes - seconds, latest)
        place = bisect_left(ends, start + 1)
        while start <= last:
            while place < len(blocked) and ends[place] <= start:
                place += 1
            if place < len(blocked) and blocked[place][0] < start:
                start = on_grid(ends[place], opens, step)
                continue
            yield start
            start += step


def free_spans(question: Question, serves: Callable[[date], bool]) -> list[Span]:
    """Return the spans in which lessons of the question's length, or longer ones, can lie, in order; none touches another.

    What they tell is coarse and lasts: every slot begins in one of them, whatever `now` and the notice are, and not all
    of a span need be a slot. Dates on which nobody `serves`, or on which the caps are full, are cut out.
    """
    open_for = CapCheck(question.caps, question.zone)

    def is_open(instant: int) -> bool:
        day = datetime.fromtimestamp(instant, question.zone).date()
        return question.first <= day <= question.last and serves(day) and open_for(datetime.combine(day, time()))

    first, last = midnight(question.first) - 2 * DAY, midnight(question.last) + 3 * DAY
    near = ((max(start, first), min(end, last)) for start, end in gaps(question))
    pieces = (piece for span in near for piece in cut_at_midnights(question.zone, span))
    # Where a clock goes back over midnight a piece may begin on one date and end on the other.
    return merge((start, end) for start, end in pieces if is_open(start) or is_open(end - 1))


def gaps(question: Question) -> Iterator[Span]:
    """Yield what the windows leave beside what is taken: each begins on the grid and holds a lesson."""
    seconds, step = question.minutes * MINUTE, question.step * MINUTE
    blocked = blocked_starts(question)
    ends = [end for _start, end in blocked]
    for opens, closes in merged_windows(question):
        start = opens
        for taken_from, taken_to in islice(blocked, bisect_left(ends, opens + 1), None):
            if taken_from + seconds >= closes:
                break
            if start <= taken_from:
                yield start, taken_from + seconds
            start = max(start, on_grid(taken_to, opens, step))
        if start + seconds <= closes:
            yield start, closes


def cut_at_midnights(zone: ZoneInfo, span: Span) -> Iterator[Span]:
    """Yield the pieces of a span between local midnights; one that the clock shows twice cuts twice."""
    start, end = span
    if start >= end:
        return
    day = datetime.fromtimestamp(start, zone).toordinal()
    # Most spans lie within one day on which no clock changes.
    if day == datetime.fromtimestamp(end - 1, zone).toordinal() and steady_offset(zone, day) is not None:
        yield span
        return
    days = range(start // DAY + EPOCH_DAY - 1, end // DAY + EPOCH_DAY + 3)
    midnights = {wall(zone, day, 0, fold=fold) for day in days for fold in (0, 1)}
    yield from pairwise(sorted({start, end, *(instant for instant in midnights if start < instant < end)}))


def on_grid(instant: int, opens: int, step: int) -> int:
    """Return the first multiple of the step after the window's opening that is not before the instant."""
    return opens - (opens - instant) // step * step


def blocked_starts(question: Question) -> list[Span]:
    """Return the open spans in which no lesson may begin, because with its buffers it would overlap what is taken."""
    lead = (question.minutes + question.buffer_after) * MINUTE
    trail = question.buffer_before * MINUTE
    spans = sorted((instant(start) - lead, instant(end) + trail) for start, end in question.busy if start < end)
    return merge(spans, touching=False)


def merged_windows(question: Question) -> list[Span]:
    """Return the windows as spans of instants, merged over midnight, as far as they matter for the question.

    Days before and after are looked at too: a window that began earlier sets the grid, one that goes on makes room.
    """
    first, last = question.first.toordinal(), question.last.toordinal()
    further = 2 + question.minutes // DAY_MINUTES
    days = range(max(first - 1, 1), min(last + further, date.max.toordinal() - 1) + 1)
    spans = merge(sorted(span for day in days for span in windows_of(question, day)))
    if not spans or days.start == 1:
        return spans
    opens, closes = spans[0]
    return [(beginning_of(question, opens, days.start), closes), *spans[1:]]


def beginning_of(question: Question, opens: int, day: int) -> int:
    """Return when the window really began that opens on the given day: it may go on from the days before."""
    earliest = max(day - MOST_DAYS_BACK, 1)
    while day > earliest:
        day -= 1
        reaching = [span for span in merge(sorted(windows_of(question, day))) if span[1] >= opens]
        if not reaching:
            return opens
        opens = reaching[0][0]
    raise WrongInput("too_long", f"A window goes on without a gap for more than {MOST_DAYS_BACK} days.")


def windows_of(question: Question, day: int) -> Iterator[Span]:
    """Yield the windows of a local date (as ordinal) as instants; what the change of the clock empties is left out."""
    on = date.fromordinal(day)
    windows = question.overrides.get(on)
    if windows is None:
        weekday = (day + 6) % 7
        windows = tuple(
            w for hours in question.schedules if hours.first <= on <= hours.last for w in hours.days[weekday]
        )
    if not windows:
        return
    offset = steady_offset(question.zone, day)
    if offset is not None:
        base = (day - EPOCH_DAY) * DAY - offset
        yield from ((base + start * MINUTE, base + end * MINUTE) for start, end in windows)
        return
    for start, end in windows:
        opens, closes = wall(question.zone, day, start, fold=0), wall(question.zone, day, end, fold=1)
        if opens < closes:
            yield opens, closes


@lru_cache(maxsize=20_000)
def steady_offset(zone: ZoneInfo, day: int) -> int | None:
    """Return the offset in seconds that holds from local midnight to midnight, or None on a day that changes it."""
    begins = offset_of(zone, day, 0, fold=0)
    return begins if begins == offset_of(zone, day + 1, 0, fold=1) else None


def offset_of(zone: ZoneInfo, day: int, minute: int, *, fold: int) -> int:
    """Return the offset in seconds of a wall time, in the reading that `fold` chooses."""
    naive = datetime.fromordinal(day) + timedelta(minutes=minute)
    return offset_at(naive.replace(tzinfo=zone, fold=fold))


def offset_at(moment: datetime) -> int:
    """Return the offset in seconds of an aware datetime."""
    return (moment.utcoffset() or timedelta()) // SECOND


def wall(zone: ZoneInfo, day: int, minute: int, *, fold: int) -> int:
    """Return the instant of a wall time: in a gap the first one after it, else the reading that `fold` chooses."""
    local = (day - EPOCH_DAY) * DAY + minute * MINUTE
    before, after = (offset_of(zone, day, minute, fold=reading) for reading in (0, 1))
    if before >= after:
        return local - (after if fold else before)
    low, high = local - after, local - before
    while low + 1 < high:
        middle = (low + high) // 2
        low, high = (low, middle) if offset_at(datetime.fromtimestamp(middle, zone)) == after else (middle, high)
    return high


def merge(spans: Iterable[Span], *, touching: bool = True) -> list[Span]:
    """Join sorted spans that overlap, and on request those that only touch."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and (start < joined[-1][1] or (touching and start == joined[-1][1])):
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def instant(moment: datetime) -> int:
    """Return an aware datetime on a whole second as seconds since 1970."""
    return (moment - EPOCH) // SECOND


def instant_up(moment: datetime) -> int:
    """Return the first whole second that is not before the moment."""
    return -((EPOCH - moment) // SECOND)


def midnight(day: date) -> int:
    """Return the midnight of a date in UTC."""
    return (day.toordinal() - EPOCH_DAY) * DAY


class CapCheck:
    """Tells for a local start whether its date, ISO week and month are still below the caps."""

    def __init__(self, caps: Caps, zone: ZoneInfo) -> None:
        self.caps = [
            (cap, key, Counter(key(start.astimezone(zone)) for start in caps.booked))
            for cap, key in ((caps.day, day_key), (caps.week, week_key), (caps.month, month_key))
            if cap is not None
        ]

    def __call__(self, local: datetime) -> bool:
        """Return whether one more lesson may begin then."""
        return all(counted[key(local)] < cap for cap, key, counted in self.caps)


def day_key(local: datetime) -> Hashable:
    """Return the local date."""
    return local.toordinal()


def week_key(local: datetime) -> Hashable:
    """Return the ISO week: year and number."""
    return tuple(local.isocalendar()[:2])


def month_key(local: datetime) -> Hashable:
    """Return year and month."""
    return local.year, local.month
