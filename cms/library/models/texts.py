"""What stands in files, for search."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.assets.models import SiteDocument


class DocumentText(models.Model):
    """The text of one file as it was read last; empty when there is none that could be read."""

    document = models.OneToOneField(SiteDocument, on_delete=models.CASCADE, primary_key=True, related_name="+")
    file_hash = models.CharField(max_length=40)
    text = models.TextField(_("text"), blank=True)
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")

    def __str__(self) -> str:
        return f"{self.document_id}"
