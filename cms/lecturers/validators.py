"""Hours as they are stored: the same reading as the slot module, with sentences for people."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.lecturers import slot_input
from cms.lecturers.slots import WrongInput

SENTENCE = _("These hours cannot be used: write them as 09:00-12:00, the end after the beginning.")


def validate_weekly(value: Any) -> None:
    """Raise ValidationError unless the value is a week of windows."""
    try:
        slot_input.weekly(value, "weekly")
    except WrongInput as wrong:
        raise ValidationError(SENTENCE, code=wrong.code) from wrong


def validate_windows(value: Any) -> None:
    """Raise ValidationError unless the value is a list of windows of one day."""
    try:
        slot_input.windows(value, "windows")
    except WrongInput as wrong:
        raise ValidationError(SENTENCE, code=wrong.code) from wrong


def validate_zone(value: str) -> None:
    """Raise ValidationError unless there is such a time zone."""
    try:
        slot_input.zone(value)
    except WrongInput as wrong:
        raise ValidationError(_("There is no such time zone."), code=wrong.code) from wrong
