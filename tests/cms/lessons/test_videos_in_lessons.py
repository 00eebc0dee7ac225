"""What becomes of lessons when something happens to their videos."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.test import Client
from wagtail.models import Revision

from cms.assets.models import SiteDocument
from cms.core.clock import now
from cms.core.errors import StaleState
from cms.core.events import publish
from cms.jobs.enums import Lane
from cms.jobs.services import beat
from cms.lessons.models import MicroLesson
from cms.lessons.queries import DECIDED
from cms.lessons.services import (
    attach_document,
    detach_document,
    discard_draft,
    save_draft,
    start_lesson,
    submit_lesson,
    withdraw_lesson,
)
from cms.organisations.models import RoleAssignment
from cms.review.queries import history_of
from cms.review.services import approve, return_with_reason
from cms.videos.events import VideoPlayable
from cms.videos.models import Upload, Video
from cms.videos.permissions import may_manage, may_see
from cms.videos.services import cancel_video, delete_video
from cms.videos.services.work import enqueue_first_play
from cms.videos.uses import Use, uses_of
from tests.factories.lessons import Stage, make_draft, make_published, make_submitted, make_video

pytestmark = pytest.mark.django_db


def returned(lesson: MicroLesson, stage: Stage) -> None:
    return_with_reason(MicroLesson.objects.get(pk=lesson.pk), actor=stage.secretary, reason="题目再短一些。")


def passed_on(lesson: MicroLesson, stage: Stage) -> None:
    approve(MicroLesson.objects.get(pk=lesson.pk), actor=stage.secretary)


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


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def still_converting(lesson: MicroLesson) -> Video:
    """Return the lesson's video as it is while the larger sizes are being made."""
    assert lesson.video is not None
    Video.objects.filter(pk=lesson.video.pk).update(status="playable", is_complete=False)
    return Video.objects.get(pk=lesson.video.pk)


@pytest.mark.parametrize("make", [make_submitted, make_published])
def test_the_video_that_readers_or_reviewers_look_at_can_be_neither_cancelled_nor_deleted(
    stage: Stage, make: Any
) -> None:
    video = still_converting(make(stage))
    client = signed_in(stage.author)
    answers = [
        client.post(f"/api/v1/videos/{video.pk}/cancel"),
        client.delete(f"/api/v1/videos/{video.pk}"),
    ]
    sentence = "有微课正在使用这个视频。请先在那里移除。"
    told = [(answer.status_code, answer.json()["code"], answer.json()["message"]) for answer in answers]
    assert told == [(409, "in_use", sentence)] * 2
    video.refresh_from_db()
    assert (video.status, video.generation) == ("playable", "g1")


def test_the_video_of_a_draft_can_be_cancelled_and_not_deleted(stage: Stage) -> None:
    lesson = make_draft(stage)
    video = still_converting(lesson)
    cancel_video(video, actor=stage.author)
    with pytest.raises(StaleState) as refused:
        delete_video(video, stage.author)
    assert (video.status, refused.value.code) == ("cancelled", "in_use")
    assert signed_in(stage.author).get(f"/lessons/{lesson.pk}/edit/").status_code == 200


def test_the_video_of_a_newer_draft_of_a_published_lesson_is_in_use(stage: Stage) -> None:
    lesson = make_published(stage)
    second = make_video(stage.author)
    save_draft(lesson, {"video": second}, actor=stage.author)
    with pytest.raises(StaleState):
        delete_video(second, stage.author)
    url = f"/lessons/{lesson.pk}/edit/"
    assert uses_of([second.pk, lesson.video_id or 0]) == {
        second.pk: [Use(second.pk, lesson.title, url, shown=False)],
        lesson.video_id: [Use(lesson.video_id or 0, lesson.title, url, shown=True)],
    }


def test_what_uses_many_videos_is_asked_at_once(stage: Stage, django_assert_num_queries: Any) -> None:
    keys = [make_draft(stage).video_id or 0 for _n in range(3)]
    with django_assert_num_queries(2):
        assert [len(uses) for uses in uses_of(keys).values()] == [1, 1, 1]


