"""Requests for a lecturer, the times that were proposed, what happened, what was held, and addresses of calendars."""

from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cms.booking.enums import BookingStatus, Concern, EventKind, Party
from cms.booking.states import DISCLOSED
from cms.core.clock import now
from cms.courses.models import Playlist
from cms.evaluations.models import Evaluation
from cms.lecturers.enums import Mode
from cms.lecturers.models import Lecturer, LessonOffer
from cms.organisations.models import Organisation
from cms.venues.models import Venue, VenueVisit

TOPIC_LENGTH = 80
PLACE_LENGTH = 200
NOTE_LENGTH = 1000
REASON_LENGTH = 500
MOST_HEADS = 5000


class BookingRequest(models.Model):
    """A branch asks a lecturer for a lesson. `starts_at`–`ends_at` is the time that is proposed or agreed at present."""

    public_id = models.UUIDField(_("number"), default=uuid4, unique=True, editable=False)
    lecturer = models.ForeignKey(
        Lecturer, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("lecturer")
    )
    offer = models.ForeignKey(
        LessonOffer,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("lesson on the menu"),
    )
    topic = models.CharField(_("topic"), max_length=TOPIC_LENGTH)
    mode = models.CharField(_("how"), max_length=10, choices=Mode.choices)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("branch")
    )
    requester = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="bookings", verbose_name=_("asked by")
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    venue = models.ForeignKey(
        Venue,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("teaching place"),
    )
    place = models.CharField(_("place"), max_length=PLACE_LENGTH, blank=True)
    # Once agreed, room for the listeners is kept in the teaching place.
    visit = models.OneToOneField(VenueVisit, on_delete=models.SET_NULL, null=True, blank=True, related_name="booking")
    heads = models.PositiveIntegerField(_("listeners expected"), validators=[MinValueValidator(1)])
    note = models.TextField(_("note"), max_length=NOTE_LENGTH, blank=True)

    status = models.CharField(
        _("state"), max_length=10, choices=BookingStatus.choices, default=BookingStatus.PENDING, db_index=True
    )
    approvals: Any = models.JSONField(
        help_text=_("Whose yes the lesson needs, in order, as the rule was on that day.")
    )
    awaits = models.CharField(_("answer expected from"), max_length=12, choices=Party.choices, blank=True)
    still_needed: Any = models.JSONField(default=list, blank=True, help_text=_("Whose yes is needed after that."))
    answer_by = models.DateTimeField(_("answer until"))
    answer_days = models.PositiveSmallIntegerField(_("days to answer"))
    pending_occupies = models.BooleanField(_("keeps the time free while it waits"))
    concern = models.CharField(_("to decide"), max_length=20, choices=Concern.choices, blank=True)

    idempotency_key = models.CharField(max_length=80)
    fingerprint = models.CharField(max_length=64, help_text=_("Of what was asked with this key."))
    sequence = models.PositiveIntegerField(default=0, help_text=_("Counts what calendars must take over."))
    created_at = models.DateTimeField(_("sent"))
    changed_at = models.DateTimeField(_("changed"))
    accepted_at = models.DateTimeField(_("agreed on"), null=True, blank=True)
    deadline_reminded_at = models.DateTimeField(null=True, blank=True)
    lesson_reminded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("request for a lecturer")
        verbose_name_plural = _("requests for lecturers")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["lecturer", "starts_at"], name="booking_of_lecturer"),
            models.Index(fields=["organisation", "starts_at"], name="booking_of_branch"),
            models.Index(fields=["status", "answer_by"], name="booking_deadline"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="booking_order"),
            models.CheckConstraint(condition=Q(heads__gte=1), name="booking_heads"),
            # Exactly what waits waits for somebody.
            models.CheckConstraint(
                condition=(Q(status=BookingStatus.PENDING) & ~Q(awaits=""))
                | (~Q(status=BookingStatus.PENDING) & Q(awaits="")),
                name="booking_awaits",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=sorted(DISCLOSED)) | Q(accepted_at__isnull=False), name="booking_accepted_at"
            ),
            models.CheckConstraint(
                condition=Q(concern="") | Q(status=BookingStatus.ACCEPTED), name="booking_concern_of_agreed"
            ),
            models.UniqueConstraint(fields=["requester", "idempotency_key"], name="booking_asked_once"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} · {self.lecturer}"

    def get_absolute_url(self) -> str:
        """Return the page of the request."""
        return reverse("booking:booking", args=[self.public_id])

    @property
    def number(self) -> str:
        """Return the short number by which people speak of it."""
        return f"{timezone.localtime(self.created_at):%Y}-{self.pk:04d}"

    @property
    def where(self) -> str:
        """Return where the lesson takes place, in one line."""
        parts = [self.venue.name, self.venue.address] if self.venue is not None else []
        return " · ".join(part for part in [*parts, self.place] if part.strip())

    @property
    def minutes(self) -> int:
        """Return how long the lesson is."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def is_open(self) -> bool:
        """Return whether an answer is expected."""
        return self.status == BookingStatus.PENDING

    @property
    def is_agreed(self) -> bool:
        """Return whether the lesson is to take place."""
        return self.status == BookingStatus.ACCEPTED

    @property
    def has_begun(self) -> bool:
        """Return whether the beginning of the time has passed."""
        return self.starts_at <= now()

    @property
    def waits_for_decision(self) -> bool:
        """Return whether something befell the agreed lesson, and it has not begun."""
        return self.is_agreed and bool(self.concern) and not self.has_begun

    @property
    def was_not_held(self) -> bool:
        """Return whether the lesson was agreed and did not take place, as somebody wrote down after its beginning."""
        ended = self.status == BookingStatus.CANCELLED and self.accepted_at is not None
        return ended and self.changed_at >= self.starts_at

    @property
    def is_disclosed(self) -> bool:
        """Return whether the two sides may see each other's contact."""
        return self.status in DISCLOSED


