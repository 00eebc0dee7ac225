"""Which notices a person can do without."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.TextChoices):
    """What a person may mute; every notice outside these areas is always sent."""

    LESSONS = "lessons", _("New lessons of my branch, once a day at most")
    PROGRESS = "progress", _("A lesson of mine passed a look, was published or is shown again")
    VIDEOS = "videos", _("A video of mine could not be converted")
    ANSWERS = "answers", _("Answers to my problem reports and suggestions")
    TEACHING = "teaching", _("My teaching hours of a month")


# Notices that ask for something, say why something came back, or concern account, data and hours stand in no area.
AREAS = {
    "lessons.new": Area.LESSONS,
    "review.approved": Area.PROGRESS,
    "review.restored": Area.PROGRESS,
    "videos.failed": Area.VIDEOS,
    "feedback.answered": Area.ANSWERS,
    "courses.wish_answered": Area.ANSWERS,
    "hours.month": Area.TEACHING,
}
