"""Micro lessons: a short video with what makes it a lesson, held together in one revision."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.models import DraftStateMixin, LockableMixin, PreviewableMixin, RevisionMixin, WorkflowMixin

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.assets.queries import kept_documents
from cms.core.clock import now
from cms.core.pages import PREVIEW_MODES, PREVIEW_SIZES
from cms.lessons.enums import CaptionLanguage, CaptionOrigin, Minors, People, QuestionKind, Speech, Template, WorkType
from cms.lessons.locks import TakenDownLock
from cms.lessons.validators import validate_answer, validate_cues, validate_digest, validate_options
from cms.organisations.models import Organisation
from cms.quizzes.drafts import QuestionDraft
from cms.taxonomy.models import Audience, Topic, VisibleModel
from cms.videos.models import Upload, Video
from cms.videos.queries import is_kept

TITLE_LENGTH = 40
PART_LENGTH = 400


class MicroLessonQuerySet(models.QuerySet["MicroLesson"]):
    """Simple filters."""

    def published(self) -> "MicroLessonQuerySet":
        """Return lessons that are shown to somebody; who that is says `taxonomy.queries.visible_q`."""
        return self.filter(live=True, taken_down_at__isnull=True)


class MicroLesson(
    VisibleModel, WorkflowMixin, DraftStateMixin, LockableMixin, RevisionMixin, PreviewableMixin, ClusterableModel
):
    """A lesson of a few minutes. Its rows show what was approved; drafts live in revisions.

    `visibility` says to whom it is meant to be shown once it is published.
    """

    preview_modes = PREVIEW_MODES
    preview_sizes = PREVIEW_SIZES
    # Facts about the lesson as a whole: no revision may bring old values of these back.
    WHOLE_FIELDS = (
        "author",
        "organisation",
        "upload",
        "draft_key",
        "review_by",
        "reminded_for",
        "taken_down_at",
        "taken_down_reason",
        "unpublished_reason",
        "shown_video",
        "created_at",
        "locked",
        "locked_at",
        "locked_by",
    )

    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("author")
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("organisation of the author")
    )
    speaker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("speaker"),
    )
    speaker_name = models.CharField(_("speaker from outside"), max_length=60, blank=True)
    unit = models.CharField(_("unit"), max_length=80, blank=True)
    producer = models.CharField(_("producer"), max_length=80, blank=True)

    template = models.CharField(
        _("form"), max_length=20, choices=Template.choices, default=Template.SHOW_DO_REALIZE, blank=True
    )
    work_type = models.CharField(_("kind of work"), max_length=20, choices=WorkType.choices, default=WorkType.LECTURE)
    prompt_resource = models.TextField(_("The right material"), max_length=PART_LENGTH, blank=True)
    prompt_topic = models.TextField(_("The right topic"), max_length=PART_LENGTH, blank=True)
    prompt_audience = models.TextField(_("The right audience"), max_length=PART_LENGTH, blank=True)
    prompt_language = models.TextField(_("The right words"), max_length=PART_LENGTH, blank=True)
    show = models.TextField(_("Show: what I saw"), max_length=PART_LENGTH, blank=True)
    do = models.TextField(_("Do: what I did"), max_length=PART_LENGTH, blank=True)
    realize = models.TextField(_("Realize: what I understood"), max_length=PART_LENGTH, blank=True)
    speech = models.CharField(_("spoken"), max_length=10, choices=Speech.choices, blank=True)
    digest = models.TextField(_("digest in three lines"), blank=True, validators=[validate_digest])
    topics = ParentalManyToManyField(Topic, blank=True, related_name="lessons", verbose_name=_("topics"))
    audiences = ParentalManyToManyField(Audience, blank=True, related_name="lessons", verbose_name=_("audiences"))
    series = models.CharField(_("series"), max_length=40, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"), null=True, blank=True, editable=False)

    video = models.ForeignKey(
        Video, on_delete=models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name=_("video")
    )
    upload = models.ForeignKey(Upload, on_delete=models.SET_NULL, null=True, blank=True, editable=False)
    draft_key = models.UUIDField(  # unique, so absence must be NULL
        unique=True,
        null=True,
        blank=True,
        editable=False,
        help_text=_("Made by the upload page, so that saving twice starts one."),
    )
    people = models.CharField(_("people in the picture"), max_length=10, choices=People.choices, blank=True)
    minors = models.CharField(_("children in the picture"), max_length=10, choices=Minors.choices, blank=True)
    no_secrets = models.BooleanField(_("nothing secret or internal can be seen or heard"), default=False)
    rights_clear = models.BooleanField(_("music and pictures of others may be used"), default=False)

    review_by = models.DateField(_("look at it again by"), null=True, blank=True, db_index=True)
    reminded_for = models.DateField(null=True, blank=True, editable=False)
    taken_down_at = models.DateTimeField(_("taken down"), null=True, blank=True, editable=False)
    taken_down_reason = models.TextField(_("reason of the take-down"), blank=True, editable=False)
    unpublished_reason = models.TextField(_("reason why it is no longer shown"), blank=True, editable=False)
    created_at = models.DateTimeField(_("begun"), default=now, editable=False)
    # What visibility was handed to at the last publication, so that it can be taken back from exactly these.
    shown_video = models.ForeignKey(
        Video, on_delete=models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    shown_documents = models.ManyToManyField(SiteDocument, blank=True, editable=False, related_name="+")

    objects = MicroLessonQuerySet.as_manager()

    class Meta(VisibleModel.Meta):
        verbose_name = _("micro lesson")
        verbose_name_plural = _("micro lessons")
        ordering = ["-first_published_at", "-pk"]
        indexes = [
            models.Index(fields=["live", "-first_published_at"], name="lesson_live"),
            models.Index(fields=["author", "-created_at"], name="lesson_author"),
        ]
        constraints = [
            *VisibleModel.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(taken_down_at__isnull=True) | models.Q(live=False),
                name="lesson_taken_down_is_not_live",
            ),
        ]

    def __str__(self) -> str:
        return self.title or str(_("Lesson without a title"))

    def clean(self) -> None:
        """Refuse a visibility that lacks its organisation."""
        super().clean()
        if self.visibility == "organisation" and self.visible_organisation_id is None:
            raise ValidationError({"visible_organisation": _("Please choose the organisation.")})

    def get_absolute_url(self) -> str:
        return reverse("lessons:watch", args=[self.pk])

    @property
    def review_author(self) -> User:
        """Whose work is reviewed (see `review.models.Reviewed`)."""
        return self.author

    @property
    def review_organisation(self) -> Organisation:
        """Whose people review it."""
        return self.organisation

    @staticmethod
    def review_page_url(state_id: int) -> str:
        """Return the address at which a reviewer decides."""
        return reverse("lessons:review", args=[state_id])

    def author_page_url(self) -> str:
        """Return the address at which the author goes on."""
        return reverse("lessons:edit", args=[self.pk])

    def curator_page_url(self) -> str:
        """Return the address at which an editor goes on who corrected it."""
        return reverse("wagtailsnippets_lessons_microlesson:edit", args=[self.pk])

    def get_lock(self) -> Any:
        """Return why nobody edits it now (Wagtail asks), or None."""
        return TakenDownLock(self) if self.taken_down_at is not None else super().get_lock()

    @property
    def speaker_shown(self) -> str:
        """Who speaks, as shown: the outside name, the person, or the author."""
        return self.speaker_name or str(self.speaker or self.author)

    @property
    def unit_shown(self) -> str:
        """The unit, as shown: as typed, or the author's organisation."""
        return self.unit or str(self.organisation)

    @property
    def story(self) -> tuple[str, ...]:
        """What was seen, done and understood, as shown: nothing in a lesson of free form, whatever was typed before."""
        return () if self.template == Template.FREE else (self.show, self.do, self.realize)

    @property
    def digest_lines(self) -> list[str]:
        """The points of the digest."""
        return [line.strip() for line in self.digest.splitlines() if line.strip()]

    def with_content_json(self, content: dict[str, Any]) -> "MicroLesson":
        """Return the lesson with the revision's content; facts about the whole stay as they are now."""
        lesson: MicroLesson = super().with_content_json(without_lost_files(content))
        for name in self.WHOLE_FIELDS:
            setattr(lesson, name, getattr(self, name))
        return lesson

    def get_preview_template(self, request: HttpRequest, mode_name: str) -> str:
        return "lessons/preview.html"

    def get_preview_context(self, request: HttpRequest, mode_name: str) -> dict[str, Any]:
        large = {f"{mode_name}_view": True} if mode_name else {}
        return {**super().get_preview_context(request, mode_name), "lesson": self, **large}


