"""What is marked, in which grades, and whether marks are still taken."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SubjectKind(models.TextChoices):
    """The five sides of one teaching event that listeners mark."""

    TEACHER = "teacher", pgettext_lazy("evaluation", "lecturer")
    COURSE = "course", pgettext_lazy("evaluation", "content")
    QUALITY = "quality", pgettext_lazy("evaluation", "how it was taught")
    EFFECT = "effect", pgettext_lazy("evaluation", "what I take with me")
    ORGANISATION = "organisation", pgettext_lazy("evaluation", "arrangement")


class Grade(models.TextChoices):
    """The four grades, best first."""

    EXCELLENT = "excellent", pgettext_lazy("grade", "very good")
    GOOD = "good", pgettext_lazy("grade", "good")
    FAIR = "fair", pgettext_lazy("grade", "fair")
    POOR = "poor", pgettext_lazy("grade", "rather poor")


class EvaluationStatus(models.TextChoices):
    """Whether marks are still taken."""

    OPEN = "open", _("takes marks")
    CLOSED = "closed", _("closed for marks")
