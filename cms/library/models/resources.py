"""Resources and reading lists."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldRowPanel, InlinePanel, MultiFieldPanel

from cms.assets.models import SiteDocument
from cms.core.panels import FieldPanel
from cms.core.wholeness import Sentence
from cms.lessons.models import MicroLesson, Ordered
from cms.library.editing import BODY, content_tabs
from cms.library.enums import ResourceKind, Section
from cms.library.models.base import ContentPage


class ResourcePage(ContentPage):
    """A thing of the library: a file, a text, a film of ours, or an address elsewhere."""

    section = Section.LIBRARY
    search_kind = "resource"

    kind = models.CharField(
        _("kind"), max_length=16, choices=ResourceKind.choices, default=ResourceKind.ARTICLE, db_index=True
    )
    file = models.ForeignKey(
        SiteDocument, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("file")
    )
    lesson = models.ForeignKey(
        MicroLesson,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("film of a lesson"),
    )
    link = models.URLField(_("web address"), max_length=500, blank=True)
    written_by = models.CharField(_("author"), max_length=80, blank=True)
    published_in = models.CharField(_("publisher and year"), max_length=80, blank=True)

    is_creatable = True
    page_description = _(
        "Courseware, a textbook, an article, a film, audio, a book or a link: one thing, with its source."
    )
    edit_handler = content_tabs(
        [
            FieldPanel("kind"),
            MultiFieldPanel(
                [FieldPanel("file"), FieldPanel("link"), FieldPanel("lesson")],
                heading=_("What it offers"),
                help_text=_("At least one of these, or the text below. A file is sent in the window that opens."),
            ),
            BODY,
            FieldRowPanel([FieldPanel("written_by"), FieldPanel("published_in")]),
        ],
        parts=[InlinePanel("related_lessons", label=_("Related lesson"), max_num=12)],
    )

    class Meta:
        verbose_name = _("resource")
        verbose_name_plural = _("resources")

    def lacking(self) -> dict[str, Sentence]:
        """Return that a resource offers nothing yet, or that a link leads nowhere yet."""
        if not (self.file_id or self.lesson_id or self.link or self.body):
            return {"kind": _("Please give a file, a text, a film or an address.")}
        if self.kind == ResourceKind.LINK and not self.link:
            return {"link": _("A link needs its address.")}
        return {}


class ResourceLesson(Ordered):
    """A lesson that belongs to a resource."""

    page = ParentalKey(ResourcePage, on_delete=models.CASCADE, related_name="related_lessons")
    lesson = models.ForeignKey(MicroLesson, on_delete=models.CASCADE, related_name="+", verbose_name=_("lesson"))

    panels = [FieldPanel("lesson")]

    class Meta(Ordered.Meta):
        verbose_name = _("related lesson")
        verbose_name_plural = _("related lessons")

    def __str__(self) -> str:
        return str(self.lesson)


class ReadingListPage(ContentPage):
    """Some pages of the library in an order, to be read one after the other."""

    section = Section.LIBRARY
    search_kind = "resource"

    is_creatable = True
    LEAST_PARTS = {"entries": 1}
    page_description = _("Pages of the library in an order, each with a line why it is there.")
    edit_handler = content_tabs(
        [BODY],
        parts=[InlinePanel("entries", label=_("Entry"), min_num=1, max_num=60)],
    )

    class Meta:
        verbose_name = _("reading list")
        verbose_name_plural = _("reading lists")


class ReadingListEntry(Ordered):
    """A page of the library in a list, with a line about why it is there."""

    page = ParentalKey(ReadingListPage, on_delete=models.CASCADE, related_name="entries")
    target = models.ForeignKey(
        ResourcePage, on_delete=models.CASCADE, related_name="+", verbose_name=_("page of the library")
    )
    note = models.CharField(_("why it is there"), max_length=160, blank=True)

    panels = [FieldPanel("target"), FieldPanel("note")]

    class Meta(Ordered.Meta):
        verbose_name = _("entry")
        verbose_name_plural = _("entries")

    def __str__(self) -> str:
        return str(self.target)


class ReadingMark(models.Model):
    """That a person has read an entry of a list; shown to nobody else."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(ContentPage, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(_("marked"))

    class Meta:
        verbose_name = _("mark")
        verbose_name_plural = _("marks")
        constraints = [models.UniqueConstraint(fields=["user", "target"], name="one_reading_mark")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.target_id}"
