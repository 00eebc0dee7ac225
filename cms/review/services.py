"""Handing in, deciding, returning, answering. Wagtail keeps the workflow; these are the only doors to it."""

from collections.abc import Callable, Iterable
from typing import Any

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from wagtail.models import (
    Page,
    Task,
    TaskState,
    Workflow,
    WorkflowContentType,
    WorkflowMixin,
    WorkflowPage,
    WorkflowState,
    WorkflowTask,
)

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.errors import InvalidInput, StaleState
from cms.core.events import publish
from cms.core.templatetags.core_tags import local_date
from cms.notices.services import notify
from cms.review.decisions import REASON_LENGTH
from cms.review.events import ReviewApproved, ReviewReturned
from cms.review.models import BranchReviewTask, EditorReviewTask, ReviewTaskState, lock_row, specific_of

# Stored once as data, so it is in the site's language, not in the reader's.
WORKFLOW_NAME = "支部审核 → 编辑审核"
PAGE_WORKFLOW_NAME = "编辑审核"
BRANCH_TASK_NAME = "支部审核"
EDITOR_TASK_NAME = "编辑审核"


@transaction.atomic
def ensure_workflow() -> Workflow:
    """Create the two-step workflow once and give it to every reviewed model; safe to repeat.

    Models that say `editors_alone` go through one look, an editor's, as pages do.
    """
    branch, _made = BranchReviewTask.objects.get_or_create(name=BRANCH_TASK_NAME)
    editor, _made = EditorReviewTask.objects.get_or_create(name=EDITOR_TASK_NAME)
    workflow = Workflow.objects.filter(name=WORKFLOW_NAME).first() or Workflow.objects.create(name=WORKFLOW_NAME)
    for order, task in enumerate((branch, editor)):
        base = Task.objects.get(pk=task.pk)
        WorkflowTask.objects.get_or_create(workflow=workflow, task=base, defaults={"sort_order": order})
    for model in reviewed_models():
        kind = ContentType.objects.get_for_model(model, for_concrete_model=False)
        given = editors_workflow() if getattr(model, "editors_alone", False) else workflow
        WorkflowContentType.objects.get_or_create(content_type=kind, defaults={"workflow": given})
    return workflow


def editors_workflow() -> Workflow:
    """Return the workflow with one look, an editor's; it is made at the first call."""
    editor, _made = EditorReviewTask.objects.get_or_create(name=EDITOR_TASK_NAME)
    workflow = Workflow.objects.filter(name=PAGE_WORKFLOW_NAME).first()
    workflow = workflow or Workflow.objects.create(name=PAGE_WORKFLOW_NAME)
    WorkflowTask.objects.get_or_create(workflow=workflow, task=Task.objects.get(pk=editor.pk))
    return workflow


@transaction.atomic
def ensure_page_workflow(root: Page) -> Workflow:
    """Let the pages below the root go through one look, an editor's; safe to repeat."""
    workflow = editors_workflow()
    WorkflowPage.objects.get_or_create(page=root, defaults={"workflow": workflow})
    return workflow


def reviewed_models() -> list[type[Any]]:
    """Return the models that go through review: those under workflow that know their author.

    Pages have theirs from the page above them, see `ensure_page_workflow`.
    """
    models: list[type[Any]] = [kind for kind in apps.get_models() if not issubclass(kind, Page)]
    return [model for model in models if issubclass(model, WorkflowMixin) and hasattr(model, "review_author")]


@transaction.atomic
def submit(obj: Any, *, actor: User, answer: str = "") -> WorkflowState:
    """Hand the latest revision in for the first look, with an answer to an earlier remark if there was one.

    Raises StaleState when a review runs already or waits for an answer, InvalidInput when something is missing.
    """
    if obj.current_workflow_state is not None:
        raise StaleState(_("This is already in review."), code="in_review")
    workflow = obj.get_workflow() or ensure_workflow()
    running = workflow.start(obj, actor)
    note_answer(running.current_task_state_id, answer)
    return running


def note_answer(state_id: int, answer: str) -> None:
    """Keep what the person who hands in says to the reviewer."""
    if answer.strip():
        ReviewTaskState.objects.filter(pk=state_id).update(answer=answer.strip()[:REASON_LENGTH])


def open_state(obj: Any) -> ReviewTaskState:
    """Return the look that is open now. Raises StaleState when none is."""
    running = obj.current_workflow_state
    state = running.current_task_state if running and running.status == WorkflowState.STATUS_IN_PROGRESS else None
    if state is None or state.status != TaskState.STATUS_IN_PROGRESS:
        raise StaleState(_("This is no longer waiting for a decision; somebody was faster."), code="not_in_review")
    found: ReviewTaskState = state.specific
    return found


@transaction.atomic
def approve(obj: Any, *, actor: User, comment: str = "", checklist: Iterable[str] = ()) -> ReviewTaskState:
    """Approve at the present stage; the last approval publishes what was approved.

    `checklist` are codes of what the reviewer found fulfilled; they are kept with the decision.

    Raises StaleState when nothing is open or what was handed in is not complete, PermissionDenied for the author and
    for people without the duty.
    """
    lock_row(obj)
    state = open_state(obj)
    words = comment.strip()[:REASON_LENGTH]
    state.task.specific.on_action(state, actor, "approve", comment=words, checklist=checklist)
    state.refresh_from_db()
    return state


