"""每月指引: a theme for the month with what belongs to it; branches copy it and make it theirs."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Revision

from cms.assets.models import SiteDocument
from cms.core.clock import now
from cms.courses.models.items import EndQuestion, WordedItem
from cms.lessons.models import Ordered
from cms.library.enums import Section
from cms.library.models import ContentPage
from cms.organisations.models import Organisation

NOTE_LENGTH = 400


class GuidePage(ContentPage):
    """The guide of one month: theme, files, items to work through, points to discuss, questions."""

    section = Section.GUIDES
    search_kind = "guide"
    is_creatable = True
    page_description = _(
        "One theme for the month: what to watch and read, points to discuss, questions; branches copy it."
    )
    month = models.DateField(
        _("month"), db_index=True, help_text=_("Any day of the month; the guide stands on the home page all month.")
    )
    theme = models.CharField(_("theme"), max_length=60, help_text=_("A few words, such as: safe work in winter."))
    discussion = models.TextField(
        _("points to discuss"), max_length=1200, blank=True, help_text=_("One question a line, for the meeting.")
    )

    class Meta:
        verbose_name = _("monthly guide")
        verbose_name_plural = _("monthly guides")

    def __str__(self) -> str:
        return str(self.title)

    @property
    def discussion_points(self) -> list[str]:
        """The questions for the meeting."""
        return [line.strip() for line in self.discussion.splitlines() if line.strip()]


class GuideItem(WordedItem):
    """A place in a guide."""

    guide = ParentalKey(GuidePage, on_delete=models.CASCADE, related_name="items")
    url = models.URLField(_("link"), max_length=500, blank=True, help_text=_("An address outside this site."))
    nothing_chosen = _("Please choose a micro lesson or a page, give a link, or write a heading for a task.")

    class Meta(WordedItem.Meta):
        verbose_name = _("item of a guide")
        verbose_name_plural = _("items of guides")


class GuideFile(Ordered):
    """A document that comes with a guide."""

    guide = ParentalKey(GuidePage, on_delete=models.CASCADE, related_name="files")
    document = models.ForeignKey(SiteDocument, on_delete=models.CASCADE, related_name="+", verbose_name=_("file"))

    class Meta(Ordered.Meta):
        verbose_name = _("file of a guide")
        verbose_name_plural = _("files of guides")

    def __str__(self) -> str:
        return str(self.document)


class GuideQuestion(EndQuestion):
    """A question of a guide's quiz, as a draft."""

    guide = ParentalKey(GuidePage, on_delete=models.CASCADE, related_name="questions")

    class Meta(EndQuestion.Meta):
        verbose_name = _("question of a guide")
        verbose_name_plural = _("questions of guides")


class BranchGuide(models.Model):
    """A branch's own copy of a guide: which items it takes, its notes, when it meets. The original is not touched."""

    guide = models.ForeignKey(GuidePage, on_delete=models.CASCADE, related_name="copies")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    note = models.TextField(_("note of the branch"), max_length=NOTE_LENGTH, blank=True)
    together_on = models.DateField(_("day on which the branch meets"), null=True, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_at = models.DateTimeField(default=now, editable=False)
    # What was published when the copy was made, so that a change of the original is seen.
    taken_from = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("guide of a branch")
        verbose_name_plural = _("guides of branches")
        ordering = ["-made_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["guide", "organisation"], name="one_copy_a_branch")]

    def __str__(self) -> str:
        return f"{self.guide} · {self.organisation}"

    @property
    def is_behind(self) -> bool:
        """Whether the original was published anew since (the guide must be loaded)."""
        return self.guide.live_revision_id != self.taken_from_id


class BranchItem(models.Model):
    """An item of the branch's copy: one of the guide's, by its key, or a task of the branch's own."""

    copy = models.ForeignKey(BranchGuide, on_delete=models.CASCADE, related_name="items")
    key = models.UUIDField(_("item of the guide"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("place"))
    title = models.CharField(_("heading"), max_length=80, blank=True)
    note = models.TextField(_("note of the branch"), max_length=NOTE_LENGTH, blank=True)
    left_out = models.BooleanField(_("left out"), default=False)

    class Meta:
        verbose_name = _("item of a branch's guide")
        verbose_name_plural = _("items of branches' guides")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["copy", "key"], name="one_row_an_item"),
            models.CheckConstraint(condition=Q(key__isnull=False) | ~Q(title=""), name="own_items_have_a_heading"),
        ]

    def __str__(self) -> str:
        return self.title or str(self.key)
