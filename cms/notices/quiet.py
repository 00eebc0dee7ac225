"""When an e-mail may go out: not in the quiet hours, or once a day with all others; pure."""

from datetime import datetime, time, timedelta

QUIET_FROM = time(21)
QUIET_TO = time(7)


def is_quiet(at: time, quiet_from: time, quiet_to: time) -> bool:
    """Return whether a wall time lies in the quiet hours, which may reach past midnight; equal ends mean none."""
    if quiet_from <= quiet_to:
        return quiet_from <= at < quiet_to
    return at >= quiet_from or at < quiet_to


def next_at(moment: datetime, at: time) -> datetime:
    """Return the first instant after the moment at which clocks in its zone show the wall time."""
    today = datetime.combine(moment.date(), at, tzinfo=moment.tzinfo)
    return today if today > moment else datetime.combine(moment.date() + timedelta(days=1), at, tzinfo=moment.tzinfo)


def due_at(
    moment: datetime, *, quiet_from: time = QUIET_FROM, quiet_to: time = QUIET_TO, daily: bool = False, urgent: bool
) -> datetime:
    """Return when an e-mail about something that happened at the moment (with the reader's zone) is due.

    Urgent ones are due at once, daily ones when the quiet hours end, others at once outside the quiet hours.
    """
    if urgent:
        return moment
    if daily or is_quiet(moment.timetz().replace(tzinfo=None), quiet_from, quiet_to):
        return next_at(moment, quiet_to)
    return moment