@transaction.atomic
def return_with_reason(obj: Any, *, actor: User, reason: str, checklist: Iterable[str] = ()) -> ReviewTaskState:
    """Send the object back to its author with a reason that the author reads.

    Raises InvalidInput without a reason, StaleState when nothing is open, PermissionDenied as in `approve`.
    """
    sentence = reason.strip()
    if not sentence:
        words = _("Please say in a sentence what the author should change.")
        raise InvalidInput(words, fields={"reason": [words]})
    lock_row(obj)
    state = open_state(obj)
    words = sentence[:REASON_LENGTH]
    state.task.specific.on_action(state, actor, "reject", comment=words, checklist=checklist)
    state.refresh_from_db()
    return state


def decide_as_shown(state: ReviewTaskState, data: dict[str, Any], *, actor: User) -> None:
    """Approve or return what the page of this very look showed; `data` is what its form found.

    Raises StaleState when the look has moved on meanwhile.
    """
    obj = specific_of(state.workflow_state.content_object)
    running = obj.current_workflow_state
    gone = StaleState(_("This is no longer waiting for a decision; somebody was faster."), code="not_in_review")
    if running is None or running.current_task_state_id != state.pk or not state.is_open:
        raise gone
    try:
        if data["decision"] == "approve":
            approve(obj, actor=actor, comment=data["comment"], checklist=data["checklist"])
        else:
            return_with_reason(obj, actor=actor, reason=data["comment"], checklist=data["checklist"])
    except PermissionDenied as error:
        raise gone from error


@transaction.atomic
def resubmit(obj: Any, *, actor: User, answer: str = "") -> ReviewTaskState:
    """Hand the latest revision in again, at the stage that returned it, with the author's answer.

    Raises StaleState when nothing was returned, InvalidInput when something is missing.
    """
    running = obj.current_workflow_state
    if running is None or running.status != WorkflowState.STATUS_NEEDS_CHANGES:
        raise StaleState(_("This was not returned, so there is nothing to hand in again."), code="not_returned")
    running.resume(user=actor)
    state = open_state(type(obj).objects.get(pk=obj.pk))
    note_answer(state.pk, answer)
    state.refresh_from_db()
    return state


@transaction.atomic
def withdraw(obj: Any, *, actor: User) -> None:
    """End a running or returned review without a decision (take-down, or the author changed the mind)."""
    running = obj.current_workflow_state
    if running is not None:
        running.cancel(user=actor)


def announce_submission(state: ReviewTaskState) -> None:
    """Tell those whose look it is now."""
    obj = specific_of(state.workflow_state.content_object)
    people = state.task.specific.reviewers(state.organisation, state.author)
    notify(
        people.exclude(pk__in=state.changers.values("pk")),
        kind="review.waiting",
        title=lambda: _("“%(title)s” waits for your review") % {"title": state.label},
        body=lambda: (
            _("By %(author)s. Please look at it by %(day)s.")
            % {"author": state.author, "day": local_date(state.due_on)}
        ),
        url=obj.review_page_url(state.pk),
    )


def announce_approval(state: ReviewTaskState, *, actor: User | None) -> None:
    """Keep a trace, tell the author and the upper rooms that a look ended well."""
    running = WorkflowState.objects.get(pk=state.workflow_state_id)
    finished = running.status == WorkflowState.STATUS_APPROVED
    obj = specific_of(running.content_object)
    record_act("review.approve", actor=actor, target=obj, after={"stage": state.stage}, reason=state.comment)
    tell_both(
        state,
        obj,
        kind="review.approved",
        title=lambda: (
            (_("“%(title)s” is published") if finished else _("“%(title)s” passed the branch check"))
            % {"title": state.label}
        ),
    )
    publish(ReviewApproved(state.pk, state.stage, finished))


def announce_return(state: ReviewTaskState, *, actor: User | None) -> None:
    """Keep a trace, tell the author why and the upper rooms that the object came back."""
    obj = specific_of(state.workflow_state.content_object)
    record_act("review.return", actor=actor, target=obj, after={"stage": state.stage}, reason=state.comment)
    tell_both(
        state,
        obj,
        kind="review.returned",
        title=lambda: _("“%(title)s” came back to you with a remark") % {"title": state.label},
    )
    publish(ReviewReturned(state.pk, state.stage))


def tell_both(state: ReviewTaskState, obj: Any, *, kind: str, title: Callable[[], str]) -> None:
    """Tell the author what was decided, and whoever handed it in in the author's place."""
    requester = state.workflow_state.requested_by
    notify([state.author], kind=kind, title=title, body=state.comment, url=obj.author_page_url())
    if requester is not None and requester.pk != state.author_id:
        notify([requester], kind=kind, title=title, body=state.comment, url=obj.curator_page_url())
