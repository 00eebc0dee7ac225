"""Addresses elsewhere to which pages and places lead, and whether somebody answers there."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from cms.library.enums import LinkState
from cms.library.models.base import ContentPage
from cms.venues.models import Venue

URL_LENGTH = 500


class LookedAt(models.Model):
    """One address, as it was found at the last look."""

    url = models.CharField(_("web address"), max_length=URL_LENGTH)
    state = models.CharField(_("state"), max_length=10, choices=LinkState.choices, default=LinkState.NEW)
    http_status = models.PositiveSmallIntegerField(_("answer"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(_("looks without an answer in a row"), default=0)
    checked_at = models.DateTimeField(_("looked at"), null=True, blank=True, db_index=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.url


class PageLink(LookedAt):
    """One address on one page; `target` where it is a page of this site and still there."""

    page = models.ForeignKey(ContentPage, on_delete=models.CASCADE, related_name="outside_links")
    target = models.ForeignKey(Page, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        constraints = [models.UniqueConstraint(fields=["page", "url"], name="one_row_of_a_link")]


class VenueLink(LookedAt):
    """The view all around of a place that is shown."""

    venue = models.OneToOneField(Venue, on_delete=models.CASCADE, related_name="outside_link")

    class Meta:
        verbose_name = _("link of a place")
        verbose_name_plural = _("links of places")
