"""Quizzes of frozen questions, attempts and their answers."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.quizzes.enums import AttemptStatus
from cms.taxonomy.models import VisibleModel

WHOLE = 100


class Quiz(VisibleModel):
    """The questions of one thing (kind and id: rooms above are not known here); its lines say which are shown."""

    owner_kind = models.CharField(max_length=40)
    owner_id = models.CharField(max_length=60)
    title = models.CharField(_("title"), max_length=200, blank=True)
    pass_percent = models.PositiveSmallIntegerField(
        _("passes from percent"), default=60, validators=[MinValueValidator(1), MaxValueValidator(WHOLE)]
    )

    class Meta(VisibleModel.Meta):
        verbose_name = _("quiz")
        verbose_name_plural = _("quizzes")
        ordering = ["pk"]
        constraints = [
            *VisibleModel.Meta.constraints,
            models.UniqueConstraint(fields=["owner_kind", "owner_id"], name="one_quiz_an_owner"),
            models.CheckConstraint(
                condition=Q(pass_percent__gte=1, pass_percent__lte=WHOLE), name="quiz_pass_percent_range"
            ),
        ]

    def __str__(self) -> str:
        return self.title or f"{self.owner_kind} {self.owner_id}"


class QuestionVersion(models.Model):
    """A question as it was approved. Database triggers forbid changing or deleting it: old results stay explainable."""

    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="versions")
    kind = models.CharField(_("kind"), max_length=20)
    stem = models.TextField(_("question"))
    options: Any = models.JSONField(_("options"), default=list)
    answer: Any = models.JSONField(_("what is right"), default=list)
    explanation = models.TextField(_("explanation"), blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)
    digest = models.CharField(max_length=64)
    frozen_at = models.DateTimeField(_("frozen"))

    class Meta:
        verbose_name = _("version of a question")
        verbose_name_plural = _("versions of questions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["quiz", "digest"], name="one_version_a_wording")]

    def __str__(self) -> str:
        return self.stem[:60]


class QuizLine(models.Model):
    """Which version a quiz shows at which place now."""

    quiz = models.ForeignKey(Quiz, on_delete=models.CASCADE, related_name="lines")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField(_("place"))

    class Meta:
        verbose_name = _("line of a quiz")
        verbose_name_plural = _("lines of quizzes")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["quiz", "position"], name="one_line_a_place"),
            models.UniqueConstraint(fields=["quiz", "version"], name="one_line_a_version"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.version}"


class Attempt(models.Model):
    """A person works on the versions that were shown when it began; at most one is open."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="quiz_attempts")
    quiz = models.ForeignKey(Quiz, on_delete=models.PROTECT, related_name="attempts")
    number = models.PositiveIntegerField(_("number"))
    status = models.CharField(_("state"), max_length=12, choices=AttemptStatus.choices, default=AttemptStatus.OPEN)
    token = models.UUIDField(null=True, blank=True, unique=True, help_text=_("Sent when handing in; once only."))
    started_at = models.DateTimeField(_("begun"))
    submitted_at = models.DateTimeField(_("handed in"), null=True, blank=True)
    score = models.DecimalField(_("score"), max_digits=8, decimal_places=4, null=True, blank=True)
    most = models.PositiveSmallIntegerField(_("most possible"), default=0)
    passed = models.BooleanField(_("passed"), null=True, blank=True)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["user", "quiz", "number"], name="one_attempt_a_number"),
            models.UniqueConstraint(
                fields=["user", "quiz"], condition=Q(status=AttemptStatus.OPEN), name="one_open_attempt"
            ),
            models.CheckConstraint(
                condition=Q(status=AttemptStatus.OPEN, passed__isnull=True, token__isnull=True)
                | Q(status=AttemptStatus.SUBMITTED, passed__isnull=False, token__isnull=False),
                name="submitted_attempts_are_graded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.quiz} · {self.number}"


class Answer(models.Model):
    """One question of an attempt: the pinned version, the order its options are shown in, and what was chosen."""

    attempt = models.ForeignKey(Attempt, on_delete=models.CASCADE, related_name="answers")
    version = models.ForeignKey(QuestionVersion, on_delete=models.PROTECT, related_name="answers")
    position = models.PositiveSmallIntegerField(_("place"))
    order: Any = models.JSONField(_("order of the options"), default=list)
    seq = models.PositiveIntegerField(_("number of the last save"), default=0)
    value: Any = models.JSONField(_("chosen"), null=True, blank=True)
    mark = models.DecimalField(_("mark"), max_digits=5, decimal_places=4, null=True, blank=True)

    class Meta:
        verbose_name = _("given answer")
        verbose_name_plural = _("given answers")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["attempt", "version"], name="one_answer_a_question")]

    def __str__(self) -> str:
        return f"{self.attempt} · {self.version}"
