"""Places where one learns: red sites, micro schools, stations, bases, with hours, capacity and where they lie."""

from typing import Any

from django.conf import settings
from django.contrib.contenttypes.fields import GenericRelation
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    WorkflowMixin,
    WorkflowState,
)

from cms.accounts.models import User
from cms.assets.models import SiteImage
from cms.core.clock import now
from cms.core.pages import PREVIEW_MODES, PREVIEW_SIZES, view_of
from cms.organisations.models import Organisation
from cms.taxonomy.models import Label, Topic, VisibleModel
from cms.venues.datum import Point
from cms.venues.enums import WEEKDAYS, Datum, Days, Facility, VenueKind
from cms.venues.hours import HOUR, Exceptional, Hours, Span, span
from cms.venues.plausibility import Box
from cms.venues.validators import validate_facilities, validate_weekdays

LATITUDES = [MinValueValidator(-90), MaxValueValidator(90)]
LONGITUDES = [MinValueValidator(-180), MaxValueValidator(180)]
MOST_HEADS = 100_000


class Region(Label):
    """A county or town; its box tells whether a point can lie there."""

    south = models.FloatField(_("southern edge"), null=True, blank=True, validators=LATITUDES)
    west = models.FloatField(_("western edge"), null=True, blank=True, validators=LONGITUDES)
    north = models.FloatField(_("northern edge"), null=True, blank=True, validators=LATITUDES)
    east = models.FloatField(_("eastern edge"), null=True, blank=True, validators=LONGITUDES)

    class Meta(Label.Meta):
        verbose_name = _("region")
        verbose_name_plural = _("regions")

    def clean(self) -> None:
        """Refuse a box without all edges or one whose edges are swapped."""
        super().clean()
        edges = (self.south, self.west, self.north, self.east)
        if any(edge is None for edge in edges) and any(edge is not None for edge in edges):
            raise ValidationError(_("Please give all four edges, or none."))
        if self.box is not None and (self.box.south >= self.box.north or self.box.west >= self.box.east):
            raise ValidationError({"north": _("South lies below north, and west left of east.")})

    @property
    def box(self) -> Box | None:
        """The region's edges in WGS-84, if all are known."""
        if self.south is None or self.west is None or self.north is None or self.east is None:
            return None
        return Box(self.south, self.west, self.north, self.east)


