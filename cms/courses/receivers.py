"""The rooms' events enter here and lead to services."""

from cms.core.events import subscribe
from cms.courses.queries.courses import COURSE_QUIZ
from cms.courses.queries.states import LESSON_QUIZ
from cms.courses.services import publication, study
from cms.lessons.events import LessonPublished, LessonUnpublished
from cms.lessons.models import MicroLesson
from cms.library.events import PageHidden, PagePublished
from cms.library.models import ContentPage
from cms.quizzes.events import AttemptGraded
from cms.taxonomy.events import LabelChanged
from cms.taxonomy.models import TeachingMethod
from cms.watching.events import VideoWatched


@subscribe(PagePublished)
def on_page_published(event: PagePublished) -> None:
    publication.show(ContentPage.objects.get(pk=event.page_id).specific)


@subscribe(PageHidden)
def on_page_hidden(event: PageHidden) -> None:
    publication.conceal(ContentPage.objects.get(pk=event.page_id).specific)


@subscribe(LessonPublished)
def on_lesson_published(event: LessonPublished) -> None:
    publication.note_lesson_shown(event.lesson_id)


@subscribe(LessonUnpublished)
def on_lesson_unpublished(event: LessonUnpublished) -> None:
    publication.note_lesson_gone(event.lesson_id)


@subscribe(LabelChanged)
def on_label_changed(event: LabelChanged) -> None:
    if event.model is TeachingMethod:
        publication.note_method(event.pk)


@subscribe(VideoWatched)
def on_video_watched(event: VideoWatched) -> None:
    lessons = MicroLesson.objects.published().filter(shown_video=event.video_id)
    study.settle_studies(event.user_id, list(lessons.values_list("pk", flat=True)))


@subscribe(AttemptGraded)
def on_attempt_graded(event: AttemptGraded) -> None:
    if event.passed and event.owner_kind == LESSON_QUIZ:
        study.settle_studies(event.user_id, [int(event.owner_id)])
    if event.passed and event.owner_kind == COURSE_QUIZ:
        study.settle_course(event.user_id, int(event.owner_id))
