"""Problem reports and suggestions with somebody named who looks after it, a day to answer by, and an answer."""

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.feedback.enums import URGENT, Category, ReportStatus
from cms.organisations.models import Organisation


class ProblemReport(models.Model):
    """Somebody says what is wrong with a thing (kind and id: rooms above are not known here) or with the site."""

    # A visitor may report too; then there is nobody to answer.
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="problem_reports",
        verbose_name=_("reporter"),
    )
    token = models.UUIDField(unique=True, help_text=_("Made with the form, so that sending twice reports once."))
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=60, blank=True)
    subject_label = models.CharField(_("about"), max_length=200)
    subject_url = models.CharField(_("address"), max_length=500, blank=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("for")
    )
    category = models.CharField(_("what it is"), max_length=20, choices=Category.choices)
    text = models.TextField(_("what is wrong"))
    moment_s = models.FloatField(_("moment in seconds"), null=True, blank=True, validators=[MinValueValidator(0)])
    status = models.CharField(
        _("state"), max_length=10, choices=ReportStatus.choices, default=ReportStatus.OPEN, db_index=True
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("looked after by"),
    )
    created_at = models.DateTimeField(_("sent"))
    due_on = models.DateField(_("answer until"))
    answer = models.TextField(_("answer"), blank=True)
    is_public = models.BooleanField(_("public"), default=False)
    public_title = models.CharField(_("what was asked, in words for everybody"), max_length=200, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("problem report")
        verbose_name_plural = _("problem reports")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="report_subject")]
        constraints = [
            models.CheckConstraint(
                condition=Q(moment_s__isnull=True) | Q(moment_s__gte=0), name="report_moment_not_negative"
            ),
            # What concerns a person shown or a secret is never answered in public.
            models.CheckConstraint(
                condition=Q(is_public=False)
                | (~Q(answer="") & ~Q(public_title="") & ~Q(category__in=[Category.PRIVACY, Category.SECRECY])),
                name="public_answer_is_complete",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject_label} · {self.get_category_display()}"

    @property
    def is_urgent(self) -> bool:
        """Return whether the kind of problem must be looked at within a day."""
        return self.category in URGENT
