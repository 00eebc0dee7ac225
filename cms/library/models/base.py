"""ContentPage: what every editorial page has; SectionPage: the branches of the tree that hold them."""

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import ObjectList, TabbedInterface
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage
from cms.core.clock import now
from cms.core.fields import CompactStreamField
from cms.core.pages import PREVIEW_MODES, ServedPage
from cms.core.panels import FieldPanel
from cms.core.wholeness import WholeAtReview
from cms.library.blocks import ContentBlocks
from cms.library.enums import SECTION_HELP, Licence, Section
from cms.library.locks import TakenDownLock
from cms.organisations.models import Organisation
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Audience, Topic, VisibleModel


class SectionPage(ServedPage):
    """A branch of the tree; its slug says which (`Section`). Made by the site, kept by editors of the whole tree."""

    intro = models.CharField(_("introduction"), max_length=300, blank=True)

    edit_handler = TabbedInterface([ObjectList([FieldPanel("title"), FieldPanel("intro")], heading=_("Content"))])
    parent_page_types = ["wagtailcore.Page"]
    max_count = len(Section)
    is_creatable = False

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    def __str__(self) -> str:
        return str(self.title)

    @property
    def belongs_here(self) -> str:
        """What editors put below it."""
        return str(SECTION_HELP.get(self.slug, ""))


class ContentPageQuerySet(PageQuerySet):
    """Simple filters."""

    def published(self) -> "ContentPageQuerySet":
        """Return pages that are shown to somebody; who that is says `taxonomy.queries.visible_q`."""
        shown: ContentPageQuerySet = self.filter(live=True, taken_down_at__isnull=True)
        return shown