class TimeOffer(models.Model):
    """A time that somebody proposed. One at most is live; each but the first answers the one before it."""

    booking = models.ForeignKey(BookingRequest, on_delete=models.CASCADE, related_name="times")
    parent = models.OneToOneField("self", on_delete=models.CASCADE, null=True, blank=True, related_name="answered_by")
    number = models.PositiveSmallIntegerField()
    party = models.CharField(_("proposed by"), max_length=12, choices=Party.choices)
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    reason = models.TextField(_("reason"), max_length=REASON_LENGTH, blank=True)
    made_at = models.DateTimeField(_("proposed"))
    closed_at = models.DateTimeField(_("no longer stands since"), null=True, blank=True)

    class Meta:
        verbose_name = _("proposed time")
        verbose_name_plural = _("proposed times")
        ordering = ["booking_id", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="time_offer_order"),
            models.UniqueConstraint(fields=["booking", "number"], name="time_offer_number"),
            models.UniqueConstraint(
                fields=["booking"], condition=Q(closed_at__isnull=True), name="one_live_time_offer"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.booking_id} · {self.starts_at:%Y-%m-%d %H:%M}"


class BookingEvent(models.Model):
    """One line of a request's story. Database triggers forbid changing a row, and deleting one before three years."""

    booking = models.ForeignKey(BookingRequest, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField(db_index=True)
    # The story outlives accounts: the key is plain and the name is copied. Empty means the site itself.
    actor_id = models.BigIntegerField(null=True, blank=True, db_index=True)
    actor_name = models.CharField(max_length=60, blank=True)
    party = models.CharField(max_length=12, choices=Party.choices, blank=True)
    kind = models.CharField(max_length=12, choices=EventKind.choices)
    before = models.CharField(max_length=10, choices=BookingStatus.choices, blank=True)
    after = models.CharField(max_length=10, choices=BookingStatus.choices)
    reason = models.TextField(max_length=REASON_LENGTH, blank=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("event of a request")
        verbose_name_plural = _("events of requests")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.booking_id} · {self.get_kind_display()}"


class Delivery(models.Model):
    """A lesson that was held: how many listened and how long. Who listened stays in the branch."""

    booking = models.OneToOneField(BookingRequest, on_delete=models.CASCADE, related_name="delivery")
    heads = models.PositiveIntegerField(_("listeners"), validators=[MinValueValidator(1)])
    minutes = models.PositiveSmallIntegerField(_("minutes taught"), validators=[MinValueValidator(1)])
    note = models.TextField(_("note"), max_length=REASON_LENGTH, blank=True)
    evaluation = models.ForeignKey(
        Evaluation, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("evaluation")
    )
    # A list for whoever missed it. Who that was is written down nowhere.
    catch_up = models.ForeignKey(
        Playlist,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("list to catch up with"),
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("held lesson")
        verbose_name_plural = _("held lessons")
        ordering = ["recorded_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(heads__gte=1) & Q(minutes__gte=1), name="delivery_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.booking} · {self.minutes}"


class CalendarFeed(models.Model):
    """A person's calendar at an address that nobody can guess; the address is made of `key` and the site's secret."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="calendar_feeds")
    key = models.UUIDField(default=uuid4, unique=True, editable=False)
    created_at = models.DateTimeField(_("made"))
    revoked_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        ordering = ["created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user"], condition=Q(revoked_at__isnull=True), name="one_live_calendar_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.created_at:%Y-%m-%d}"