def without_lost_files(content: dict[str, Any]) -> dict[str, Any]:
    """Return a revision's content without the video and the documents that were deleted since: the rest still counts."""
    video, attached = content.get("video"), content.get("attachments") or []
    if video is not None and not is_kept(video):
        content = content | {"video": None}
    if attached:
        kept = kept_documents([row["document"] for row in attached])
        content = content | {"attachments": [row for row in attached if row["document"] in kept]}
    return content


class Ordered(models.Model):
    """A child whose place among its like is kept (Wagtail's own base has no types)."""

    sort_order_field = "sort_order"
    sort_order = models.IntegerField(null=True, blank=True, editable=False)

    class Meta:
        abstract = True
        ordering = ["sort_order"]


class LessonCaption(models.Model):
    """Captions of one language: a list of {"start", "end", "text"}, in seconds."""

    lesson = ParentalKey(MicroLesson, on_delete=models.CASCADE, related_name="captions")
    language = models.CharField(
        _("language"), max_length=10, choices=CaptionLanguage.choices, default=CaptionLanguage.CHINESE
    )
    cues: Any = models.JSONField(_("captions"), default=list, blank=True, validators=[validate_cues])
    checked = models.BooleanField(_("read by a person"), default=False)
    origin = models.CharField(
        _("origin"), max_length=12, choices=CaptionOrigin.choices, default=CaptionOrigin.WRITTEN, editable=False
    )

    class Meta:
        verbose_name = _("captions")
        verbose_name_plural = _("captions")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["lesson", "language"], name="one_caption_of_a_language")]

    def __str__(self) -> str:
        return f"{self.lesson} · {self.get_language_display()}"

    @property
    def is_unread_machine(self) -> bool:
        """Whether a machine wrote it and nobody has read it against the sound."""
        return self.origin == CaptionOrigin.RECOGNISED and not self.checked


