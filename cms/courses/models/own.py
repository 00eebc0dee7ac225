"""What people and organisations do with courses: badges, "for us until", what one began and ticked."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.core.clock import now
from cms.courses.models.courses import CoursePage
from cms.library.models import ContentPage
from cms.organisations.models import Organisation


class Selection(models.Model):
    """精品课: a named reviewer gave the course the badge, for a reason; it may be withdrawn, and the row stays."""

    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="selections")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"), default=now)
    reason = models.TextField(_("reason"), max_length=400)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_reason = models.TextField(_("reason of the withdrawal"), max_length=400, blank=True)

    class Meta:
        verbose_name = _("selected course")
        verbose_name_plural = _("selected courses")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["course"], condition=Q(withdrawn_at__isnull=True), name="one_badge_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="badges_have_a_reason"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="withdrawn_badges_have_a_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} · {self.given_by}"


class Assignment(models.Model):
    """An organisation says: this course is for us, until that day. It reminds, and lists nobody."""

    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="assignments")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("organisation")
    )
    until = models.DateField(_("to be done by"))
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    given_at = models.DateTimeField(default=now, editable=False)
    reminded_for = models.DateField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("assigned course")
        verbose_name_plural = _("assigned courses")
        ordering = ["until", "pk"]
        constraints = [models.UniqueConstraint(fields=["course", "organisation"], name="assigned_once")]

    def __str__(self) -> str:
        return f"{self.course} · {self.organisation}"


class CourseStudy(models.Model):
    """A person began a course; where it stands is derived from what was watched, answered and ticked."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="course_studies")
    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="studies")
    begun_at = models.DateTimeField(_("begun"), default=now)
    last_at = models.DateTimeField(_("last time"), default=now)
    completed_at = models.DateTimeField(_("completed"), null=True, blank=True)

    class Meta:
        verbose_name = _("course of a person")
        verbose_name_plural = _("courses of people")
        ordering = ["-last_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "course"], name="one_study_a_course")]

    def __str__(self) -> str:
        return f"{self.user} · {self.course}"


class ItemDone(models.Model):
    """A person ticked an item; nobody else ever sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="items_done")
    page = models.ForeignKey(ContentPage, on_delete=models.CASCADE, related_name="+")
    key = models.UUIDField(_("item"))
    done_at = models.DateTimeField(_("ticked"), default=now)

    class Meta:
        verbose_name = _("ticked item")
        verbose_name_plural = _("ticked items")
        ordering = ["done_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "page", "key"], name="one_tick_an_item")]

    def __str__(self) -> str:
        return f"{self.user} · {self.page}"
