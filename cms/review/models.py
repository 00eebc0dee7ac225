"""Wagtail workflow tasks whose people are found by the author's organisation, and what they decided."""

from typing import Any, Protocol

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.utils import get_latest_str
from wagtail.locks import WorkflowLock
from wagtail.models import Task, TaskState, WorkflowState
from wagtail.signals import task_submitted

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.errors import InvalidInput, StaleState
from cms.core.wholeness import WholeAtReview, gaps
from cms.organisations.models import Organisation
from cms.organisations.queries import holders_of, standing_of
from cms.review.deadlines import working_days_after
from cms.review.decisions import LookForm, ReturnForm
from cms.review.enums import DECISIONS, STAGE_DAYS, STAGE_ROLES, Check, Stage

LABEL_LENGTH = 200


class Reviewed(Protocol):
    """What an object must tell to be reviewed: whose it is and where its pages are."""

    pk: Any
    review_author: User
    review_organisation: Organisation

    @staticmethod
    def review_page_url(state_id: int) -> str:
        """Return the address at which the reviewer decides."""

    def author_page_url(self) -> str:
        """Return the address at which the author goes on."""

    def curator_page_url(self) -> str:
        """Return the address at which an editor goes on who corrected it."""


class ReviewTaskState(TaskState):
    """One look at one revision: for which organisation, until when, what the author answered before."""

    stage = models.CharField(_("stage"), max_length=10, choices=Stage.choices)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    label = models.CharField(_("title"), max_length=LABEL_LENGTH)
    due_on = models.DateField(_("due on"))
    answer = models.TextField(_("answer of the author"), blank=True)
    checklist: Any = models.JSONField(_("what the reviewer found fulfilled"), default=list, blank=True)
    changers = models.ManyToManyField(
        "accounts.User", blank=True, related_name="+", verbose_name=_("changed it, so they do not decide")
    )

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")

    def __str__(self) -> str:
        return f"{self.label} · {self.get_stage_display()}"

    @property
    def is_open(self) -> bool:
        """Whether it waits for a decision."""
        return bool(self.status == TaskState.STATUS_IN_PROGRESS)

    @property
    def decision_words(self) -> str:
        """What became of it, in the site's words."""
        return str(DECISIONS[self.status])

    @property
    def review_url(self) -> str:
        """The address at which the reviewer decides; the kind of object knows it."""
        kind: Any = ContentType.objects.get_for_id(self.workflow_state.content_type_id).model_class()
        return str(kind.review_page_url(self.pk))

    @property
    def checklist_words(self) -> list[str]:
        """What the reviewer found fulfilled, in the order of the checklist."""
        return [str(check.label) for check in Check if check.value in self.checklist]


def specific_of(obj: Any) -> Any:
    """Return the object as its own kind: of a page Wagtail's workflow keeps only that it is one."""
    return getattr(obj, "specific", obj)


def changers_of(obj: Any) -> set[int]:
    """Return the keys of those who saved a part of what is to be reviewed, without the author.

    That is everybody with a revision since the one that an editor approved last.
    """
    looks = ReviewTaskState.objects.filter(
        workflow_state__base_content_type=obj.get_base_content_type(), workflow_state__object_id=str(obj.pk)
    )
    approved = looks.filter(stage=Stage.EDITOR, status=TaskState.STATUS_APPROVED).order_by("-revision_id")
    since = approved.values_list("revision_id", flat=True).first() or 0
    people = obj.revisions.filter(pk__gt=since, user__isnull=False).exclude(user_id=obj.review_author.pk)
    return set(people.values_list("user_id", flat=True))


class ReviewLock(WorkflowLock):
    """While it is reviewed nobody changes it, so that what was read is what is approved."""

    def get_message(self, user: User) -> Any:
        return _(
            "“%(title)s” is being reviewed, so nobody changes it now. Approve it, or return it with a reason."
        ) % {"title": get_latest_str(self.object)}

    def get_locked_by(self, user: User, can_lock: bool = False) -> Any:  # noqa: FBT001, FBT002  # Wagtail's signature
        return _("In review")

    def get_description(self, user: User, can_lock: bool = False) -> Any:  # noqa: FBT001, FBT002  # see above
        return _("Nobody changes it until it is decided.")


