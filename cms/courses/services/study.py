"""Beginning a course, ticking items, and noticing that a course is done."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import InvalidInput
from cms.core.events import publish
from cms.courses.enums import ItemKind
from cms.courses.events import CourseCompleted
from cms.courses.models import AudienceChoice, CourseItem, CoursePage, CourseStudy, GuideItem, GuidePage, ItemDone
from cms.courses.queries.courses import is_quiz_open, open_studies_with
from cms.courses.queries.states import course_done, states_of
from cms.library.models import ContentPage
from cms.taxonomy.models import Audience

# A lesson in a course is done when it was watched and answered; in a guide it may also have been seen elsewhere.
TICKED_BY_HAND = {
    CoursePage: frozenset({ItemKind.PAGE, ItemKind.TASK}),
    GuidePage: frozenset({ItemKind.LESSON, ItemKind.PAGE, ItemKind.LINK, ItemKind.TASK}),
}


@transaction.atomic
def begin_course(user: User, course: CoursePage) -> CourseStudy:
    """Remember that the person studies the course now; what was done before counts."""
    study, _made = CourseStudy.objects.get_or_create(user=user, course_id=course.pk)
    CourseStudy.objects.filter(pk=study.pk).update(last_at=now())
    return settle(study, course)


@transaction.atomic
def settle(study: CourseStudy, course: CoursePage) -> CourseStudy:
    """Complete the course if nothing is missing, once, and tell upper rooms."""
    # Two beats or answers may arrive at once and not see each other: one after the other sees both.
    User.objects.select_for_update(no_key=True).get(pk=study.user_id)
    study.refresh_from_db()
    if study.completed_at is not None:
        return study
    states = states_of(list(course.items.all()), study.user, course)
    if course_done(states, quiz_open=is_quiz_open(study.user, course)):
        study.completed_at = now()
        study.save(update_fields=["completed_at"])
        publish(CourseCompleted(study.user_id, course.pk, study.pk))
    return study


def settle_studies(user_id: int, lesson_ids: Collection[int]) -> None:
    """Look at the person's unfinished courses that hold one of the lessons."""
    for study in open_studies_with(lesson_ids=lesson_ids, user_id=user_id):
        settle(study, study.course)


def settle_course(user_id: int, course_id: int) -> None:
    """Look at the person's study of the course; passing its quiz without having begun it begins it."""
    course = CoursePage.objects.published().filter(pk=course_id).first()
    if course is not None:
        begin_course(User.objects.get(pk=user_id), course)


@transaction.atomic
def set_tick(user: User, page: ContentPage, key: UUID, *, done: bool) -> None:
    """Tick an item of a course or guide, or take the tick away; nobody else sees it.

    Raises InvalidInput for an item that the page does not have or that is not ticked by hand.
    """
    model = CourseItem if isinstance(page, CoursePage) else GuideItem
    parent = "course" if isinstance(page, CoursePage) else "guide"
    item = model.objects.filter(key=key, **{parent: page.pk}).first()
    if item is None or item.kind not in TICKED_BY_HAND.get(type(page), frozenset()):
        raise InvalidInput(_("This item is not ticked by hand."), code="not_by_hand")
    if done:
        ItemDone.objects.get_or_create(user=user, page_id=page.pk, key=key)
    else:
        ItemDone.objects.filter(user=user, page=page.pk, key=key).delete()
    if isinstance(page, CoursePage):
        begin_course(user, page)


@transaction.atomic
def choose_audiences(user: User, audiences: Collection[Audience]) -> None:
    """Remember what the person belongs to by own choice; an empty choice forgets it."""
    kept = {audience.pk for audience in audiences}
    AudienceChoice.objects.filter(user=user).exclude(audience__in=kept).delete()
    for pk in sorted(kept):
        AudienceChoice.objects.get_or_create(user=user, audience_id=pk)
