"""Kinds that accounts know."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CodeKind(models.TextChoices):
    """How a branch hands a sign-in code to a person."""

    DIGITS = "digits", _("six digits")
    QR = "qr", _("QR code")
