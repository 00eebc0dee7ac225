"""Announcements: for an organisation and all below it, in a span of days."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel

from cms.core.clock import today
from cms.core.panels import FieldPanel
from cms.library.editing import BODY, content_tabs
from cms.library.enums import Section
from cms.library.models.base import ContentPage
from cms.taxonomy.enums import Visibility


class AnnouncementPage(ContentPage):
    """Shown from its first to its last day to those whom it is for."""

    section = Section.ANNOUNCEMENTS
    search_kind = "announcement"

    starts_on = models.DateField(_("first day"), default=today)
    ends_on = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: until it is withdrawn."))

    is_creatable = True
    page_description = _("For an organisation and all below it; it disappears by itself after its last day.")
    edit_handler = content_tabs([FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]), BODY])

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                name="announcement_ends_after_it_starts",
            )
        ]

    def clean(self) -> None:
        """Refuse an end before the beginning, and people outside the organisation that announces."""
        super().clean()
        if self.ends_on and self.starts_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": _("The last day lies before the first.")})
        below = self.visible_organisation
        outside = below is not None and self.organisation_id and not below.path.startswith(self.organisation.path)
        if self.visibility == Visibility.ORGANISATION and outside:
            raise ValidationError(
                {"visible_organisation": _("Please choose an organisation at or below the one that announces.")}
            )