class Venue(
    VisibleModel, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel
):
    """A place. Its position is stored in WGS-84 next to what was entered, in which datum, and where that was read.

    `visibility` says which organisations it is open to. Its row shows what was approved; drafts live in revisions.
    """

    # Facts about the place as a whole: no revision may bring old values of these back.
    WHOLE_FIELDS = ("begun_by", "reminded_for", "created_at", "shown_picture")
    # One look, an editor's, as pages of the library have it (see `review.services.ensure_workflow`).
    editors_alone = True
    preview_modes = PREVIEW_MODES
    # The same as Wagtail's `workflow_states`, but a list of places can load it for all of them at once.
    review_states = GenericRelation(
        WorkflowState, content_type_field="base_content_type", object_id_field="object_id", for_concrete_model=False
    )
    preview_sizes = PREVIEW_SIZES

    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("kind"), max_length=20, choices=VenueKind.choices, db_index=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="venues", verbose_name=_("kept by")
    )
    summary = models.TextField(_("what one finds there"), max_length=600, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    region = models.ForeignKey(
        Region, on_delete=models.PROTECT, null=True, blank=True, related_name="venues", verbose_name=_("region")
    )
    picture = models.ForeignKey(
        SiteImage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("picture")
    )
    topics = ParentalManyToManyField(Topic, blank=True, related_name="venues", verbose_name=_("topics"))

    entered_latitude = models.FloatField(
        _("latitude as the map gives it"), null=True, blank=True, validators=LATITUDES
    )
    entered_longitude = models.FloatField(
        _("longitude as the map gives it"), null=True, blank=True, validators=LONGITUDES
    )
    entered_datum = models.CharField(_("datum of that map"), max_length=8, choices=Datum.choices, default=Datum.WGS84)
    latitude = models.FloatField(_("latitude"), null=True, blank=True, editable=False)
    longitude = models.FloatField(_("longitude"), null=True, blank=True, editable=False)
    position_source = models.CharField(_("where the position was read"), max_length=200, blank=True)
    accuracy_m = models.PositiveIntegerField(_("accurate to about (metres)"), null=True, blank=True)
    verified_on = models.DateField(_("position checked on"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("position checked by"),
    )

    always_open = models.BooleanField(_("in the open, never shut"), default=False)
    closed_weekdays: Any = models.JSONField(
        _("closed on"), default=list, blank=True, validators=[validate_weekdays], help_text=_("Monday is 0.")
    )
    notice_days = models.PositiveSmallIntegerField(
        _("days to ask before"), default=0, validators=[MaxValueValidator(365)]
    )
    capacity = models.PositiveIntegerField(
        _("people at once"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_HEADS)],
        help_text=_("Empty: nobody has said so yet."),
    )
    facilities: Any = models.JSONField(_("facilities"), default=list, blank=True, validators=[validate_facilities])
    access_note = models.CharField(_("good to know"), max_length=200, blank=True)
    has_vr = models.BooleanField(_("has a room with headsets"), default=False)
    vr_url = models.URLField(_("address of the view all around"), max_length=300, blank=True)
    is_model = models.BooleanField(_("model site"), default=False)
    contact_name = models.CharField(
        _("contact"), max_length=60, blank=True, help_text=_("Seen once a visit is agreed, by those who go there.")
    )
    contact_phone = models.CharField(_("phone of the contact"), max_length=40, blank=True)
    review_by = models.DateField(
        _("look at it again by"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("A year from publishing when nothing is chosen."),
    )
    reminded_for = models.DateField(null=True, blank=True, editable=False)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("begun by"),
    )
    created_at = models.DateTimeField(_("begun"), default=now, editable=False)

    # What visibility was handed to at the last publication, so that it can be taken back from exactly this.
    shown_picture = models.ForeignKey(
        SiteImage, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="shown_by_venues"
    )

    class Meta(VisibleModel.Meta):
        verbose_name = _("teaching place")
        verbose_name_plural = _("teaching places")
        ordering = ["name", "pk"]
        constraints = [
            *VisibleModel.Meta.constraints,
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(latitude__range=(-90, 90), longitude__range=(-180, 180)),
                name="venue_position_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name or gettext("Place without a name")

    def get_absolute_url(self) -> str:
        return reverse("venues:venue", args=[self.pk])

    def clean(self) -> None:
        """Refuse half a position, and a visibility that lacks its organisation or role."""
        super().clean()
        faults: dict[str, Any] = {}
        if (self.entered_latitude is None) != (self.entered_longitude is None):
            lacking = "entered_latitude" if self.entered_latitude is None else "entered_longitude"
            faults[lacking] = _("A position has both a latitude and a longitude.")
        if self.visibility == "organisation" and self.visible_organisation_id is None:
            faults["visible_organisation"] = _("Please choose the organisation.")
        if self.visibility == "role" and not self.visible_role:
            faults["visible_role"] = _("Please choose the role.")
        if faults:
            raise ValidationError(faults)

    @property
    def point(self) -> Point | None:
        """Where it lies, in WGS-84."""
        if self.latitude is None or self.longitude is None:
            return None
        return Point(self.latitude, self.longitude)

    @property
    def entered(self) -> Point | None:
        """Where it lies as it was entered, in the datum of entry."""
        if self.entered_latitude is None or self.entered_longitude is None:
            return None
        return Point(self.entered_latitude, self.entered_longitude)

    @property
    def facility_words(self) -> list[str]:
        """What visitors find, in words."""
        return [str(facility.label) for facility in Facility if facility in self.facilities]

    @property
    def hours(self) -> Hours:
        """When it can be entered, of the children as they are loaded."""
        weekly: dict[int, list[Span]] = {}
        rows = list(self.opening_hours.all())
        for row in rows:
            for weekday in WEEKDAYS[row.days]:
                weekly.setdefault(weekday, []).append(row.span)
        return Hours(
            weekly={day: tuple(spans) for day, spans in weekly.items()},
            closed=frozenset(self.closed_weekdays),
            exceptions=tuple(row.exceptional for row in self.hour_exceptions.all()),
            always=self.always_open,
            known=bool(rows) or self.always_open,
        )

    @property
    def review_author(self) -> User:
        """Whose work is reviewed (see `review.models.Reviewed`): who began it, or wrote it last where nobody knows."""
        person = self.begun_by or (self.latest_revision and self.latest_revision.user)
        if person is None:
            raise ValidationError(_("Nobody is responsible for this place. Please save it first."))
        return person

    @property
    def review_organisation(self) -> Organisation:
        """Whose people review it."""
        return self.organisation

    @staticmethod
    def review_page_url(state_id: int) -> str:
        """Return the address at which a reviewer decides."""
        return reverse("venues:review", args=[state_id])

    def author_page_url(self) -> str:
        """Return the address at which the author goes on."""
        return reverse("wagtailsnippets_venues_venue:edit", args=[self.pk])

    curator_page_url = author_page_url

    def with_content_json(self, content: dict[str, Any]) -> "Venue":
        """Return the place with the revision's content; facts about the whole stay as they are now."""
        venue: Venue = super().with_content_json(content)
        for name in self.WHOLE_FIELDS:
            setattr(venue, name, getattr(self, name))
        return venue

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponseBase:
        """Show the place as it would be, through the view registered for it."""
        request.preview_mode = mode_name  # type: ignore[attr-defined]  # beside Wagtail's own is_preview
        return view_of(Venue)(request, self)


def minute_of(clock: Any) -> int:
    """Return a time of the day in minutes."""
    return int(clock.hour) * HOUR + int(clock.minute)


def refuse_odd_hours(opens: Any, closes: Any, last_entry: Any = None) -> None:
    """Raise ValidationError at the field when hours end before they begin or nobody is let in within them."""
    if opens is None or closes is None:
        return
    if minute_of(closes) <= minute_of(opens):
        raise ValidationError({"closes": _("The place closes before it opens. Please look at both times again.")})
    if last_entry is not None and not minute_of(opens) <= minute_of(last_entry) < minute_of(closes):
        raise ValidationError({"last_entry": _("The last entry lies outside the opening hours.")})


class VenueHours(models.Model):
    """Hours that hold every week."""

    venue = ParentalKey(Venue, on_delete=models.CASCADE, related_name="opening_hours")
    days = models.CharField(_("days"), max_length=8, choices=Days.choices, default=Days.EVERY)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))
    last_entry = models.TimeField(_("last entry"), null=True, blank=True)

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["opens", "pk"]
        constraints = [models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="venue_hours_order")]

    def __str__(self) -> str:
        return f"{self.get_days_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"

    def clean(self) -> None:
        """Refuse hours that end before they begin."""
        refuse_odd_hours(self.opens, self.closes, self.last_entry)

    @property
    def span(self) -> Span:
        """The hours in minutes."""
        entry = None if self.last_entry is None else minute_of(self.last_entry)
        return span(minute_of(self.opens), minute_of(self.closes), entry)


