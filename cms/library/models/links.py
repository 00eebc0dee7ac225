"""Addresses elsewhere to which pages lead, and whether somebody answers there."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.library.enums import LinkState
from cms.library.models.base import ContentPage

URL_LENGTH = 500


class PageLink(models.Model):
    """One address on one page, as it was found at the last look; `target` where it is a page of this site and still there."""

    page = models.ForeignKey(ContentPage, on_delete=models.CASCADE, related_name="outside_links")
    url = models.CharField(_("web address"), max_length=URL_LENGTH)
    target = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=LinkState.choices, default=LinkState.NEW)
    http_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("looks without an answer in a row"), default=0)
    checked_at = models.DateTimeField(_("looked at"), null=True, blank=True, db_index=True)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [models.UniqueConstraint(fields=["page", "url"], name="one_row_of_a_link")]

    def __str__(self) -> str:
        return self.url
