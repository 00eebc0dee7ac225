"""Lecturers, what they teach, when they have time, and what their time is given to."""

from datetime import date
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel

from cms.assets.models import SiteImage
from cms.lecturers.enums import Approval, LecturerKind, Mode, OverrideKind
from cms.lecturers.validators import validate_weekly, validate_windows, validate_zone
from cms.organisations.models import Organisation
from cms.taxonomy.models import Audience, TeachingMethod, Topic, VisibleModel

DAY_MINUTES = 24 * 60
LONGEST_LESSON = 480
# Between these no window goes on for as long as the slot module refuses to look back.
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
FAR_DAYS = _("Please choose days of this century.")
NOT_BLANK_TIMES = _("The end must lie after the beginning.")


class Lecturer(VisibleModel, ClusterableModel):  # type: ignore[django-manager-missing]  # modelcluster is untyped
    """A person of the pool. Shown while `live`, to whom `visibility` says; bookable while a term is in force.

    Contact fields are neither shown, searched nor logged here: `booking` opens them after a request was accepted.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="lecturer",
        verbose_name=_("account"),
        help_text=_("Without an account the organisation answers requests and keeps the schedule."),
    )
    name = models.CharField(_("name"), max_length=60)
    kind = models.CharField(_("kind"), max_length=12, choices=LecturerKind.choices, db_index=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="lecturers", verbose_name=_("organisation")
    )
    topics = ParentalManyToManyField(Topic, blank=True, related_name="lecturers", verbose_name=_("directions"))
    post = models.CharField(_("post"), max_length=80, blank=True, help_text=_("What people read below the name."))
    credentials = models.TextField(_("credentials"), max_length=600, blank=True)
    introduction = models.TextField(_("introduction"), max_length=2000, blank=True)
    dialect = models.CharField(_("also speaks"), max_length=60, blank=True)
    photo = models.ForeignKey(
        SiteImage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("photograph")
    )
    # To which photograph the lecturer's visibility was handed.
    shown_photo = models.ForeignKey(
        SiteImage, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    home_place = models.CharField(_("comes from"), max_length=80, blank=True)
    region = models.CharField(_("region"), max_length=60, blank=True, db_index=True)
    travel_km = models.PositiveSmallIntegerField(_("travels up to, in km"), default=50)
    onsite = models.BooleanField(Mode.ONSITE.label, default=True)
    online = models.BooleanField(Mode.ONLINE.label, default=False)
    home = models.BooleanField(Mode.HOME.label, default=False)
    site = models.BooleanField(Mode.SITE.label, default=False)

    contact_phone = models.CharField(_("phone"), max_length=30, blank=True)
    contact_email = models.EmailField(_("e-mail"), blank=True)

    zone = models.CharField(
        _("time zone"), max_length=60, default=settings.TIME_ZONE, validators=[validate_zone], editable=False
    )
    buffer_before = models.PositiveSmallIntegerField(
        _("minutes kept free before a lesson"), default=30, validators=[MaxValueValidator(DAY_MINUTES)]
    )
    buffer_after = models.PositiveSmallIntegerField(
        _("minutes kept free after a lesson"), default=30, validators=[MaxValueValidator(DAY_MINUTES)]
    )
    step = models.PositiveSmallIntegerField(
        _("a lesson may begin every … minutes"),
        default=30,
        validators=[MinValueValidator(5), MaxValueValidator(DAY_MINUTES)],
    )
    notice_minutes = models.PositiveIntegerField(
        _("earliest beginning from now, in minutes"), default=2 * DAY_MINUTES, validators=[MaxValueValidator(527040)]
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("latest beginning from now, in days"),
        default=90,
        validators=[MinValueValidator(1), MaxValueValidator(366)],
    )
    cap_day = models.PositiveSmallIntegerField(_("most lessons a day"), null=True, blank=True)
    cap_week = models.PositiveSmallIntegerField(_("most lessons a week"), null=True, blank=True)
    cap_month = models.PositiveSmallIntegerField(_("most lessons a month"), null=True, blank=True, default=4)
    approval = models.CharField(
        _("whose yes a request needs"),
        max_length=20,
        choices=Approval.choices,
        blank=True,
        help_text=_("Left open, the organisation's rule decides."),
    )
    live = models.BooleanField(_("shown"), default=False, db_index=True)

    class Meta(VisibleModel.Meta):
        verbose_name = _("lecturer")
        verbose_name_plural = _("lecturers")
        ordering = ["name", "pk"]
        constraints = [
            *VisibleModel.Meta.constraints,
            models.CheckConstraint(condition=Q(step__gte=5), name="lecturer_step"),
            models.CheckConstraint(condition=Q(horizon_days__gte=1), name="lecturer_horizon"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the page of the lecturer."""
        return reverse("lecturers:lecturer", args=[self.pk])

    @property
    def modes(self) -> list[Mode]:
        """Return where the lecturer teaches, in the order of the enum."""
        return [mode for mode in Mode if getattr(self, mode.value)]