class VenueException(models.Model):
    """Other hours from a day to a day; without times it is closed."""

    venue = ParentalKey(Venue, on_delete=models.CASCADE, related_name="hour_exceptions")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    opens = models.TimeField(_("opens"), null=True, blank=True, help_text=_("Empty: closed on these days."))
    closes = models.TimeField(_("closes"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("other hours on certain days")
        verbose_name_plural = _("other hours on certain days")
        ordering = ["first", "pk"]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="venue_exception_order")]

    def __str__(self) -> str:
        return f"{self.first}–{self.last}"

    def clean(self) -> None:
        """Refuse days in the wrong order, half a pair of times, and hours that end before they begin."""
        if self.first and self.last and self.last < self.first:
            raise ValidationError({"last": _("The last day lies before the first.")})
        if (self.opens is None) != (self.closes is None):
            raise ValidationError({"closes": _("Please give both times, or none for closed days.")})
        refuse_odd_hours(self.opens, self.closes)

    @property
    def exceptional(self) -> Exceptional:
        """The days as the reckoning takes them."""
        spans = (
            () if self.opens is None or self.closes is None else (span(minute_of(self.opens), minute_of(self.closes)),)
        )
        return Exceptional(self.first, self.last, spans, self.reason)


class VenueVisit(models.Model):
    """People of an organisation are expected in a place from an instant to an instant; released ones take no room."""

    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="visits", verbose_name=_("teaching place"))
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="venue_visits", verbose_name=_("organisation")
    )
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="venue_visits",
        verbose_name=_("agreed by"),
    )
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("to"))
    heads = models.PositiveIntegerField(_("how many people"))
    note = models.CharField(_("what the place should know"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("agreed"), default=now, editable=False)
    released_at = models.DateTimeField(_("given back"), null=True, blank=True, editable=False)
    # Whether the branch was told that the place cannot take it as agreed; pages look at the place as it is now.
    is_shut = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("visit")
        verbose_name_plural = _("visits")
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["venue", "starts_at"], name="visit_venue_start")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="visit_order"),
            models.CheckConstraint(condition=Q(heads__gte=1), name="visit_has_people"),
        ]

    def __str__(self) -> str:
        return f"{self.venue} · {self.organisation}"
