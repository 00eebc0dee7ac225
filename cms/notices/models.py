"""What the site tells a person inside the site."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cms.notices.enums import Area


class Notice(models.Model):
    """One sentence for one person with the page where it goes on; written in the person's language when sent."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField(_("kind"), max_length=60, help_text=_("A dotted word of the room that sent it."))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    url = models.CharField(_("address"), max_length=500, blank=True)
    dedupe_key = models.CharField(max_length=120, blank=True, help_text=_("The same key tells a person once."))
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
    """A person does not want the notices of one area."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="muted_notice_areas")
    area = models.CharField(_("area"), max_length=20, choices=Area.choices)

    class Meta:
        verbose_name = _("muted area of notices")
        verbose_name_plural = _("muted areas of notices")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["user", "area"], name="muted_once")]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_area_display()}"
