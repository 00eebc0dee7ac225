"""Lists that are kept as JSON hold only what is known."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.venues.enums import WEEKDAY_CHOICES, Facility

WEEKDAY_NUMBERS = {number for number, _name in WEEKDAY_CHOICES}


def validate_weekdays(value: Any) -> None:
    """Raise ValidationError unless it is a list of weekdays, Monday 0."""
    if not isinstance(value, list) or not all(type(day) is int and day in WEEKDAY_NUMBERS for day in value):
        raise ValidationError(_("Please choose among the weekdays."))


def validate_facilities(value: Any) -> None:
    """Raise ValidationError unless it is a list of known facilities."""
    if not isinstance(value, list) or not all(name in Facility.values for name in value):
        raise ValidationError(_("Please choose among the facilities."))
