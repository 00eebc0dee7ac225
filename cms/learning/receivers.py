"""What learning hears from the rooms below."""

from cms.accounts.models import User
from cms.core.events import subscribe
from cms.learning.explanations import SOURCE_KIND
from cms.learning.services import complete_lesson, look_for_watchers
from cms.lessons.events import LessonPublished
from cms.lessons.models import MicroLesson
from cms.quizzes.events import AttemptGraded
from cms.watching.events import VideoWatched


@subscribe(VideoWatched)
def on_video_watched(event: VideoWatched) -> None:
    """Complete the lessons that show the video, where nothing else is missing."""
    user = User.objects.get(pk=event.user_id)
    for lesson in MicroLesson.objects.published().filter(shown_video=event.video_id):
        complete_lesson(user, lesson)


@subscribe(AttemptGraded)
def on_attempt_graded(event: AttemptGraded) -> None:
    """Complete the lesson whose question was passed, where nothing else is missing."""
    if not event.passed or event.owner_kind != SOURCE_KIND:
        return
    lesson = MicroLesson.objects.published().filter(pk=event.owner_id).first()
    if lesson is not None:
        complete_lesson(User.objects.get(pk=event.user_id), lesson)


@subscribe(LessonPublished)
def on_lesson_published(event: LessonPublished) -> None:
    """Let the worker look who had watched the video already: no event would come for them again."""
    look_for_watchers(event.lesson_id)
