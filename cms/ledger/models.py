"""Dated rules, the append-only ledger of study and teaching hours, and disputes about its entries."""

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.ledger.enums import DisputeStatus, EntryKind, RuleKind
from cms.organisations.models import Organisation

ABOVE_ZERO = MinValueValidator(Decimal("0.1"))


class HourRule(models.Model):
    """A rule in force from a day on; a change is a new row with a later day, so that old entries keep their reason."""

    slug = models.SlugField(_("slug"), max_length=60, unique=True)
    name = models.CharField(_("rule name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=RuleKind.choices)
    valid_from = models.DateField(_("from"))
    valid_to = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))
    minutes_per_hour = models.PositiveSmallIntegerField(
        _("minutes in an hour"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    hours = models.DecimalField(
        _("hours a year or month"), max_digits=6, decimal_places=1, null=True, blank=True, validators=[ABOVE_ZERO]
    )
    least = models.DecimalField(
        _("least for one item"), max_digits=4, decimal_places=1, null=True, blank=True, validators=[ABOVE_ZERO]
    )
    cap = models.DecimalField(
        _("most for one item"), max_digits=4, decimal_places=1, null=True, blank=True, validators=[ABOVE_ZERO]
    )
    source = models.TextField(_("where the rule stands"), blank=True)

    class Meta:
        verbose_name = _("hour rule")
        verbose_name_plural = _("hour rules")
        ordering = ["kind", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "valid_from"],
                name="one_rule_a_day",
                violation_error_message=_("Another rule of this kind begins on the same day."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")),
                name="rule_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[RuleKind.LESSON, RuleKind.TEACHING])
                | Q(minutes_per_hour__isnull=False, minutes_per_hour__gt=0),
                name="counting_rule_minutes",
                violation_error_message=_("Say how many minutes an hour has."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Refuse to change what a rule says once it has counted something."""
        stored = type(self).objects.filter(pk=self.pk).first() if self.pk else None
        if stored and self.says() != stored.says() and stored.entries.exists():
            raise ValidationError(
                _("This rule has already counted hours. End it and write a new one with a later day."), code="used"
            )

    def says(self) -> tuple[object, ...]:
        """Return what must not change once hours were counted; name, source and last day may."""
        return (self.kind, self.valid_from, self.minutes_per_hour, self.hours, self.least, self.cap)


class HourEntry(models.Model):
    """Hours of one person on one day. Database triggers forbid changing or deleting a row; errors are counter-entries."""

    # No foreign keys to people: the ledger outlives the account, so keys are plain and names are copied.
    # A lecturer of the pool need not have an account: then `lecturer_key` alone says whose hours these are.
    user_id = models.BigIntegerField(_("person"), null=True, blank=True, db_index=True)
    lecturer_key = models.CharField(_("lecturer"), max_length=60, blank=True, db_index=True)
    user_name = models.CharField(_("whose"), max_length=60)
    organisation_id = models.BigIntegerField(_("organisation then"), null=True, blank=True)
    organisation_name = models.CharField(_("organisation then"), max_length=120, blank=True)
    at = models.DateTimeField(_("written"))
    on = models.DateField(_("day"))
    kind = models.CharField(_("kind"), max_length=20, choices=EntryKind.choices)
    hours = models.DecimalField(_("hours"), max_digits=6, decimal_places=2)
    rule = models.ForeignKey(HourRule, on_delete=models.PROTECT, null=True, blank=True, related_name="entries")
    source_kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=60)
    source_label = models.CharField(_("what for"), max_length=200)
    explanation: Any = models.JSONField(_("why"), default=dict, blank=True)
    corrects = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="corrections")
    key = models.CharField(max_length=160, unique=True, help_text=_("The same key writes one row only."))

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-on", "-pk"]
        indexes = [models.Index(fields=["user_id", "-on"], name="ledger_person_day")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=EntryKind.CORRECTION, corrects__isnull=False)
                | (~Q(kind=EntryKind.CORRECTION) & Q(corrects__isnull=True) & Q(hours__gte=0)),
                name="only_corrections_subtract",
            ),
            models.CheckConstraint(
                condition=Q(user_id__isnull=False) | ~Q(lecturer_key=""), name="hours_belong_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.user_name} {self.hours} · {self.source_label}"


class HourDispute(models.Model):
    """A person says that an entry is wrong; the own branch's administrator answers, with or without a correction."""

    entry = models.ForeignKey(HourEntry, on_delete=models.PROTECT, related_name="disputes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="hour_disputes")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=DisputeStatus.choices, default=DisputeStatus.OPEN, db_index=True
    )
    text = models.TextField(_("what is wrong"))
    opened_at = models.DateTimeField(_("sent"))
    due_on = models.DateField(_("answer until"))
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    correction = models.ForeignKey(HourEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("question about hours")
        verbose_name_plural = _("questions about hours")
        ordering = ["opened_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["entry"], condition=Q(status=DisputeStatus.OPEN), name="one_open_dispute_an_entry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.entry.source_label}"