class ContentPage(WholeAtReview, VisibleModel, ServedPage):
    """An editorial page: whose it is, what it is about, who may see it, until when it is to be looked at again.

    Its row shows what was approved; drafts live in revisions. `owner` is who began it and therefore never decides on
    it; `responsible` is who is asked about it.
    """

    # Facts about the page as a whole: no revision may bring old values of these back.
    WHOLE_FIELDS = ("reminded_for", "taken_down_at", "taken_down_reason", "unpublished_reason")
    # The branch of the tree that holds this kind, and what search calls it; empty where search does not know it.
    section: ClassVar[str] = ""
    search_kind: ClassVar[str] = ""
    # What reports about it are registered for (`feedback.subjects`): routes have problems of their own.
    report_kind: ClassVar[str] = "page"

    visibility = models.CharField(
        _("visible to"), max_length=16, choices=Visibility.choices, default=Visibility.PUBLIC, db_index=True
    )
    lead = models.CharField(
        _("lead"), max_length=300, blank=True, help_text=_("What it is and whom it helps, in one or two sentences.")
    )
    body = CompactStreamField(ContentBlocks(), verbose_name=_("text"), blank=True)
    cover = models.ForeignKey(
        SiteImage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("cover picture")
    )
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="pages",
        verbose_name=_("kept by"),
        help_text=_("Editors of this organisation and of those above it work on the page."),
    )
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who is asked about it"),
    )
    topics = ParentalManyToManyField(Topic, blank=True, related_name="pages", verbose_name=_("topics"))
    audiences = ParentalManyToManyField(Audience, blank=True, related_name="pages", verbose_name=_("audiences"))
    place = models.CharField(
        _("place"), max_length=40, blank=True, help_text=_("Where it plays or comes from, if it is about here.")
    )
    source = models.CharField(_("source"), max_length=200, blank=True)
    licence = models.CharField(_("terms of use"), max_length=16, choices=Licence.choices, default=Licence.OWN)
    minutes = models.PositiveSmallIntegerField(_("minutes it takes"), null=True, blank=True)
    review_by = models.DateField(
        _("look at it again by"),
        null=True,
        blank=True,
        db_index=True,
        help_text=_("A year from publishing when nothing is chosen."),
    )
    change_note = models.CharField(
        _("what changed"), max_length=200, blank=True, help_text=_("One sentence that readers see beside the version.")
    )
    reminded_for = models.DateField(null=True, blank=True, editable=False)
    taken_down_at = models.DateTimeField(_("taken down"), null=True, blank=True, editable=False)
    taken_down_reason = models.TextField(_("reason of the take-down"), blank=True, editable=False)
    unpublished_reason = models.TextField(_("reason why it is no longer shown"), blank=True, editable=False)
    # What visibility was handed to at the last publication, so that it can be taken back from exactly these.
    shown_documents = models.ManyToManyField(SiteDocument, blank=True, editable=False, related_name="+")
    shown_images = models.ManyToManyField(SiteImage, blank=True, editable=False, related_name="+")

    objects = PageManager.from_queryset(ContentPageQuerySet)()  # type: ignore[django-manager-missing]  # Wagtail's manager is untyped

    parent_page_types = ["library.SectionPage"]
    subpage_types: list[str] = []
    is_creatable = False
    preview_modes = PREVIEW_MODES

    class Meta(VisibleModel.Meta):
        verbose_name = _("page")
        verbose_name_plural = _("pages")

    def __str__(self) -> str:
        return str(self.title)

    def clean(self) -> None:
        """Refuse a visibility that lacks its organisation, in a draft too: the database keeps no such row."""
        super().clean()
        if self.visibility == Visibility.ORGANISATION and self.visible_organisation_id is None:
            raise ValidationError({"visible_organisation": _("Please choose the organisation.")})

    def ensure_slug(self) -> None:
        """Give the page an address where its title leaves nothing for one: signs alone."""
        if not self.slug and not slugify(self.title, allow_unicode=True):
            self.slug: str = f"p-{secrets.token_hex(4)}"

    def minimal_clean(self) -> None:
        """Take another address when a page of this name was stored meanwhile: the admin stores drafts between previews."""
        try:
            super().minimal_clean()
        except ValidationError as error:
            if self.pk is not None or set(getattr(error, "error_dict", ())) != {"slug"}:
                raise
            self.slug = f"{self.slug}-{secrets.token_hex(2)}"
            super().minimal_clean()

    @classmethod
    def can_create_at(cls, parent: Page) -> bool:
        """Return whether pages of this kind are made below the section."""
        return bool(super().can_create_at(parent)) and parent.slug == cls.section

    def can_move_to(self, parent: Page) -> bool:
        """Return whether the page may lie there: only below its own section."""
        return bool(super().can_move_to(parent)) and parent.slug == self.section

    @property
    def review_author(self) -> User:
        """Whose work is reviewed (see `review.models.Reviewed`): who began it, or wrote it last where that is not known."""
        person = self.owner or self.responsible or (self.latest_revision and self.latest_revision.user)
        if person is None:
            raise ValidationError(_("Nobody is responsible for this page. Please choose somebody."))
        return person

    @property
    def review_organisation(self) -> Organisation:
        """Whose people review it."""
        return self.organisation

    @staticmethod
    def review_page_url(state_id: int) -> str:
        """Return the address at which a reviewer decides."""
        return reverse("library:review", args=[state_id])

    def author_page_url(self) -> str:
        """Return the address at which the author goes on."""
        return reverse("wagtailadmin_pages:edit", args=[self.pk])

    curator_page_url = author_page_url

    def get_lock(self) -> Any:
        """Return why nobody edits it now (Wagtail asks), or None."""
        return TakenDownLock(self) if self.taken_down_at is not None else super().get_lock()

    def with_content_json(self, content: dict[str, Any]) -> "ContentPage":
        """Return the page with the revision's content; facts about the whole stay as they are now."""
        page: ContentPage = super().with_content_json(content)
        for name in self.WHOLE_FIELDS:
            setattr(page, name, getattr(self, name))
        return page


class ContentVersion(models.Model):
    """One publication of a page: its number, when, and what changed, as readers see it."""

    page = models.ForeignKey(ContentPage, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("number"))
    at = models.DateTimeField(_("published"), default=now)
    note = models.CharField(_("what changed"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["page", "number"], name="one_version_of_a_number")]

    def __str__(self) -> str:
        return f"{self.page} {self.number}"
