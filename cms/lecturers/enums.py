"""Words about lecturers and their time."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LecturerKind(models.TextChoices):
    """How a lecturer is bound to the pool."""

    FULL_TIME = "full_time", _("full-time")
    PART_TIME = "part_time", _("part-time")
    GUEST = "guest", _("guest")


class Mode(models.TextChoices):
    """Where a lesson takes place."""

    ONSITE = "onsite", _("at your place")
    ONLINE = "online", _("online")
    HOME = "home", _("brought home")
    SITE = "site", _("at a site")


class Approval(models.TextChoices):
    """Whose yes a request needs, and in which order."""

    LECTURER = "lecturer", _("the lecturer alone")
    ORGANISATION = "organisation", _("the lecturer's organisation alone")
    ORGANISATION_FIRST = "organisation_first", _("the organisation, then the lecturer")
    LECTURER_FIRST = "lecturer_first", _("the lecturer, then the organisation")


class OverrideKind(models.TextChoices):
    """Why a day differs from the weekly schedule; only the lecturer and those who look after the pool see it."""

    HOURS = "hours", _("other hours")
    LEAVE = "leave", _("leave")
    ORGANISATION = "organisation", _("needed by the own organisation")
    HOLIDAY = "holiday", _("public holiday")
