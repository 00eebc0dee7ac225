"""Which notices a person can do without."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.TextChoices):
    """First word of the kinds that a person may mute; every other notice is always sent."""

    LESSONS = "lessons", _("New lessons and news about lessons")
    LEARNING = "learning", _("Progress of the own learning")
    LIBRARY = "library", _("New material in the library")


def area_of(kind: str) -> str:
    """Return the first word of a dotted kind: "review.returned" → "review"."""
    return kind.partition(".")[0]
