"""Kinds of places, how their coordinates were given, what they offer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.venues.datum import BD09, GCJ02, WGS84


class VenueKind(models.TextChoices):
    """What a place is."""

    RED_SITE = "red_site", _("red site")
    MICRO_SCHOOL = "micro_school", _("micro party school")
    STATION = "station", _("station on the doorstep")
    BASE = "base", _("education base")
    WORKSHOP = "workshop", _("workshop for farmers and citizens")
    MEETING_PLACE = "meeting_place", _("meeting place")


class Datum(models.TextChoices):
    """In which datum a map gives coordinates."""

    WGS84 = WGS84, _("WGS-84 (GPS, OpenStreetMap)")
    GCJ02 = GCJ02, _("GCJ-02 (Amap, Tencent)")
    BD09 = BD09, _("BD-09 (Baidu)")


class Facility(models.TextChoices):
    """What visitors find."""

    GUIDE = "guide", _("guided tour")
    PROJECTOR = "projector", _("screen and sound")
    PARKING = "parking", _("coach parking")
    WHEELCHAIR = "wheelchair", _("step-free access")
    TOILET = "toilet", _("toilet")
    WATER = "water", _("drinking water")
    MEALS = "meals", _("meals")
    SHADE = "shade", _("shelter from rain")


class Days(models.TextChoices):
    """On which weekdays hours hold."""

    EVERY = "every", _("every day")
    WORKING = "working", _("Monday to Friday")
    WEEKEND = "weekend", _("Saturday and Sunday")
    MON = "mon", _("Monday")
    TUE = "tue", _("Tuesday")
    WED = "wed", _("Wednesday")
    THU = "thu", _("Thursday")
    FRI = "fri", _("Friday")
    SAT = "sat", _("Saturday")
    SUN = "sun", _("Sunday")


ONE_DAY = (Days.MON, Days.TUE, Days.WED, Days.THU, Days.FRI, Days.SAT, Days.SUN)
# Monday is 0, as Python counts.
WEEKDAYS: dict[str, tuple[int, ...]] = {
    Days.EVERY: tuple(range(7)),
    Days.WORKING: (0, 1, 2, 3, 4),
    Days.WEEKEND: (5, 6),
    **{name: (number,) for number, name in enumerate(ONE_DAY)},
}
WEEKDAY_CHOICES = [(number, name.label) for number, name in enumerate(ONE_DAY)]
