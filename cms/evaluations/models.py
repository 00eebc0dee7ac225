"""Evaluations whose marks have no owner: who took part and what was marked lie in tables without a way between them.

A mark is no row: it adds one to a tally, and every tally of the evaluation is written by the same statement, so that
neither order, nor time, nor the database's own row versions tell which grade came with whom.
"""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from cms.evaluations.batches import BATCH
from cms.evaluations.enums import EvaluationStatus, Grade, SubjectKind
from cms.organisations.models import Organisation

MOST_HEADS = 2000


class Evaluation(models.Model):
    """One teaching event that its listeners mark until a day, behind an address that the secretary shows."""

    key = models.CharField(max_length=120, unique=True, help_text=_("The same key opens one evaluation only."))
    token = models.CharField(max_length=43, unique=True)
    label = models.CharField(_("about"), max_length=200)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    marked_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who is marked"),
    )
    heads = models.PositiveSmallIntegerField(
        _("listeners"), validators=[MinValueValidator(1), MaxValueValidator(MOST_HEADS)]
    )
    opened_on = models.DateField(_("opened"))
    closes_on = models.DateField(_("marks until"), db_index=True)
    closed_on = models.DateField(_("closed"), null=True, blank=True)
    status = models.CharField(
        _("state"), max_length=10, choices=EvaluationStatus.choices, default=EvaluationStatus.OPEN, db_index=True
    )
    ballots = models.PositiveIntegerField(_("took part"), default=0)
    slip_ballots = models.PositiveIntegerField(_("took part with a slip"), default=0)

    class Meta:
        verbose_name = _("evaluation")
        verbose_name_plural = _("evaluations")
        ordering = ["-opened_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_on__gte=F("opened_on")), name="evaluation_order"),
            models.CheckConstraint(
                condition=Q(status=EvaluationStatus.OPEN, closed_on__isnull=True)
                | Q(status=EvaluationStatus.CLOSED, closed_on__isnull=False),
                name="evaluation_closed_on_a_day",
            ),
            models.CheckConstraint(condition=Q(slip_ballots__lte=F("ballots")), name="evaluation_slips_among_ballots"),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def known_ballots(self) -> int | None:
        """Return how many took part, None below five: nobody learns of fewer."""
        return self.ballots if self.ballots >= BATCH else None


class Question(models.Model):
    """One subject that is marked in an evaluation."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(_("kind"), max_length=12, choices=SubjectKind.choices)
    subject_id = models.CharField(max_length=60)
    label = models.CharField(_("about"), max_length=200)

    class Meta:
        verbose_name = _("question of an evaluation")
        verbose_name_plural = _("questions of evaluations")
        ordering = ["evaluation", "pk"]
        indexes = [models.Index(fields=["kind", "subject_id"], name="marked_subject")]
        constraints = [
            models.UniqueConstraint(fields=["evaluation", "kind", "subject_id"], name="one_question_a_subject")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.label}"


class Tally(models.Model):
    """How often a grade was given to a question: shown in full batches, waiting until a batch is full.

    Slips are one batch of their own, shown when the evaluation closes: whoever hands slips out could use four up and
    read the fifth mark of a batch.
    """

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="tallies")
    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices)
    by_slip = models.BooleanField(_("with a slip"), default=False)
    waiting = models.PositiveIntegerField(default=0)
    shown = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tally")
        verbose_name_plural = _("tallies")
        ordering = ["question", "pk"]
        constraints = [models.UniqueConstraint(fields=["question", "grade", "by_slip"], name="one_tally_a_grade")]

    def __str__(self) -> str:
        return f"{self.question} · {self.get_grade_display()}"


class LeftoverTally(models.Model):
    """Marks of one subject that filled no batch in their own evaluations: they wait here for batches of their own."""

    kind = models.CharField(_("kind"), max_length=12, choices=SubjectKind.choices)
    subject_id = models.CharField(max_length=60)
    grade = models.CharField(_("grade"), max_length=10, choices=Grade.choices)
    by_slip = models.BooleanField(_("with a slip"), default=False)
    waiting = models.PositiveIntegerField(default=0)
    shown = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("tally of leftovers")
        verbose_name_plural = _("tallies of leftovers")
        ordering = ["kind", "subject_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject_id", "grade", "by_slip"], name="one_leftover_tally_a_grade"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.subject_id} · {self.get_grade_display()}"


class Participation(models.Model):
    """Somebody signed in has taken part, so that nobody marks twice; gone when the evaluation closes."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="participations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("participation")
        verbose_name_plural = _("participations")
        ordering = ["evaluation", "user"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "user"], name="takes_part_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.evaluation}"


class BallotCode(models.Model):
    """A printed code that lets one person without an account mark once; using it removes the row."""

    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="codes")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("ballot code")
        verbose_name_plural = _("ballot codes")
        ordering = ["evaluation", "digest"]
        constraints = [models.UniqueConstraint(fields=["evaluation", "digest"], name="one_code_once")]

    def __str__(self) -> str:
        return str(self.evaluation)


class Remark(models.Model):
    """A free text of somebody signed in who marked; read by those on duty once the evaluation is closed.

    All remarks of an evaluation are written anew, in an order of chance, whenever one comes in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    evaluation = models.ForeignKey(Evaluation, on_delete=models.CASCADE, related_name="remarks")
    text = models.TextField(_("free text"))

    class Meta:
        verbose_name = _("free text")
        verbose_name_plural = _("free texts")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.text[:60]
