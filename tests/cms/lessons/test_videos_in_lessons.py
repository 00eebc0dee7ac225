"""What becomes of lessons when something happens to their videos."""

from typing import Any

import pytest

from cms.core.clock import now
from cms.core.events import publish
from cms.lessons.models import MicroLesson
from cms.lessons.services import start_lesson
from cms.videos.events import VideoPlayable
from cms.videos.models import Upload
from tests.factories.lessons import Stage, make_stage, make_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def newest(lesson: MicroLesson) -> Any:
    """Return the author's newest draft."""
    return MicroLesson.objects.get(pk=lesson.pk).get_latest_revision_as_object()


def make_upload(stage: Stage) -> Upload:
    """Return an upload that has just become a video-to-be."""
    return Upload.objects.create(
        owner=stage.author, length=10, state="receiving", created_at=now(), updated_at=now(), expires_at=now()
    )


def test_a_draft_that_waits_takes_its_video_whatever_else_is_still_wrong_in_it(stage: Stage) -> None:
    upload = make_upload(stage)
    lesson = start_lesson(stage.author, upload=upload)
    revision = MicroLesson.objects.get(pk=lesson.pk).latest_revision
    # A choice that an earlier release offered.
    revision.content["people"] = "gone-choice"
    revision.save()
    video = make_video(stage.author)
    Upload.objects.filter(pk=upload.pk).update(video=video, state="received")
    publish(VideoPlayable(video_id=video.pk))
    lesson.refresh_from_db()
    assert (lesson.video_id, newest(lesson).video_id, newest(lesson).people) == (video.pk, video.pk, "gone-choice")
