"""Lessons in the admin: list, filters, editing, bulk acts, the panels of the first page."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.panels import FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSet
from wagtail.permissions import policy_registry
from wagtail.snippets.action_menu import WorkflowMenuItem
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from cms.core.bulk_scope import keep_in_records
from cms.core.panels import FieldPanel
from cms.lessons.admin_choosers import LESSON_DOCUMENTS, LessonChooserViewSet
from cms.lessons.admin_panels import AnswerPanel, DayPanel, FindingsPanel, LinesPanel, LooksPanel, PartsPanel
from cms.lessons.admin_views import (
    LessonEditView,
    LessonFilterSet,
    LessonLockView,
    LessonUnlockView,
    LessonUnpublishView,
    ObjectGuard,
    act_buttons,
    state_words,
)
from cms.lessons.bulk_actions import SetReviewBy, UnpublishMany
from cms.lessons.dashboard import CAPTIONS_PANEL, DUE_PANEL, WAITING_PANEL, FailedVideoPanel
from cms.lessons.forms.attachments import LessonAttachmentForm, LessonAttachmentFormSet
from cms.lessons.forms.curation import LessonAdminForm, LessonCaptionForm, LessonCaptionFormSet, LessonQuestionForm
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import EDITORS, may_correct
from cms.lessons.queries import with_review
from cms.lessons.services.parts import MAX_ATTACHMENTS, MAX_CHAPTERS, MAX_KEY_QUESTIONS, MAX_QUESTIONS
from cms.organisations.queries import standing_of
from cms.review.admin_views import NEVER, ReviewActionView
from cms.taxonomy.panels import AUDIENCES, SIGHT, TOPICS

WORDS = [
    FindingsPanel(heading=_("Remarks")),
    FieldPanel("title"),
    FieldPanel("digest"),
    FieldRowPanel([FieldPanel("template"), FieldPanel("work_type"), FieldPanel("speech")]),
    MultiFieldPanel([FieldPanel("show"), FieldPanel("do"), FieldPanel("realize")], heading=_("Show · do · realize")),
    MultiFieldPanel(
        [
            FieldPanel("prompt_resource"),
            FieldPanel("prompt_topic"),
            FieldPanel("prompt_audience"),
            FieldPanel("prompt_language"),
        ],
        heading=_("What the author says about it"),
    ),
]
PARTS = [
    PartsPanel(
        "captions",
        heading=_("Captions"),
        child_form=LessonCaptionForm,
        child_formset=LessonCaptionFormSet,
        panels=[FieldPanel("language"), LinesPanel("cues"), FieldPanel("checked")],
    ),
    InlinePanel(
        "chapters", heading=_("Chapters"), max_num=MAX_CHAPTERS, panels=[FieldPanel("start_s"), FieldPanel("title")]
    ),
    PartsPanel(
        "questions",
        heading=_("Questions"),
        child_form=LessonQuestionForm,
        max_num=MAX_QUESTIONS,
        panels=[
            FieldPanel("kind"),
            FieldPanel("stem"),
            LinesPanel("options"),
            FieldPanel("explanation"),
            FieldPanel("source"),
        ],
    ),
    InlinePanel(
        "key_questions",
        heading=_("Often asked"),
        max_num=MAX_KEY_QUESTIONS,
        panels=[FieldPanel("question"), FieldPanel("answer")],
    ),
    PartsPanel(
        "attachments",
        heading=_("Attachments"),
        child_form=LessonAttachmentForm,
        child_formset=LessonAttachmentFormSet,
        max_num=MAX_ATTACHMENTS,
        panels=[FieldPanel("document")],
    ),
]
PLACE = [
    TOPICS,
    AUDIENCES,
    FieldPanel("series"),
    FieldRowPanel([FieldPanel("speaker"), FieldPanel("speaker_name")]),
    FieldRowPanel([FieldPanel("unit"), FieldPanel("producer")]),
    *SIGHT,
    MultiFieldPanel(
        # Whoever filmed it answers these.
        [AnswerPanel(name) for name in ("people", "minors", "no_secrets", "rights_clear")],
        heading=_("Consent and secrecy"),
    ),
]
REVIEW = [
    LooksPanel(heading=_("What was decided so far")),
    DayPanel(heading=_("Look at it again by")),
]


class MicroLessonViewSet(SnippetViewSet):
    """The library of lessons; new ones begin with a video on the upload page."""

    model = MicroLesson
    icon = "media"
    menu_label = _("Micro lessons")
    menu_order = 200
    add_to_admin_menu = True
    copy_view_enabled = False
    edit_view_class = LessonEditView
    lock_view_class = LessonLockView
    unlock_view_class = LessonUnlockView
    unpublish_view_class = LessonUnpublishView
    workflow_action_view_class = ReviewActionView
    chooser_viewset_class = LessonChooserViewSet
    filterset_class = LessonFilterSet
    list_per_page = 30
    search_fields = ["title", "author__name", "speaker_name"]
    search_backend_name = None
    list_display = [
        "title",
        Column("author", label=_("author"), accessor="author"),
        Column("organisation", label=_("organisation"), accessor="organisation"),
        Column("state", label=_("State"), accessor=state_words),
        Column("minutes", label=_("minutes"), accessor="minutes"),
        Column("review_by", label=_("look at it again by"), accessor="review_by"),
    ]
    edit_handler = TabbedInterface(
        [
            ObjectList(WORDS, heading=_("Words")),
            ObjectList(PARTS, heading=_("Parts")),
            ObjectList(PLACE, heading=_("Place and consent")),
            ObjectList(REVIEW, heading=_("Review")),
        ],
        base_form_class=LessonAdminForm,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MicroLesson]:
        policy = policy_registry.get_by_type(MicroLesson)
        mine = policy.instances_user_has_permission_for(request.user, "view")
        return with_review(mine).select_related("author", "organisation", "video", "upload__video", "latest_revision")

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        guarded = type(view_class.__name__, (ObjectGuard, view_class), {"__module__": view_class.__module__})
        return ViewSet.construct_view(self, guarded, **kwargs)


register_snippet(MicroLessonViewSet)
hooks.register("register_bulk_action", SetReviewBy)
hooks.register("register_bulk_action", UnpublishMany)
keep_in_records(MicroLesson)


@hooks.register("register_admin_viewset")
def offer_documents_window() -> ViewSet:
    """Add the addresses of the window in which a lesson's documents are chosen."""
    return LESSON_DOCUMENTS


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Show editors and reviewers what needs their eye."""
    panels.append(WAITING_PANEL)
    if request.user.is_superuser or standing_of(request.user).has_role(*EDITORS):
        panels += [DUE_PANEL, CAPTIONS_PANEL, FailedVideoPanel()]


class DecisionItem(WorkflowMenuItem):
    """Approving or returning, also while the form beside it is locked."""

    def is_shown(self, context: dict[str, Any]) -> bool:
        return bool(context["view"] == "edit")


@hooks.register("construct_snippet_action_menu")
def leave_publishing_to_the_review(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Offer no publishing: a change is handed in and somebody else decides; the last approval publishes."""
    if context.get("model") is not MicroLesson or context.get("instance") is None:
        return
    lesson: MicroLesson = context["instance"]
    hidden = {f"action-{name}" for name in NEVER}
    if not may_correct(lesson, request.user):
        hidden |= {"action-submit", "action-save"}
    running = lesson.current_workflow_state
    if running is None or running.requested_by_id != request.user.pk:
        hidden.add("action-cancel-workflow")
    items[:] = [item for item in items if item.name not in hidden]
    task = lesson.current_workflow_task
    actions = task.get_actions(lesson, request.user) if task else []
    items[:0] = [DecisionItem(name, label, modal, icon_name="success") for name, label, modal in reversed(actions)]


@hooks.register("register_snippet_listing_buttons")
def offer_acts(snippet: Any, user: Any, next_url: str | None = None) -> list[Any]:
    """Offer in the list what asks for a reason: showing no longer, taking down, allowing again."""
    return act_buttons(snippet, user) if isinstance(snippet, MicroLesson) else []
