"""Kinds of hour rules, ledger entries and disputes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleKind(models.TextChoices):
    """What a dated rule says: how something counts, or what a policy asks of a year (information, never a screen)."""

    LESSON = "lesson", _("how a completed micro lesson counts")
    MEMBER_YEAR = "member_year", _("hours a year for members")
    SECRETARY_YEAR = "secretary_year", _("hours a year for branch secretaries")


class EntryKind(models.TextChoices):
    """Where hours come from."""

    LESSON = "lesson", _("micro lesson")
    SESSION = "session", _("training session")
    CORRECTION = "correction", _("correction")


class DisputeStatus(models.TextChoices):
    """Where a dispute stands."""

    OPEN = "open", _("waits for an answer")
    ANSWERED = "answered", _("answered")