def lock_row(obj: models.Model) -> None:
    """Hold the reviewed object's row until the transaction ends.

    Whoever takes it down holds it too and then the look: decisions take both in the same order, so that an approval
    that was on its way reads afterwards that the look has ended, instead of writing over the take-down.
    """
    type(obj)._default_manager.select_for_update(of=("self",)).values_list("pk").get(pk=obj.pk)


def gaps_of(obj: Any, revision: Any) -> dict[str, list[str]]:
    """Return by field what a version of the object lacks; kinds that are not whole at review have checks of their own."""
    return gaps(revision.as_object()) if isinstance(obj, WholeAtReview) else {}


def refuse_incomplete(obj: Any) -> None:
    """Raise InvalidInput when the version that is handed in lacks something."""
    missing = gaps_of(obj, obj.get_latest_revision())
    if missing:
        raise InvalidInput(
            gettext("Some things are still missing. All that you typed is kept."), code="incomplete", fields=missing
        )


def refuse_to_approve_incomplete(state: ReviewTaskState) -> None:
    """Raise StaleState when what was looked at lacks something by now, such as a lesson that was deleted meanwhile."""
    missing = gaps_of(specific_of(state.workflow_state.content_object), state.revision)
    if missing:
        words = " ".join(dict.fromkeys(text for texts in missing.values() for text in texts))
        sentence = gettext("This is not complete, so it is not approved. Please return it with this reason: %(words)s")
        raise StaleState(sentence % {"words": words}, code="incomplete")