def test_a_video_that_no_lesson_uses_is_deleted(stage: Stage) -> None:
    video = make_video(stage.author)
    assert signed_in(stage.author).delete(f"/api/v1/videos/{video.pk}").status_code == 204
    assert not Video.objects.filter(pk=video.pk).exists()


@pytest.mark.long
def test_a_lesson_whose_video_is_gone_can_be_opened_and_given_another(stage: Stage) -> None:
    lesson = make_published(stage)
    lost = make_video(stage.author)
    save_draft(lesson, {"video": lost}, actor=stage.author)
    # Not through the service, which refuses: a backup from before, or an act in the database.
    Video.objects.filter(pk=lost.pk).delete()
    client = signed_in(stage.author)
    paths = ("edit", "captions", "questions", "attachments", "consent", "submit")
    assert [client.get(f"/lessons/{lesson.pk}/{path}/").status_code for path in paths] == [200] * len(paths)
    assert client.get("/lessons/mine/").status_code == 200
    save_draft(lesson, {"video": make_video(stage.author)}, actor=stage.author)
    assert newest(lesson).video_id is not None


def test_a_video_that_was_deleted_a_moment_ago_is_not_taken(stage: Stage) -> None:
    draft = make_draft(stage)
    had = newest(draft).video_id
    film, upload = make_video(stage.author), make_upload(stage)
    upload.video = film
    upload.save()
    late, late_upload = Video.objects.get(pk=film.pk), Upload.objects.get(pk=upload.pk)
    delete_video(film, actor=stage.author)
    takings: tuple[Callable[[], object], ...] = (
        lambda: start_lesson(stage.author, video=late),
        lambda: start_lesson(stage.author, upload=late_upload),
        lambda: save_draft(draft, {"video": late}, actor=stage.author),
        lambda: save_draft(draft, {"upload": late_upload}, actor=stage.author),
    )
    for take in takings:
        with pytest.raises(StaleState) as refused:
            take()
        assert refused.value.code == "video_gone"
    assert (MicroLesson.objects.count(), newest(draft).video_id) == (1, had)


def test_reviewers_see_the_videos_that_were_given_to_them_and_no_others(stage: Stage) -> None:
    tried_out, drafted, handed_in = make_video(stage.author), make_draft(stage), make_submitted(stage)
    people = (stage.secretary, stage.editor, stage.outsider)
    seen = {
        video.pk: [may_see(person, video) for person in people]
        for video in (tried_out, drafted.video, handed_in.video)
        if video is not None
    }
    assert seen == {
        tried_out.pk: [False, False, False],
        drafted.video_id: [False, False, False],
        handed_in.video_id: [True, True, False],
    }
    assert [may_manage(stage.editor, video) for video in (tried_out, handed_in.video) if video] == [False, True]


def test_a_video_that_its_author_took_back_is_private_again(stage: Stage) -> None:
    lesson = make_submitted(stage)
    withdraw_lesson(lesson, actor=stage.author)
    assert lesson.video is not None
    assert not may_see(stage.secretary, lesson.video)


def test_a_video_that_was_decided_on_stays_open_to_those_who_decided(stage: Stage) -> None:
    lesson = make_submitted(stage)
    returned(lesson, stage)
    withdraw_lesson(lesson, actor=stage.author)
    assert lesson.video is not None
    assert [may_see(person, lesson.video) for person in (stage.secretary, stage.outsider)] == [True, False]


def test_a_look_that_was_passed_over_opens_the_video_to_nobody(stage: Stage) -> None:
    # Nobody else in the branch could look, so the first look is skipped.
    RoleAssignment.objects.filter(user=stage.secretary).delete()
    lesson = make_submitted(stage)
    withdraw_lesson(lesson, actor=stage.author)
    assert lesson.video is not None
    assert not may_see(stage.editor, lesson.video)