class LessonAttachment(Ordered):
    """A document that belongs to the lesson."""

    lesson = ParentalKey(MicroLesson, on_delete=models.CASCADE, related_name="attachments")
    document = models.ForeignKey(SiteDocument, on_delete=models.PROTECT, related_name="+", verbose_name=_("document"))

    class Meta(Ordered.Meta):
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")

    def __str__(self) -> str:
        return str(self.document)


class AskedQuestion(Ordered):
    """A question as its author writes it; what belongs to a page freezes it as a question version when it is published."""

    kind = models.CharField(_("kind"), max_length=12, choices=QuestionKind.choices, default=QuestionKind.SINGLE)
    stem = models.CharField(_("question"), max_length=300)
    options: Any = models.JSONField(_("options"), default=list, blank=True, validators=[validate_options])
    answer: Any = models.JSONField(
        _("what is right"),
        default=list,
        blank=True,
        validators=[validate_answer],
        help_text=_("Positions of the right options, counted from 0."),
    )
    explanation = models.TextField(_("explanation"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta(Ordered.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.stem

    @property
    def draft(self) -> QuestionDraft:
        """The question as quizzes mark and freeze it."""
        return QuestionDraft(
            kind=self.kind,
            stem=self.stem,
            options=[] if self.kind == QuestionKind.TRUE_FALSE else list(self.options),
            answer=list(self.answer),
            explanation=self.explanation,
            source=self.source,
        )


class LessonQuestion(AskedQuestion):
    """A question about the lesson."""

    lesson = ParentalKey(MicroLesson, on_delete=models.CASCADE, related_name="questions")

    class Meta(AskedQuestion.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")


class KeyQuestion(Ordered):
    """A question people often ask, with its answer."""

    lesson = ParentalKey(MicroLesson, on_delete=models.CASCADE, related_name="key_questions")
    question = models.CharField(_("question"), max_length=120)
    answer = models.TextField(_("answer"), max_length=600)

    class Meta(Ordered.Meta):
        verbose_name = _("key question")
        verbose_name_plural = _("key questions and answers")

    def __str__(self) -> str:
        return self.question


class LessonChapter(Ordered):
    """A part of the video with a name."""

    lesson = ParentalKey(MicroLesson, on_delete=models.CASCADE, related_name="chapters")
    start_s = models.PositiveIntegerField(_("begins at second"))
    title = models.CharField(_("title"), max_length=60)

    class Meta(Ordered.Meta):
        verbose_name = _("chapter")
        verbose_name_plural = _("chapters")

    def __str__(self) -> str:
        return self.title