class LendingRule(models.Model):
    """How an organisation lends its lecturers; it holds for everything below that has no rule of its own."""

    organisation = models.OneToOneField(
        Organisation, on_delete=models.CASCADE, related_name="lending_rule", verbose_name=_("organisation")
    )
    approval = models.CharField(
        _("whose yes a request needs"), max_length=20, choices=Approval.choices, default=Approval.LECTURER
    )
    pending_occupies = models.BooleanField(
        _("a request keeps the time free while it waits"),
        default=False,
        help_text=_("Otherwise several may ask for the same time, and the first yes decides."),
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days to answer"), default=3, validators=[MinValueValidator(1), MaxValueValidator(30)]
    )
    open_to = models.ManyToManyField(
        Organisation,
        blank=True,
        related_name="+",
        verbose_name=_("lent to"),
        help_text=_("To these organisations and all below them. None chosen: to every organisation."),
    )

    class Meta:
        verbose_name = _("rule of lending")
        verbose_name_plural = _("rules of lending")
        ordering = ["organisation__path"]

    def __str__(self) -> str:
        return str(self.organisation)


class LessonOffer(ClusterableModel):
    """One line of a lecturer's menu: a lesson that can be ordered."""

    lecturer = ParentalKey(Lecturer, on_delete=models.CASCADE, related_name="offers", verbose_name=_("lecturer"))
    title = models.CharField(_("title"), max_length=80)
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), default=90, validators=[MinValueValidator(10), MaxValueValidator(LONGEST_LESSON)]
    )
    topics = ParentalManyToManyField(Topic, blank=True, related_name="+", verbose_name=_("topics"))
    audiences = ParentalManyToManyField(Audience, blank=True, related_name="+", verbose_name=_("for whom"))
    methods = ParentalManyToManyField(
        TeachingMethod, blank=True, related_name="offers", verbose_name=_("how it is taught")
    )
    digest = models.TextField(_("in short"), max_length=400, blank=True)
    is_offered = models.BooleanField(_("offered"), default=True)
    order = models.PositiveSmallIntegerField(_("place in the order"), default=0)

    class Meta:
        verbose_name = _("lesson on the menu")
        verbose_name_plural = _("lesson menu")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=10) & Q(minutes__lte=LONGEST_LESSON), name="lesson_offer_minutes"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AppointmentTerm(models.Model):
    """A lecturer is appointed from a day to a day; renewed by a further row."""

    lecturer = ParentalKey(Lecturer, on_delete=models.CASCADE, related_name="terms", verbose_name=_("lecturer"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))

    class Meta:
        verbose_name = _("term of appointment")
        verbose_name_plural = _("terms of appointment")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="lecturer_term_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lecturer} · {self.starts_on} – {self.ends_on or '…'}"


