"""What a report is about and where it stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What kind of problem the reporter sees."""

    CONTENT = "content", _("Something said or written is wrong")
    CAPTIONS = "captions", _("The captions are wrong or missing")
    PLAYBACK = "playback", _("Picture, sound or playing does not work")
    PRIVACY = "privacy", _("Somebody is shown who does not want it")
    SECRECY = "secrecy", _("Something is shown that must not leave the unit")
    SUGGESTION = "suggestion", _("A suggestion")
    OTHER = "other", _("Something else")


class ReportStatus(models.TextChoices):
    """Where a report stands."""

    OPEN = "open", _("being looked at")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


# A person in a picture or a secret cannot wait for a week; the figures are days.
URGENT = frozenset({Category.PRIVACY, Category.SECRECY})
URGENT_DAYS = 1
USUAL_DAYS = 7
