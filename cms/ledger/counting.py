"""How minutes become study hours; pure, exact decimals."""

from decimal import ROUND_HALF_UP, Decimal

STEP = Decimal("0.1")


def hours_for_minutes(
    minutes: Decimal, *, minutes_per_hour: int, least: Decimal | None = None, most: Decimal | None = None
) -> Decimal:
    """Return the study hours of so many minutes, rounded half up to a tenth and kept between `least` and `most`.

    Raises ValueError for negative or non-finite minutes and for an hour without minutes.
    """
    if minutes_per_hour <= 0 or not minutes.is_finite() or minutes < 0:
        raise ValueError("minutes must be finite and not negative, an hour must have minutes")
    hours = (minutes / minutes_per_hour).quantize(STEP, rounding=ROUND_HALF_UP)
    if least is not None:
        hours = max(hours, least)
    return hours if most is None else min(hours, most)