class Suspension(models.Model):
    """A lecturer is not offered for a while; the reason is for those who look after the pool and the lecturer, never public."""

    lecturer = ParentalKey(Lecturer, on_delete=models.CASCADE, related_name="suspensions", verbose_name=_("lecturer"))
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), null=True, blank=True, help_text=_("The last day."))
    reason = models.TextField(_("reason"), max_length=400)

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="lecturer_suspension_order",
                violation_error_message=_("The last day lies before the first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lecturer} · {self.starts_on} – {self.ends_on or '…'}"


class Schedule(models.Model):
    """A weekly schedule with a name and a span of days, such as a school term; several that cover a day add up.

    `weekly` maps "mon" … "sun" to windows ["09:00", "12:00"]; "24:00" is the next midnight.
    """

    lecturer = models.ForeignKey(
        Lecturer, on_delete=models.CASCADE, related_name="schedules", verbose_name=_("lecturer")
    )
    name = models.CharField(_("name"), max_length=60)
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"), help_text=_("The last day."))
    weekly: Any = models.JSONField(_("hours of the week"), default=dict, blank=True, validators=[validate_weekly])

    class Meta:
        verbose_name = _("weekly schedule")
        verbose_name_plural = _("weekly schedules")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="lecturer_schedule_order",
                violation_error_message=_("The last day lies before the first."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on__gte=FIRST_DAY) & Q(ends_on__lte=LAST_DAY),
                name="lecturer_schedule_days",
                violation_error_message=FAR_DAYS,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Override(models.Model):
    """A single day that differs: these windows instead of the weekly ones, none on leave; kind and reason are private."""

    lecturer = models.ForeignKey(
        Lecturer, on_delete=models.CASCADE, related_name="overrides", verbose_name=_("lecturer")
    )
    day = models.DateField(_("day"))
    windows: Any = models.JSONField(_("hours"), default=list, blank=True, validators=[validate_windows])
    kind = models.CharField(_("why"), max_length=12, choices=OverrideKind.choices, default=OverrideKind.LEAVE)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("single day")
        verbose_name_plural = _("single days")
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["lecturer", "day"], name="one_override_a_day"),
            models.CheckConstraint(
                condition=Q(day__gte=FIRST_DAY) & Q(day__lte=LAST_DAY),
                name="lecturer_override_days",
                violation_error_message=FAR_DAYS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lecturer} · {self.day}"


class Occupation(models.Model):
    """Time of a lecturer that is given away. Two live ones of a lecturer never overlap: the database refuses it.

    `starts_at`–`ends_at` is the lesson, `occupied_from`–`occupied_to` also the buffers and the way. `source_kind` and
    `source_id` name the request or session in the rooms above. `binding` is False while a request or an offer holds the
    time and nobody has said yes.
    """

    lecturer = models.ForeignKey(
        Lecturer, on_delete=models.PROTECT, related_name="occupations", verbose_name=_("lecturer")
    )
    starts_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    occupied_from = models.DateTimeField(_("occupied from"))
    occupied_to = models.DateTimeField(_("occupied to"))
    source_kind = models.CharField(max_length=40)
    source_id = models.CharField(max_length=60)
    binding = models.BooleanField(_("binding"), default=True)
    created_at = models.DateTimeField(_("held since"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("occupied time")
        verbose_name_plural = _("occupied times")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["lecturer", "occupied_to"], name="occupation_of_lecturer"),
            models.Index(fields=["source_kind", "source_id"], name="occupation_source"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__lt=F("ends_at")),
                name="occupation_order",
                violation_error_message=NOT_BLANK_TIMES,
            ),
            models.CheckConstraint(
                condition=Q(occupied_from__lte=F("starts_at")) & Q(occupied_to__gte=F("ends_at")),
                name="occupation_holds_lesson",
            ),
            models.UniqueConstraint(
                fields=["lecturer", "source_kind", "source_id"],
                condition=Q(released_at__isnull=True),
                name="one_live_occupation_a_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lecturer} · {self.starts_at:%Y-%m-%d %H:%M}"
