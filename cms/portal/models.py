"""Editorial pages outside the rooms: an editor's article, such as an introduction or a notice of the county."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.core.blocks import TextBlocks
from cms.core.fields import CompactStreamField
from cms.core.pages import ServedPage
from cms.core.panels import FieldPanel


class ArticlePage(ServedPage):
    """A text with a lead; its view is registered in portal.views.articles."""

    lead = models.CharField(_("lead"), max_length=300, blank=True)
    body = CompactStreamField(TextBlocks(), verbose_name=_("text"), blank=True)

    content_panels = [*ServedPage.content_panels, FieldPanel("lead"), FieldPanel("body")]
    parent_page_types = ["wagtailcore.Page", "portal.ArticlePage"]
    subpage_types = ["portal.ArticlePage"]

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")

    def __str__(self) -> str:
        return str(self.title)
