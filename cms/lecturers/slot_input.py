"""The question for slots as JSON: read strictly, with a code and a sentence for what cannot be used."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from cms.lecturers.slots import DAY_MINUTES, Caps, Question, Slot, WeeklyHours, Windows, WrongInput

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
# A year of minutes, or ten years of days: nobody plans further, and no answer grows without bounds.
MOST_MINUTES = 366 * DAY_MINUTES
MOST_DAYS = 3660
MOST_ROWS = 100_000
MOST_WINDOWS = 200

DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
TIME = re.compile(r"([01]\d|2[0-4]):([0-5]\d)(?::(\d{2}(?:\.\d+)?))?", re.ASCII)


def read_question(data: Any, *, now: datetime | None = None) -> Question:
    """Return the question that the decoded JSON asks; `now` stands in where it names none.

    Raises WrongInput, naming the place, for anything that cannot be used.
    """
    whole = mapping(data, "the input")
    window = mapping(needed(whole, "window"), "window")
    first, last = span_of_days(window, "window")
    if (last - first).days >= MOST_DAYS:
        raise WrongInput("out_of_range", f"window: at most {MOST_DAYS} days can be asked for.")
    return Question(
        zone=zone(needed(whole, "zone")),
        first=first,
        last=last,
        minutes=whole_number(needed(whole, "minutes"), "minutes", least=1),
        now=moment(whole["now"], "now", to_the_minute=False)
        if whole.get("now") is not None
        else now or datetime.now(UTC),
        step=whole_number(whole.get("step", 30), "step", least=1),
        notice_minutes=whole_number(whole.get("notice_minutes", 0), "notice_minutes"),
        buffer_before=whole_number(whole.get("buffer_before", 0), "buffer_before"),
        buffer_after=whole_number(whole.get("buffer_after", 0), "buffer_after"),
        schedules=each(whole.get("schedules"), "schedules", weekly_hours),
        overrides=overrides(whole.get("overrides")),
        busy=each(whole.get("busy"), "busy", busy_span),
        caps=caps(whole.get("caps")),
    )


def answer(slots: list[Slot]) -> dict[str, list[dict[str, str]]]:
    """Return the slots as the contract writes them."""
    return {"slots": [{"start": slot.start.isoformat(), "end": slot.end.isoformat()} for slot in slots]}


def mapping(value: Any, place: str) -> Mapping[str, Any]:
    """Return the object as it is."""
    if not isinstance(value, dict):
        raise WrongInput("wrong_type", f"{place}: an object is needed.")
    return value


def needed(whole: Mapping[str, Any], name: str) -> Any:
    """Return a value that must be there."""
    if whole.get(name) is None:
        raise WrongInput("missing", f"{name}: is missing.")
    return whole[name]


def each(value: Any, place: str, read: Callable[[Any, str], Any], *, most: int = MOST_ROWS) -> tuple[Any, ...]:
    """Return what `read` makes of each element of a list; nothing at all is an empty list."""
    if value is None:
        return ()
    if not isinstance(value, list):
        raise WrongInput("wrong_type", f"{place}: a list is needed.")
    if len(value) > most:
        raise WrongInput("out_of_range", f"{place}: at most {most} entries.")
    return tuple(read(row, f"{place}[{number}]") for number, row in enumerate(value))


def whole_number(value: Any, place: str, *, least: int = 0) -> int:
    """Return a number of minutes."""
    if isinstance(value, float):
        raise WrongInput("whole_minutes", f"{place}: whole minutes are needed.")
    if not isinstance(value, int) or isinstance(value, bool):
        raise WrongInput("wrong_type", f"{place}: a whole number is needed.")
    if not least <= value <= MOST_MINUTES:
        raise WrongInput("out_of_range", f"{place}: a number from {least} to {MOST_MINUTES} is needed.")
    return value


def zone(value: Any) -> ZoneInfo:
    """Return the time zone of an IANA name."""
    if not isinstance(value, str):
        raise WrongInput("wrong_type", "zone: a name such as Asia/Shanghai is needed.")
    # Asking the list first: a name may not be a path to some other file.
    if value not in available_timezones():
        raise WrongInput("unknown_zone", f"zone: there is no time zone “{value[:60]}”.")
    return ZoneInfo(value)


def day(value: Any, place: str) -> date:
    """Return a local date."""
    if not isinstance(value, str):
        raise WrongInput("wrong_type", f"{place}: a date such as 2026-12-01 is needed.")
    try:
        if not DATE.fullmatch(value):
            raise ValueError(value)  # noqa: TRY301  # joined with what fromisoformat refuses
        found = date.fromisoformat(value)
    except ValueError:
        raise WrongInput("wrong_value", f"{place}: “{value[:40]}” is no date.") from None
    # The day before and the days after are looked at as well.
    if not date.min.year < found.year < date.max.year:
        raise WrongInput("out_of_range", f"{place}: years from 2 to 9998 can be used.")
    return found


def span_of_days(value: Mapping[str, Any], place: str) -> tuple[date, date]:
    """Return the first and the last day of "from" and "to"."""
    first, last = (day(needed(value, name), f"{place}.{name}") for name in ("from", "to"))
    if last < first:
        raise WrongInput("end_before_start", f"{place}: the last day lies before the first.")
    return first, last


def moment(value: Any, place: str, *, to_the_minute: bool = True) -> datetime:
    """Return an instant; it must name its offset."""
    if not isinstance(value, str):
        raise WrongInput("wrong_type", f"{place}: an instant such as 2026-12-02T01:00:00Z is needed.")
    try:
        found = datetime.fromisoformat(value)
        if found.tzinfo is None:
            raise ValueError(value)  # noqa: TRY301  # joined with what fromisoformat refuses
        found = found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongInput("wrong_value", f"{place}: “{value[:40]}” is no instant with an offset.") from None
    if to_the_minute and (found.second or found.microsecond):
        raise WrongInput("whole_minutes", f"{place}: whole minutes are needed.")
    return found


def clock_time(value: Any, place: str) -> int:
    """Return a wall time as minutes after midnight, at most 24:00."""
    if not isinstance(value, str):
        raise WrongInput("wrong_type", f"{place}: a time such as 09:00 is needed.")
    found = TIME.fullmatch(value)
    if found is None:
        raise WrongInput("wrong_value", f"{place}: “{value[:20]}” is no time of the day.")
    hours, minutes, seconds = found.groups()
    if seconds and float(seconds):
        raise WrongInput("whole_minutes", f"{place}: whole minutes are needed.")
    total = int(hours) * 60 + int(minutes)
    if total > DAY_MINUTES:
        raise WrongInput("wrong_value", f"{place}: a day ends at 24:00.")
    return total


def window(value: Any, place: str) -> tuple[int, int]:
    """Return a window of a day in minutes after midnight."""
    if not isinstance(value, list) or len(value) != 2:  # noqa: PLR2004  # from and to
        raise WrongInput("wrong_type", f"{place}: two times are needed.")
    start, end = (clock_time(part, place) for part in value)
    if end <= start:
        raise WrongInput("end_before_start", f"{place}: the end must lie after the beginning.")
    return start, end


def windows(value: Any, place: str) -> Windows:
    """Return the windows of one day."""
    return each(value, place, window, most=MOST_WINDOWS)


def weekly(value: Any, place: str) -> tuple[Windows, ...]:
    """Return the windows of the seven weekdays, Monday first; a day without an entry has none."""
    named = mapping(value, place)
    if strange := named.keys() - set(WEEKDAYS):
        raise WrongInput(
            "wrong_value", f"{place}: “{min(map(str, strange))[:20]}” is no weekday; they are mon to sun."
        )
    return tuple(windows(named.get(name), f"{place}.{name}") for name in WEEKDAYS)


def weekly_hours(value: Any, place: str) -> WeeklyHours:
    """Return a weekly schedule with its span of days."""
    row = mapping(value, place)
    first, last = span_of_days(row, place)
    return WeeklyHours(first, last, weekly(needed(row, "weekly"), f"{place}.weekly"))


def overrides(value: Any) -> dict[date, Windows]:
    """Return the windows of the days that differ; a day may be named once."""
    found: dict[date, Windows] = {}
    for on, hours in each(value, "overrides", override):
        if on in found:
            raise WrongInput("twice", f"overrides: {on} is named twice.")
        found[on] = hours
    return found


def override(value: Any, place: str) -> tuple[date, Windows]:
    """Return a day and its windows."""
    row = mapping(value, place)
    return day(needed(row, "date"), f"{place}.date"), windows(needed(row, "windows"), f"{place}.windows")


def busy_span(value: Any, place: str) -> tuple[datetime, datetime]:
    """Return a span that is taken."""
    row = mapping(value, place)
    start, end = (moment(needed(row, name), f"{place}.{name}") for name in ("start", "end"))
    if end < start:
        raise WrongInput("end_before_start", f"{place}: the end lies before the beginning.")
    return start, end


def caps(value: Any) -> Caps:
    """Return the caps; null means that there is none."""
    if value is None:
        return Caps()
    row = mapping(value, "caps")
    limits = {
        name: None if row.get(name) is None else whole_number(row[name], f"caps.{name}")
        for name in ("day", "week", "month")
    }
    return Caps(**limits, booked=each(row.get("booked"), "caps.booked", moment))
