"""What a report is about and where it stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """What kind of problem the reporter sees."""

    CONTENT = "content", _("Something said or written is wrong")
    CAPTIONS = "captions", _("The captions are wrong or missing")
    PLAYBACK = "playback", _("Picture, sound or playing does not work")
    LINKS = "links", _("A link or a file does not open")
    POSITION = "position", _("The address or the place on the map is wrong")
    HOURS = "hours", _("The opening hours are wrong")
    CLOSED = "closed", _("It is closed or no longer there")
    WAY = "way", _("One does not get there as described")
    PRIVACY = "privacy", _("Somebody is shown who does not want it")
    SECRECY = "secrecy", _("Something is shown that must not leave the unit")
    SUGGESTION = "suggestion", _("A suggestion")
    OTHER = "other", _("Something else")


# What can be wrong with which things; rooms above say what theirs are (`subjects.reportable`).
OF_ALL = (Category.PRIVACY, Category.SECRECY, Category.OTHER)
OF_FILMS = (Category.CONTENT, Category.CAPTIONS, Category.PLAYBACK, *OF_ALL)
OF_PAGES = (Category.CONTENT, Category.LINKS, Category.PLAYBACK, *OF_ALL)
OF_PLACES = (Category.CONTENT, Category.POSITION, Category.HOURS, Category.CLOSED, Category.WAY, *OF_ALL)
OF_THE_SITE = (Category.SUGGESTION, Category.CONTENT, Category.CAPTIONS, Category.PLAYBACK, Category.LINKS, *OF_ALL)


class ReportStatus(models.TextChoices):
    """Where a report stands."""

    OPEN = "open", _("being looked at")
    ANSWERED = "answered", _("answered")
    CLOSED = "closed", _("closed")


# A person in a picture or a secret cannot wait for a week; the figures are days.
URGENT = frozenset({Category.PRIVACY, Category.SECRECY})
URGENT_DAYS = 1
USUAL_DAYS = 7
