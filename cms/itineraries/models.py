"""Routes: places in an order, over one or more days, with a lesson at each; and that a branch went there."""

from datetime import time
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldRowPanel

from cms.core.clock import now
from cms.core.panels import FieldPanel
from cms.itineraries.enums import Effort, Season, Theme, Transport
from cms.itineraries.validators import validate_themes
from cms.lecturers.models import Lecturer
from cms.lessons.models import MicroLesson, Ordered
from cms.library.enums import Section
from cms.library.models import ContentPage
from cms.organisations.models import Organisation
from cms.venues.models import MOST_HEADS, Venue

MOST_DAYS = 9
LONGEST_STAY = 720
HALF_PAST_EIGHT = time(8, 30)


class ItineraryPage(ContentPage):
    """A route of one or more days."""

    section = Section.ROUTES
    search_kind = "itinerary"
    report_kind = "route"

    themes: Any = models.JSONField(_("themes"), default=list, validators=[validate_themes])
    season = models.CharField(_("season"), max_length=8, choices=Season.choices, default=Season.ALL)
    effort = models.CharField(_("effort"), max_length=8, choices=Effort.choices, default=Effort.EASY)
    meeting_point = models.CharField(_("where one meets"), max_length=80, blank=True)
    starts_at = models.TimeField(_("a day begins at"), default=HALF_PAST_EIGHT)
    first_way_minutes = models.PositiveSmallIntegerField(
        _("minutes to the first stop"), default=0, validators=[MaxValueValidator(LONGEST_STAY)]
    )
    planned_on = models.DateField(
        _("planned for"), null=True, blank=True, help_text=_("The page opens with this day, as long as it is to come.")
    )
    group_size = models.PositiveIntegerField(
        _("people in a group"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HEADS)],
    )
    prepare = models.TextField(
        _("what to prepare"),
        max_length=600,
        blank=True,
        help_text=_("One thing a line, for those who lead the group."),
    )

    is_creatable = True
    LEAST_PARTS = {"stops": 1}
    page_description = _(
        "Places in an order over one or more days, with a lesson and something to talk about at each."
    )

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")

    @property
    def theme_words(self) -> list[str]:
        """What it is about, in words."""
        return [str(theme.label) for theme in Theme if theme in self.themes]

    @property
    def prepare_lines(self) -> list[str]:
        """What to prepare, one thing each."""
        return [line.strip() for line in self.prepare.splitlines() if line.strip()]


class ItineraryStop(Ordered):
    """A place on a route: on which day, for how long, how one gets on, what is watched and talked about there."""

    page = ParentalKey(ItineraryPage, on_delete=models.CASCADE, related_name="stops")
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="stops", verbose_name=_("teaching place"))
    day = models.PositiveSmallIntegerField(
        _("day of the route"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MOST_DAYS)]
    )
    stay_minutes = models.PositiveSmallIntegerField(
        _("minutes there"), default=60, validators=[MinValueValidator(5), MaxValueValidator(LONGEST_STAY)]
    )
    way_minutes = models.PositiveSmallIntegerField(
        _("minutes to the next stop"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_STAY)],
        help_text=_("Empty: estimated from where both places lie."),
    )
    transport = models.CharField(
        _("to the next stop"), max_length=8, choices=Transport.choices, default=Transport.AUTO, blank=True
    )
    note = models.CharField(_("remark for the group"), max_length=200, blank=True)
    lesson = models.ForeignKey(
        MicroLesson, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("lesson")
    )
    discussion = models.CharField(_("to talk about there"), max_length=300, blank=True)
    # Who leaves the pool for good leaves a gap, no broken route.
    lecturer = models.ForeignKey(
        Lecturer,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lecturer who speaks there"),
        help_text=_("Named only to those who find this person in the pool, while the person is appointed."),
    )

    panels = [
        FieldPanel("venue"),
        FieldRowPanel([FieldPanel("day"), FieldPanel("stay_minutes")]),
        FieldRowPanel([FieldPanel("way_minutes"), FieldPanel("transport")]),
        FieldPanel("note"),
        FieldPanel("lesson"),
        FieldPanel("discussion"),
        FieldPanel("lecturer"),
    ]

    class Meta(Ordered.Meta):
        verbose_name = _("stop")
        verbose_name_plural = _("stops")

    def __str__(self) -> str:
        return str(self.venue)


class RouteVisit(models.Model):
    """A branch went along a route on a day: how many people, in words what stayed with them; nobody's whereabouts."""

    page = models.ForeignKey(ItineraryPage, on_delete=models.PROTECT, related_name="visits", verbose_name=_("route"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="route_visits", verbose_name=_("organisation")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="route_visits",
        verbose_name=_("recorded by"),
    )
    on = models.DateField(_("day"))
    heads = models.PositiveIntegerField(_("how many people"))
    note = models.CharField(_("what stayed with us"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("recorded"), default=now, editable=False)

    class Meta:
        verbose_name = _("visit of a branch")
        verbose_name_plural = _("visits of branches")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(heads__gte=1), name="route_visit_has_people"),
            models.UniqueConstraint(fields=["page", "organisation", "on"], name="one_route_visit_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.page} · {self.organisation} · {self.on}"
