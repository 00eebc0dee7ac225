"""Which notices a person can do without, and on which ways they come."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Channel(models.TextChoices):
    """On which way a notice reaches a person."""

    SITE = "site", _("on this site")
    EMAIL = "email", _("by e-mail")


class DeliveryStatus(models.TextChoices):
    """Where an e-mail stands."""

    WAITING = "waiting", _("waits")
    SENDING = "sending", _("is being sent")
    SENT = "sent", _("sent")
    FAILED = "failed", _("could not be sent")


class Area(models.TextChoices):
    """What a person may mute; on the site every notice outside these areas is always shown."""

    LESSONS = "lessons", _("New lessons of my branch, once a day at most")
    PROGRESS = "progress", _("A lesson of mine passed a look, was published or is shown again")
    VIDEOS = "videos", _("A video of mine could not be converted")
    ANSWERS = "answers", _("Answers to my problem reports and suggestions")
    TEACHING = "teaching", _("My teaching hours of a month")
    LECTURES = "lectures", _("Lectures that are agreed: messages, the day before, what was recorded")
    CARE = "care", _("Lessons, pages and places that I should look at again")
    COURSES = "courses", _("A guide that my branch adapted was changed, or a lesson of a course is shown no longer")
    DUTY = (
        "duty",
        _(
            "Everything else: what waits for me, what came back, my data and hours (what concerns signing in always comes)"
        ),
    )


# Whoever took over an account would mute these first.
NEVER_MUTED = frozenset({"accounts.code_issued", "accounts.password_set", "accounts.second_factor_reset"})
# What stands outside the areas can be muted as e-mail only.
ON_SITE = [choice for choice in Area.choices if choice[0] != Area.DUTY]
# Notices that ask for something, say why something came back, or concern account, data and hours stand in no area.
AREAS = {
    "lessons.new": Area.LESSONS,
    "review.approved": Area.PROGRESS,
    "review.restored": Area.PROGRESS,
    "videos.failed": Area.VIDEOS,
    "feedback.answered": Area.ANSWERS,
    "courses.wish_answered": Area.ANSWERS,
    "review.due": Area.CARE,
    "venues.review_due": Area.CARE,
    "courses.guide_changed": Area.COURSES,
    "courses.lesson_gone": Area.COURSES,
    "hours.month": Area.TEACHING,
    "booking.accepted": Area.LECTURES,
    "booking.said": Area.LECTURES,
    "booking.tomorrow": Area.LECTURES,
    "booking.delivered": Area.LECTURES,
}
