"""Reads: what is shown to whom, the states of works, what needs an editor's eye."""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Cast
from wagtail.models import WorkflowState

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.assets.queries import attachments_only
from cms.lessons.enums import LessonState
from cms.lessons.models import LessonAttachment, LessonCaption, MicroLesson, MicroLessonQuerySet
from cms.lessons.recordings import recording_of
from cms.lessons.states import NEEDS_CHANGES, RUNNING, Facts, derive_state
from cms.organisations.models import Organisation
from cms.organisations.queries import home_organisation, people_of
from cms.review.enums import Stage
from cms.review.models import ReviewTaskState
from cms.taxonomy.enums import Visibility
from cms.taxonomy.models import Topic
from cms.taxonomy.queries import visible_q
from cms.videos.enums import UNFINISHED_STATUSES, UploadState, VideoStatus
from cms.videos.models import Video
from cms.videos.uses import Use
from cms.watching.models import WatchProgress

NEXT_COUNT = 4
DECIDED = (ReviewTaskState.STATUS_APPROVED, ReviewTaskState.STATUS_REJECTED)


def visible_lessons(user: User | AnonymousUser) -> MicroLessonQuerySet:
    """Return published lessons that the person may see, the newest first."""
    return MicroLesson.objects.filter(live=True, taken_down_at__isnull=True).filter(visible_q(user))


def for_cards(lessons: QuerySet[MicroLesson]) -> QuerySet[MicroLesson]:
    """Add all that a card shows, so that a list has a constant number of queries."""
    captioned = LessonCaption.objects.filter(lesson=OuterRef("pk"))
    return lessons.select_related("author", "speaker", "organisation", "video").annotate(
        has_captions=Exists(captioned)
    )


def browse(
    user: User | AnonymousUser,
    *,
    topic: str = "",
    audience: str = "",
    work_type: str = "",
    series: str = "",
    captioned: bool = False,
) -> QuerySet[MicroLesson]:
    """Return visible lessons narrowed by slugs of topic and audience, kind of work, name of the series, and captions."""
    lessons: QuerySet[MicroLesson] = visible_lessons(user)
    if topic:
        lessons = lessons.filter(topics__slug=topic)
    if audience:
        lessons = lessons.filter(audiences__slug=audience)
    if work_type:
        lessons = lessons.filter(work_type=work_type)
    if series:
        lessons = lessons.filter(series=series)
    if captioned:
        lessons = lessons.filter(Exists(LessonCaption.objects.filter(lesson=OuterRef("pk"))))
    return for_cards(lessons)


def next_of_topic(lesson: MicroLesson, user: User | AnonymousUser, *, count: int = NEXT_COUNT) -> list[MicroLesson]:
    """Return lessons of the same topics that the person may see, the newest first."""
    topics = Topic.objects.filter(lessons=lesson.pk)
    near = visible_lessons(user).filter(topics__in=topics).exclude(pk=lesson.pk).distinct()
    return list(for_cards(near)[:count])


def with_review(lessons: QuerySet[MicroLesson]) -> QuerySet[MicroLesson]:
    """Annotate the running or returned review, `review_status` and `review_stage`, and whether any look was `decided`."""
    kind = ContentType.objects.get_for_model(MicroLesson, for_concrete_model=False)
    reviews = WorkflowState.objects.filter(
        base_content_type=kind, object_id=Cast(OuterRef("pk"), CharField(max_length=255))
    )
    running = reviews.active()
    return lessons.annotate(
        review_status=Subquery(running.values("status")[:1]),
        review_stage=Subquery(running.values("current_task_state__reviewtaskstate__stage")[:1]),
        decided=Exists(reviews.filter(task_states__status__in=DECIDED)),
    )


def handed_in(lessons: QuerySet[MicroLesson]) -> QuerySet[MicroLesson]:
    """Narrow to what authors have let out of their hands: shown once, in review, decided on, or taken down.

    A draft that was never handed in, or was taken back before anybody decided, is the author's alone.
    """
    out = Q(first_published_at__isnull=False) | Q(taken_down_at__isnull=False) | Q(review_status__isnull=False)
    return with_review(lessons).filter(out | Q(decided=True))


def blank_lesson(author: User) -> MicroLesson:
    """Return the lesson an author has yet to begin, unsaved, in the organisation it would belong to."""
    lesson = MicroLesson(author=author, live=False)
    if organisation := home_organisation(author):
        lesson.organisation = organisation
    return lesson


def possible_speakers(lesson: MicroLesson) -> QuerySet[User]:
    """Return the people of the lesson's organisation, and whoever is named already, by name."""
    # A form that begins a lesson may have none yet.
    home: Organisation | None = getattr(lesson, "organisation", None)
    near = people_of(home).order_by() if home else User.objects.none()
    return User.objects.filter(Q(pk__in=near.values("pk")) | Q(pk=lesson.speaker_id)).order_by("name", "pk")


