"""Words about courses and what members ask for."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class WishStatus(models.TextChoices):
    """What became of a topic that a member asked for."""

    OPEN = "open", _("waits for the branch")
    TAKEN = "taken", _("on a playlist")
    DECLINED = "declined", _("answered without a playlist")


class ItemKind(models.TextChoices):
    """What one place in a course, guide or list leads to."""

    LESSON = "lesson", _("micro lesson")
    PAGE = "page", _("page")
    LINK = "link", _("link")
    TASK = "task", _("task")
    GONE = "gone", _("no longer available")
