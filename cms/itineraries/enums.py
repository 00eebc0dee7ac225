"""What a route is about, when and for whom it is good, how one gets on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.itineraries.travel import DRIVE, WALK


class Theme(models.TextChoices):
    """The four threads on which places are strung."""

    SPIRIT = "spirit", _("party spirit")
    BRANCHES = "branches", _("branches at the grass roots")
    CULTURE = "culture", _("fine culture")
    VILLAGES = "villages", _("revival of villages")


class Season(models.TextChoices):
    """When it is good to go."""

    ALL = "all", _("all year")
    SPRING = "spring", _("spring")
    SUMMER = "summer", _("summer")
    AUTUMN = "autumn", _("autumn")
    WINTER = "winter", _("winter")


class Effort(models.TextChoices):
    """How much one walks and climbs."""

    EASY = "easy", _("easy: short ways, few steps")
    SOME = "some", _("some walking and steps")
    HARD = "hard", _("long walks or many steps")


class Transport(models.TextChoices):
    """How one gets to the next stop."""

    AUTO = "", _("as the distance says")
    DRIVE = DRIVE, _("by coach")
    WALK = WALK, _("on foot")
    BOAT = "boat", _("by boat")
