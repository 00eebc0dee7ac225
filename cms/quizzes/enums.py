"""States of an attempt."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AttemptStatus(models.TextChoices):
    """Where an attempt stands."""

    OPEN = "open", _("not handed in yet")
    SUBMITTED = "submitted", _("has been handed in")
