"""What the site tells a person, inside the site and by e-mail."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.notices.enums import Area, Channel, DeliveryStatus
from cms.notices.quiet import QUIET_FROM, QUIET_TO


class Notice(models.Model):
    """One sentence for one person with the page where it goes on; written in the person's language when sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=60, help_text=_("A dotted word of the room that sent it."))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(_("address"), max_length=500, blank=True)
    dedupe_key = models.CharField(max_length=120, blank=True, help_text=_("The same key tells a person once."))
    is_urgent = models.BooleanField(_("urgent"), default=False)
    created_at = models.DateTimeField(_("sent"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-created_at"], name="notice_list"),
            models.Index(fields=["user"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "dedupe_key"], condition=~Q(dedupe_key=""), name="told_once_for_a_key"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class MutedArea(models.Model):
    """A person does not want the notices of one area on one way."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="muted_notice_areas")
    area = models.CharField(_("area"), max_length=20, choices=Area.choices)
    channel = models.CharField(_("way"), max_length=10, choices=Channel.choices, default=Channel.SITE)

    class Meta:
        verbose_name = _("muted area of notices")
        verbose_name_plural = _("muted areas of notices")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "area", "channel"], name="muted_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_area_display()}"


class MailSetting(models.Model):
    """The e-mail address that a person gave for notices, used only after its link was opened, and when mail may come."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_setting")
    address = models.EmailField(_("e-mail address"), max_length=254)
    verified_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    daily = models.BooleanField(_("all of a day in one e-mail"), default=False)
    quiet_from = models.TimeField(_("quiet from"), default=QUIET_FROM)
    quiet_to = models.TimeField(_("quiet until"), default=QUIET_TO)

    class Meta:
        verbose_name = _("e-mail setting")
        verbose_name_plural = _("e-mail settings")
        ordering = ["pk"]

    def __str__(self) -> str:
        return str(self.user)


class Delivery(models.Model):
    """One notice on its way by e-mail: a row for each notice, so that nobody gets it twice and none is lost."""

    notice = models.OneToOneField(Notice, on_delete=models.CASCADE, related_name="delivery")
    status = models.CharField(
        _("state"), max_length=10, choices=DeliveryStatus.choices, default=DeliveryStatus.WAITING
    )
    due_at = models.DateTimeField(_("due for sending"))
    claimed_at = models.DateTimeField(_("taken"), null=True, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(status__in=[DeliveryStatus.WAITING, DeliveryStatus.SENDING]),
                name="delivery_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.notice)