class StageTask(Task):
    """What both looks share: the people, the lock while they look, and that nobody looks at the own work."""

    stage = Stage.BRANCH
    task_state_class = ReviewTaskState
    lock_class = ReviewLock

    class Meta:
        abstract = True

    def reviewers(self, organisation: Organisation, author: User) -> QuerySet[User]:
        """Return active people whose duty reaches the organisation, without the author."""
        found = User.objects.none()
        for role in sorted(STAGE_ROLES[self.stage]):
            found = found | holders_of(role, organisation)
        return found.exclude(pk=author.pk).distinct()

    def barred(self, obj: Reviewed) -> set[int]:
        """Return who changed it and therefore does not decide here; nobody, when nobody else has the duty."""
        changers = changers_of(obj)
        others = self.reviewers(obj.review_organisation, obj.review_author).exclude(pk__in=changers)
        return changers if others.exists() else set()

    def reaches(self, obj: Any, user: User | AnonymousUser, state: ReviewTaskState | None = None) -> bool:
        """Return whether the person may decide on the object at this stage, in its open look."""
        obj = specific_of(obj)
        if not isinstance(user, User) or user.pk == obj.review_author.pk:
            return False
        if not standing_of(user).has_role_at(STAGE_ROLES[self.stage], obj.review_organisation.path):
            return False
        look = state or obj.current_workflow_task_state
        return not (isinstance(look, ReviewTaskState) and look.changers.filter(pk=user.pk).exists())

    def is_needless(self, obj: Any, workflow_state: WorkflowState) -> bool:
        """Return whether the look is passed over."""
        return False

    def start(self, workflow_state: WorkflowState, user: User | None = None) -> ReviewTaskState:
        """Open the look at the latest revision; Wagtail calls this when the workflow arrives here.

        Raises InvalidInput when the revision lacks something.
        """
        obj = specific_of(workflow_state.content_object)
        refuse_incomplete(obj)
        skipped = self.is_needless(obj, workflow_state)
        revision = obj.get_latest_revision()
        state: ReviewTaskState = ReviewTaskState.objects.create(
            workflow_state=workflow_state,
            task=self,
            revision=revision,
            status=TaskState.STATUS_SKIPPED if skipped else TaskState.STATUS_IN_PROGRESS,
            stage=self.stage,
            organisation=obj.review_organisation,
            author=obj.review_author,
            label=revision.object_str[:LABEL_LENGTH],
            due_on=working_days_after(today(), STAGE_DAYS[self.stage]),
        )
        if not skipped:
            state.changers.set(self.barred(obj))
            task_submitted.send(sender=ReviewTaskState, instance=state, user=user)
        return state

    @transaction.atomic
    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs: Any) -> None:
        """Decide; the admin and the workbench both come through here. `checklist` are codes of `Check`; others are dropped.

        Raises PermissionDenied for the author and others who changed it, for people without the duty, and when the
        look has ended already; InvalidInput for a return without a reason; StaleState for an approval of what lacks
        something.
        """
        lock_row(task_state.workflow_state.content_object)
        open_states = ReviewTaskState.objects.select_for_update(of=("self",)).filter(
            status=TaskState.STATUS_IN_PROGRESS
        )
        current = open_states.filter(pk=task_state.pk).first()
        if current is None or not self.reaches(current.workflow_state.content_object, user, current):
            raise PermissionDenied
        current.checklist = sorted(set(Check.values) & set(kwargs.pop("checklist", ())))
        if action_name == "reject" and not str(kwargs.get("comment", "")).strip():
            words = gettext("Please say in a sentence what the author should change.")
            raise InvalidInput(words, fields={"reason": [words]})
        if action_name == "approve":
            refuse_to_approve_incomplete(current)
        super().on_action(current, user, action_name, **kwargs)

    def user_can_access_editor(self, obj: Reviewed, user: User) -> bool:
        return self.reaches(obj, user)

    def locked_for_user(self, obj: Reviewed, user: User) -> bool:
        return True

    def get_actions(self, obj: Reviewed, user: User) -> list[tuple[str, Any, bool]]:
        if not self.reaches(obj, user):
            return []
        return [("reject", _("Return with a reason"), True), ("approve", _("Approve"), True)]

    def get_form_for_action(self, action: str) -> type[LookForm]:
        return ReturnForm if action == "reject" else LookForm

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> QuerySet[TaskState]:
        """Return the open looks of this task that wait for the person (Wagtail asks)."""
        reach = models.Q(pk__in=[])
        for path in standing_of(user).paths_of(*STAGE_ROLES[self.stage]):
            reach |= models.Q(reviewtaskstate__organisation__path__startswith=path)
        states: QuerySet[TaskState] = TaskState.objects.filter(
            reach, task_id=self.pk, status=TaskState.STATUS_IN_PROGRESS
        )
        barred = ReviewTaskState.objects.filter(changers=user.pk)
        return states.exclude(reviewtaskstate__author_id=user.pk).exclude(pk__in=barred.values("pk"))


class BranchReviewTask(StageTask):
    """The author's branch looks first: is it ours, is it true, may it be shown.

    Passed over when nobody but the author could look, and for an editor's correction of what the branch has passed
    already, as long as another editor looks at it.
    """

    stage = Stage.BRANCH

    class Meta:
        verbose_name = _("branch check")
        verbose_name_plural = _("branch checks")

    def __str__(self) -> str:
        return str(self.name)

    def is_needless(self, obj: Any, workflow_state: WorkflowState) -> bool:
        if not self.reviewers(obj.review_organisation, obj.review_author).exists():
            return True
        if not obj.live or workflow_state.requested_by_id == obj.review_author.pk:
            return False
        editors = EditorReviewTask().reviewers(obj.review_organisation, obj.review_author)
        return bool(editors.exclude(pk__in=changers_of(obj)).exists())

    @classmethod
    def get_description(cls) -> Any:
        return _("Secretaries and administrators of the author's branch check the lesson; never the author.")


class EditorReviewTask(StageTask):
    """An editor or reviewer looks last; the approval publishes. Never passed over."""

    stage = Stage.EDITOR

    class Meta:
        verbose_name = _("editor review")
        verbose_name_plural = _("editor reviews")

    def __str__(self) -> str:
        return str(self.name)

    @classmethod
    def get_description(cls) -> Any:
        return _("Editors and reviewers responsible for the organisation decide; their approval publishes.")