def speakers_named(lesson: MicroLesson, words: str) -> QuerySet[User]:
    """Return possible speakers with these characters in their names, by name."""
    return possible_speakers(lesson).filter(name__icontains=words)


def is_handed_in(lesson: MicroLesson) -> bool:
    """Return whether the author let this lesson out of hand (see `handed_in`); rows of `works_of` need no query."""
    if not hasattr(lesson, "review_status"):
        return handed_in(MicroLesson.objects.filter(pk=lesson.pk)).exists()
    seen = lesson.first_published_at is not None or lesson.taken_down_at is not None
    return seen or lesson.decided or lesson.review_status is not None


def works_of(author: User) -> QuerySet[MicroLesson]:
    """Return all works of an author with what their states need, the latest begun first."""
    works = with_review(MicroLesson.objects.filter(author=author)).select_related(
        "author", "video", "upload__video", "organisation"
    )
    return works.order_by("-created_at", "-pk")


def drafts_of(author: User) -> QuerySet[MicroLesson]:
    """Return what the author has begun and nobody else has seen (see `handed_in`), the last worked on first."""
    unseen = Q(first_published_at__isnull=True, taken_down_at__isnull=True, review_status__isnull=True)
    return (
        works_of(author)
        .filter(unseen & Q(decided=False))
        .order_by(F("latest_revision__created_at").desc(nulls_last=True), "-pk")
    )


def spoken_by(person: User) -> QuerySet[MicroLesson]:
    """Return the works of others in which the person is named as the speaker, without drafts that are theirs alone."""
    named = handed_in(MicroLesson.objects.filter(speaker=person).exclude(author=person))
    return named.select_related("author").order_by("pk")


def state_of(lesson: MicroLesson) -> LessonState:
    """Return the state; without further queries for rows of `works_of`, with one or two for others."""
    if not hasattr(lesson, "review_status"):
        running = lesson.current_workflow_state
        status = running.status if running else None
        current = running.current_task_state if running else None
        stage = getattr(current.specific, "stage", None) if current else None
    else:
        status, stage = lesson.review_status, lesson.review_stage
    return derive_state(
        Facts(
            live=lesson.live,
            was_live=lesson.first_published_at is not None,
            taken_down=lesson.taken_down_at is not None,
            changed=lesson.has_unpublished_changes,
            review_status=status,
            review_stage=stage,
            recording=recording_of(lesson),
        )
    )


STATE_FILTERS: dict[str, Q] = {
    LessonState.TAKEN_DOWN: Q(taken_down_at__isnull=False),
    LessonState.BRANCH_CHECK: Q(review_status=RUNNING, review_stage=Stage.BRANCH),
    LessonState.EDITOR_REVIEW: Q(review_status=RUNNING, review_stage=Stage.EDITOR),
    LessonState.RETURNED: Q(review_status=NEEDS_CHANGES),
    LessonState.PUBLISHED: Q(live=True, has_unpublished_changes=False),
    LessonState.CHANGED: Q(live=True, has_unpublished_changes=True),
    LessonState.UNPUBLISHED: Q(live=False, taken_down_at__isnull=True, first_published_at__isnull=False),
    LessonState.VIDEO_FAILED: Q(video__status=VideoStatus.FAILED),
    LessonState.PROCESSING: Q(video__status__in=UNFINISHED_STATUSES),
    LessonState.UPLOAD_STOPPED: Q(video=None, upload__state=UploadState.RECEIVING),
    LessonState.UPLOAD_GONE: Q(video=None, upload__state=UploadState.CANCELLED)
    | Q(video__status=VideoStatus.CANCELLED),
    LessonState.DRAFT: Q(live=False, first_published_at__isnull=True, review_status__isnull=True),
}


def in_state(lessons: QuerySet[MicroLesson], state: str) -> QuerySet[MicroLesson]:
    """Narrow to a state (the admin's filter)."""
    return with_review(lessons).filter(STATE_FILTERS.get(state, Q(pk__in=[])))


def below(lessons: QuerySet[MicroLesson], paths: tuple[str, ...]) -> QuerySet[MicroLesson]:
    """Narrow to lessons of the subtrees with these treebeard paths."""
    reach = Q(pk__in=[])
    for path in paths:
        reach |= Q(organisation__path__startswith=path)
    return lessons.filter(reach)


