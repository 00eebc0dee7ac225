"""Images and documents that obey visibility."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.documents.models import AbstractDocument
from wagtail.documents.models import Document as WagtailDocument
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage

from cms.taxonomy.models import VisibleModel


class SiteImage(VisibleModel, AbstractImage):  # type: ignore[django-manager-missing]  # Wagtail's manager is untyped
    """A picture of the site."""

    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("brought by"),
    )
    alt_text = models.CharField(_("description for people who cannot see it"), max_length=200, blank=True)

    admin_form_fields = (
        *WagtailImage.admin_form_fields,
        "alt_text",
        "visibility",
        "visible_organisation",
        "visible_role",
    )

    class Meta(VisibleModel.Meta, AbstractImage.Meta):
        abstract = False
        verbose_name = _("image")
        verbose_name_plural = _("images")

    def __str__(self) -> str:
        return str(self.title)


class SiteRendition(AbstractRendition):
    """A sized copy of an image."""

    image = models.ForeignKey(SiteImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta(AbstractRendition.Meta):
        abstract = False
        unique_together = [("image", "filter_spec", "focal_point_key")]

    def __str__(self) -> str:
        return f"{self.image} {self.filter_spec}"


class SiteDocument(VisibleModel, AbstractDocument):  # type: ignore[django-manager-missing]  # Wagtail's manager is untyped
    """A file to download: a table, a handout."""

    uploaded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("brought by"),
    )

    admin_form_fields = (*WagtailDocument.admin_form_fields, "visibility", "visible_organisation", "visible_role")

    class Meta(VisibleModel.Meta, AbstractDocument.Meta):
        abstract = False
        verbose_name = _("document")
        verbose_name_plural = _("documents")

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        """Check the file's kind once it is here; one of many that was kept aside was checked, and comes after its form."""
        if self.file:
            super().clean()