def test_the_pages_say_that_processing_rests_while_no_worker_lives(stage: Stage) -> None:
    upload = make_upload(stage)
    lesson = start_lesson(stage.author, upload=upload)
    video = make_video(stage.author, status="waiting", generation="")
    Upload.objects.filter(pk=upload.pk).update(video=video, state="received")
    enqueue_first_play(video)
    said_on_the_line = "视频处理暂时停了。你的视频已经保存好，恢复后会自动继续。\n</span>"
    pages = {"/lessons/mine/": "视频处理暂时停了。", f"/lessons/{lesson.pk}/edit/": said_on_the_line}
    client = signed_in(stage.author)
    assert [said in client.get(page).content.decode() for page, said in pages.items()] == [True, True]
    beat("w1", lane=Lane.FIRST_PLAY)
    assert [said in client.get(page).content.decode() for page, said in pages.items()] == [False, False]


@pytest.mark.long
def test_a_draft_is_deleted_with_what_was_typed_and_its_video_stays(stage: Stage) -> None:
    lesson = make_draft(stage)
    attach_document(lesson, ContentFile(b"notes", name="a.txt"), actor=stage.author, title="讲义")
    client = signed_in(stage.author)
    url = f"/lessons/{lesson.pk}/discard/"
    assert url in client.get("/lessons/mine/").content.decode()
    assert "删除这个草稿" in client.get(url).content.decode()
    assert MicroLesson.objects.filter(pk=lesson.pk).exists()
    assert client.post(url)["Location"] == "/lessons/mine/"
    left = [MicroLesson.objects.count(), Revision.objects.count(), SiteDocument.objects.count(), Video.objects.count()]
    assert left == [0, 0, 0, 1]
    assert f"/videos/{lesson.video_id}/delete/" in client.get("/videos/mine/").content.decode()


@pytest.mark.parametrize("make", [make_submitted, make_published])
@pytest.mark.long
def test_what_others_have_looked_at_is_not_deleted(stage: Stage, make: Any) -> None:
    lesson = make(stage)
    client = signed_in(stage.author)
    assert client.post(f"/lessons/{lesson.pk}/discard/").status_code == 404
    assert f"/lessons/{lesson.pk}/discard/" not in client.get("/lessons/mine/").content.decode()
    with pytest.raises(StaleState):
        discard_draft(lesson, actor=stage.author)


@pytest.mark.parametrize("decide", [returned, passed_on])
@pytest.mark.long
def test_what_was_decided_on_is_not_deleted_after_it_was_taken_back(stage: Stage, decide: Any) -> None:
    lesson = make_submitted(stage)
    decide(lesson, stage)
    withdraw_lesson(lesson, actor=stage.author)
    client = signed_in(stage.author)
    assert client.post(f"/lessons/{lesson.pk}/discard/").status_code == 404
    assert f"/lessons/{lesson.pk}/discard/" not in client.get("/lessons/mine/").content.decode()
    with pytest.raises(StaleState):
        discard_draft(lesson, actor=stage.author)
    assert [look.finished_by for look in history_of(lesson) if look.status in DECIDED] == [stage.secretary]


def test_a_document_in_a_lesson_that_was_decided_on_outlives_being_detached(stage: Stage) -> None:
    lesson = make_draft(stage)
    attach_document(lesson, ContentFile(b"notes", name="a.txt"), actor=stage.author)
    document = SiteDocument.objects.get()
    submit_lesson(MicroLesson.objects.get(pk=lesson.pk), actor=stage.author)
    returned(lesson, stage)
    withdraw_lesson(lesson, actor=stage.author)
    detach_document(lesson, document.pk, actor=stage.author)
    assert SiteDocument.objects.get() == document


def test_nobody_deletes_another_persons_draft(stage: Stage) -> None:
    lesson = make_draft(stage)
    assert signed_in(stage.secretary).post(f"/lessons/{lesson.pk}/discard/").status_code == 404
    with pytest.raises(PermissionDenied):
        discard_draft(lesson, actor=stage.secretary)
    assert MicroLesson.objects.filter(pk=lesson.pk).exists()


def test_a_draft_that_was_taken_back_unseen_can_be_deleted(stage: Stage) -> None:
    lesson = make_submitted(stage)
    withdraw_lesson(lesson, actor=stage.author)
    discard_draft(lesson, actor=stage.author)
    assert not MicroLesson.objects.exists()