def uses_of_videos(keys: Collection[int]) -> Iterator[Use]:
    """Yield which lessons show these videos, have them under review or in the author's newest draft (two queries)."""
    looks = ReviewTaskState.objects.filter(status=RUNNING, revision__content__video__in=keys)
    reviewed = dict(looks.values_list("workflow_state__object_id", "revision__content__video"))
    used = Q(video__in=keys) | Q(shown_video__in=keys) | Q(latest_revision__content__video__in=keys)
    lessons = MicroLesson.objects.filter(used | Q(pk__in=[int(pk) for pk in reviewed])).select_related(
        "latest_revision"
    )
    for lesson in lessons:
        in_review = reviewed.get(str(lesson.pk))
        shown = {lesson.video_id if lesson.live else None, lesson.shown_video_id, in_review}
        newest = lesson.latest_revision.content.get("video") if lesson.latest_revision else None
        used_here = {lesson.video_id, newest, *shown}
        for key in [key for key in keys if key in used_here]:
            yield Use(key, str(lesson), lesson.author_page_url(), shown=key in shown)


def unused_documents(documents: Collection[int], owner: User) -> QuerySet[SiteDocument]:
    """Narrow to attachments that the person brought and no lesson holds or shows."""
    held = LessonAttachment.objects.filter(document=OuterRef("pk"))
    shown = MicroLesson.objects.filter(shown_documents=OuterRef("pk"))
    own = SiteDocument.objects.filter(pk__in=documents, uploaded_by_user=owner)
    return attachments_only(own.filter(~Exists(held), ~Exists(shown)))


def was_video_handed_in(video: Video) -> bool:
    """Return whether a lesson with this video is or was before reviewers; what its author took back does not count."""
    looks = ReviewTaskState.objects.filter(author_id=video.owner_id, revision__content__video=video.pk)
    return bool(looks.filter(status__in=(ReviewTaskState.STATUS_IN_PROGRESS, *DECIDED)).exists())


def due_for_review(day: date) -> MicroLessonQuerySet:
    """Return published lessons that should be looked at again on the day or earlier."""
    return MicroLesson.objects.published().filter(review_by__lte=day)


def first_shown(since: datetime, until: datetime) -> QuerySet[MicroLesson]:
    """Return lessons shown for the first time between the instants that all their own branch may see, the newest first."""
    fresh = MicroLesson.objects.published().filter(first_published_at__gte=since, first_published_at__lt=until)
    below = Q(visibility=Visibility.ORGANISATION, organisation__path__startswith=F("visible_organisation__path"))
    seen = fresh.filter(Q(visibility=Visibility.PUBLIC) | below)
    return seen.select_related("organisation").order_by("-first_published_at", "-pk")


def without_captions() -> QuerySet[MicroLesson]:
    """Return published lessons that nobody can read along."""
    return MicroLesson.objects.published().filter(~Exists(LessonCaption.objects.filter(lesson=OuterRef("pk"))))


def for_watching(lessons: QuerySet[MicroLesson]) -> QuerySet[MicroLesson]:
    """Load all that the watch page shows."""
    attachments: Prefetch[Any] = Prefetch("attachments")
    return lessons.select_related(
        "author", "speaker", "organisation", "video", "visible_organisation"
    ).prefetch_related(
        "topics",
        "audiences",
        "captions",
        "key_questions",
        "chapters",
        attachments,
        "attachments__document__visible_organisation",
    )


def newest_lessons(user: User | AnonymousUser) -> QuerySet[MicroLesson]:
    """Return visible lessons with all that cards show, the newest first."""
    return for_cards(visible_lessons(user))


def lessons_of_branch(user: User | AnonymousUser, branch: Organisation) -> QuerySet[MicroLesson]:
    """Return visible lessons made in an organisation or below it, the newest first."""
    return for_cards(visible_lessons(user).filter(organisation__path__startswith=branch.path))


def works_by(author: User, viewer: User | AnonymousUser) -> QuerySet[MicroLesson]:
    """Return an author's published works that the viewer may see, the newest first."""
    return for_cards(visible_lessons(viewer).filter(author=author))


def open_returns(author: User) -> dict[str, ReviewTaskState]:
    """Return the last remark on each work that came back and was not handed in again, by the lesson's key (one query)."""
    rejected = ReviewTaskState.objects.filter(
        author=author, status=ReviewTaskState.STATUS_REJECTED, workflow_state__status=NEEDS_CHANGES
    )
    rows = rejected.select_related("workflow_state", "finished_by").order_by("finished_at", "pk")
    return {row.workflow_state.object_id: row for row in rows}


def lessons_to_continue(user: User) -> QuerySet[MicroLesson]:
    """Return visible lessons the person began to watch and did not finish, the last played first.

    Rows carry `position_s` and `covered_s` for their cards.
    """
    begun = WatchProgress.objects.filter(user=user, video=OuterRef("video"), watched_at__isnull=True, covered_s__gt=0)
    lessons = for_cards(visible_lessons(user)).annotate(
        position_s=Subquery(begun.values("position_s")[:1]),
        covered_s=Subquery(begun.values("covered_s")[:1]),
        played_at=Subquery(begun.values("updated_at")[:1]),
    )
    return lessons.filter(played_at__isnull=False).order_by("-played_at", "-pk")
