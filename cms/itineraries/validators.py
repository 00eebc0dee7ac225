"""Lists that are kept as JSON hold only what is known."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from cms.itineraries.enums import Theme


def validate_themes(value: Any) -> None:
    """Raise ValidationError unless it is a list of known themes."""
    if not isinstance(value, list) or not all(name in Theme.values for name in value):
        raise ValidationError(_("Please choose among the themes."))
