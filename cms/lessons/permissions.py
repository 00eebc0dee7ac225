"""Who may do what with a lesson; views and the admin use only these doors."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import reverse
from wagtail.models import WorkflowState
from wagtail.permission_policies import BasePermissionPolicy

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.offered import offers
from cms.lessons.models import MicroLesson
from cms.lessons.queries import below, for_watching, handed_in, is_handed_in, visible_lessons
from cms.organisations.enums import Role
from cms.organisations.queries import current_roles, standing_of
from cms.review.models import ReviewTaskState
from cms.review.permissions import get_review_for

EDITORS = (Role.EDITOR, Role.REVIEWER)
# Those who may take something out of sight at once.
GUARDIANS = (Role.EDITOR, Role.REVIEWER, Role.BRANCH_SECRETARY, Role.SECURITY_OFFICER)


def holds_at(user: User | AnonymousUser, roles: tuple[Role, ...], lesson: MicroLesson) -> bool:
    """Return whether one of the person's duties reaches the lesson's organisation."""
    return standing_of(user).has_role_at(roles, lesson.organisation.path)


def may_edit(lesson: MicroLesson, user: User | AnonymousUser) -> bool:
    """Return whether the person is the author and nothing but the author is at work on it now."""
    if lesson.author_id != user.pk or lesson.taken_down_at is not None or lesson.locked:
        return False
    running = lesson.current_workflow_state
    return running is None or running.status != WorkflowState.STATUS_IN_PROGRESS


def may_correct(lesson: MicroLesson, user: User | AnonymousUser) -> bool:
    """Return whether the person may change and hand in somebody's lesson that was handed in before.

    An editor or reviewer responsible for the organisation; not while it is reviewed, taken down, or held by another.
    """
    if lesson.taken_down_at is not None or (lesson.locked and lesson.locked_by_id != user.pk):
        return False
    if lesson.workflow_in_progress or not holds_at(user, EDITORS, lesson):
        return False
    return handed_in(MicroLesson.objects.filter(pk=lesson.pk)).exists()


def may_discard(lesson: MicroLesson, user: User | AnonymousUser) -> bool:
    """Return whether the person may delete it for good: the author, while nobody else has seen anything of it."""
    return lesson.author_id == user.pk and not is_handed_in(lesson)


def may_unpublish(lesson: MicroLesson, user: User | AnonymousUser) -> bool:
    """Return whether the person may take it back: the author, or an editor responsible once it was handed in."""
    return lesson.author_id == user.pk or (holds_at(user, EDITORS, lesson) and is_handed_in(lesson))


def may_take_down(lesson: MicroLesson, user: User | AnonymousUser) -> bool:
    """Return whether the person's duty is to remove what must not be shown; a draft of the author's own shows nothing."""
    return holds_at(user, GUARDIANS, lesson) and is_handed_in(lesson)


def may_restore(lesson: MicroLesson, user: User | AnonymousUser) -> bool:
    """Return whether the person may allow work on a lesson that was taken down; never the author."""
    return lesson.author_id != user.pk and holds_at(user, EDITORS, lesson)


def way_back(user: User | AnonymousUser, lesson: MicroLesson) -> str:
    """Return where the person may allow a lesson that was taken down again; empty for who may not."""
    return reverse("lessons:restore", args=[lesson.pk]) if may_restore(lesson, user) else ""


def curates(lesson: MicroLesson, user: User | AnonymousUser) -> bool:
    """Return whether the person looks after it in the admin: a lesson that was handed in, of the own organisations."""
    if not user.is_active or not (user.is_superuser or holds_at(user, EDITORS, lesson)):
        return False
    return is_handed_in(lesson)


RULES = {
    "edit": may_edit,
    "correct": may_correct,
    "unpublish": may_unpublish,
    "take_down": may_take_down,
    "restore": may_restore,
}


def get_lesson_for(user: User | AnonymousUser, pk: int) -> MicroLesson:
    """Return a published lesson that the person may see, with all that its page shows. Raises Http404."""
    lesson = for_watching(visible_lessons(user)).filter(pk=pk).first()
    if lesson is None:
        raise Http404
    return lesson


def get_draft_for(user: User | AnonymousUser, pk: int) -> MicroLesson:
    """Return the person's own lesson in any state. Raises Http404 for everybody else's."""
    lesson = (
        MicroLesson.objects.filter(author_id=user.pk, pk=pk)
        .select_related("author", "organisation", "video", "upload__video", "latest_revision")
        .first()
    )
    if lesson is None:
        raise Http404
    return lesson


def get_worded_for(user: User | AnonymousUser, pk: int) -> MicroLesson:
    """Return a lesson whose words the person writes: the own, or one looked after in the admin. Raises Http404."""
    lesson = MicroLesson.objects.filter(pk=pk).select_related("organisation").first()
    if lesson is None or not (lesson.author_id == user.pk or curates(lesson, user)):
        raise Http404
    return lesson


def get_guarded_for(user: User | AnonymousUser, pk: int) -> MicroLesson:
    """Return a lesson that the person may unpublish or take down. Raises Http404."""
    lesson = MicroLesson.objects.filter(pk=pk).select_related("author", "organisation").first()
    if lesson is None or not (may_unpublish(lesson, user) or may_take_down(lesson, user)):
        raise Http404
    return lesson


def get_reviewable_for(user: User | AnonymousUser, pk: int) -> tuple[ReviewTaskState, MicroLesson]:
    """Return a look that is the person's duty and the lesson as handed in for it.

    Raises Http404, also for a lesson that was taken down.
    """
    state = get_review_for(user, pk)
    found = state.workflow_state.content_object
    # What was taken down is gone from the looks of the past as well.
    if not isinstance(found, MicroLesson) or found.taken_down_at is not None:
        raise Http404
    lesson: MicroLesson = state.revision.as_object()
    return state, lesson


class LessonPermissionPolicy(BasePermissionPolicy):
    """The admin's rule: editors and reviewers work on lessons of the organisations they are responsible for.

    A member's draft that was never handed in is not theirs to see, nor a superuser's.
    Nobody publishes by button: the review's last approval does, and Wagtail asks for "publish" only there.
    """

    ACTIONS = frozenset({"view", "change", "publish", "unpublish", "lock", "unlock"})
    INSTANCE_ACTIONS = frozenset({"view", "change", "unpublish", "lock", "unlock"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        if not user.is_active:
            return False
        return action in self.ACTIONS and (user.is_superuser or standing_of(user).has_role(*EDITORS))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: MicroLesson) -> bool:
        return action in self.INSTANCE_ACTIONS and curates(instance, user)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[MicroLesson]:
        if not self.user_has_any_permission(user, actions):
            return MicroLesson.objects.none()
        lessons = handed_in(MicroLesson.objects.all())
        return lessons if user.is_superuser else below(lessons, standing_of(user).paths_of(*EDITORS))

    def users_with_any_permission(self, actions: Any) -> QuerySet[User]:
        holders = current_roles(today()).filter(role__in=EDITORS).values("user")
        return User.objects.filter(Q(is_superuser=True) | Q(pk__in=holders), is_active=True)


@offers(MicroLesson)
def lessons_offered(user: User) -> QuerySet[MicroLesson]:
    """Return the lessons to which the person may lead from a page: those looked after, and those shown to the person."""
    kept = LessonPermissionPolicy(MicroLesson).instances_user_has_permission_for(user, "view").order_by().values("pk")
    return MicroLesson.objects.filter(Q(pk__in=kept) | Q(pk__in=visible_lessons(user).order_by().values("pk")))
