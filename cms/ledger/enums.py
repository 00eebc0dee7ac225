"""Kinds of hour rules, ledger entries and disputes."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RuleKind(models.TextChoices):
    """What a dated rule says: how something counts, or what a policy asks of a year or month (information, never a screen)."""

    LESSON = "lesson", _("how a completed micro lesson counts")
    MEMBER_YEAR = "member_year", _("hours a year for members")
    SECRETARY_YEAR = "secretary_year", _("hours a year for branch secretaries")
    TEACHING = "teaching", _("how a lesson that was given counts")
    TEACHING_MONTH = "teaching_month", _("teaching hours a month for lecturers")


class EntryKind(models.TextChoices):
    """Where hours come from."""

    LESSON = "lesson", _("micro lesson")
    SESSION = "session", _("training session")
    TEACHING = "teaching", _("lesson given")
    CORRECTION = "correction", _("correction")


class DisputeStatus(models.TextChoices):
    """Where a dispute stands."""

    OPEN = "open", _("waits for an answer")
    ANSWERED = "answered", _("answered")
