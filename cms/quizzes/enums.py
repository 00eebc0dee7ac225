"""States of an attempt."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class AttemptStatus(models.TextChoices):
    """Where an attempt stands."""

    OPEN = "open", _("begun")
    SUBMITTED = "submitted", _("handed in")
