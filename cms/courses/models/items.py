"""One place in a course, series, track or guide, and the questions at the end."""

import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from cms.core.wholeness import Sentence, WholeAtReview
from cms.courses.enums import ItemKind
from cms.lessons.findings import question_fault
from cms.lessons.models import AskedQuestion, MicroLesson, Ordered
from cms.library.models import ContentPage


class Item(WholeAtReview, Ordered):
    """A lesson or another page. What it leads to may be deleted: then the place stays and says so.

    `key` stays the same through revisions and copies of a draft, so that a tick finds its item again.
    """

    key = models.UUIDField(default=uuid.uuid4, editable=False)
    lesson = models.ForeignKey(
        MicroLesson,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("micro lesson"),
        help_text=_("Choose either a micro lesson or a page."),
    )
    page = models.ForeignKey(
        ContentPage, on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("page")
    )
    # Places of series and tracks have neither words nor an address of their own.
    title: Any = ""
    text: Any = ""
    url: Any = ""
    unit: Any = ""
    minutes: Any = None
    nothing_chosen: Any = _("Please choose a micro lesson or a page.")

    class Meta(Ordered.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.title or str(self.lesson or self.page or _("No longer available"))

    @property
    def kind(self) -> ItemKind:
        """What the place leads to."""
        if self.lesson_id:
            return ItemKind.LESSON
        if self.page_id:
            return ItemKind.PAGE
        if self.url:
            return ItemKind.LINK
        return ItemKind.TASK if self.title else ItemKind.GONE

    def clean(self) -> None:
        """Refuse a place that leads to two things, in a draft too: one of them would silently win."""
        super().clean()
        leads_to = [bool(self.lesson_id), bool(self.page_id), bool(self.url)]
        if sum(leads_to) > 1:
            raise ValidationError(
                {"lesson": _("One item leads to one thing. Please use a second item for the other.")}
            )

    def lacking(self) -> dict[str, Sentence]:
        """Return that the place leads nowhere yet."""
        return {"lesson": self.nothing_chosen} if self.kind == ItemKind.GONE else {}


class WordedItem(Item):
    """A place that may also be a task or a link, in words of its own."""

    title = models.CharField(
        _("heading"),
        max_length=80,
        blank=True,
        help_text=_("Needed for tasks and links; else the title of what was chosen."),
    )
    text = models.TextField(
        _("what to do or to look at"),
        max_length=600,
        blank=True,
        help_text=_("A task, a question, a remark. May stay empty."),
    )
    minutes = models.PositiveSmallIntegerField(
        _("minutes"), null=True, blank=True, help_text=_("For tasks and reading; a micro lesson knows its own length.")
    )
    # Led to a lesson or page when it was written: what was deleted since does not turn the place into a task.
    leads = models.BooleanField(default=False, editable=False)
    nothing_chosen = _("Please choose a micro lesson or a page, or write a heading for a task.")

    class Meta(Item.Meta):
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Remember whether the place leads somewhere."""
        self.note_lead()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Remember whether the place leads somewhere, also for a draft that is only kept as a revision."""
        super().clean()
        self.note_lead()

    def note_lead(self) -> None:
        """Note what the place leads to now; a place that leads nowhere keeps what was noted."""
        if self.lesson_id or self.page_id or self.url:
            self.leads = not self.url

    @property
    def kind(self) -> ItemKind:
        """What the place leads to; nothing any more where what it led to was deleted, whatever its heading says."""
        found = super().kind
        return ItemKind.GONE if found == ItemKind.TASK and self.leads else found

    def lacking(self) -> dict[str, Sentence]:
        """Return that the place leads nowhere yet, or no longer."""
        if self.leads and self.kind == ItemKind.GONE:
            return {"lesson": _("What this led to is no longer there. Please choose something else, or take it out.")}
        return super().lacking()


class EndQuestion(WholeAtReview, AskedQuestion):
    """A question at the end of a page; frozen as a question version when the page is published."""

    class Meta(AskedQuestion.Meta):
        abstract = True

    def lacking(self) -> dict[str, Sentence]:
        """Return what the question cannot be answered without."""
        fault = question_fault(self)
        return {"options": fault} if self.stem.strip() and fault else {}
