"""What is out of sight stays out of sight: drafts, looks that ended, and everything of a lesson that was taken down."""

import threading
import time
from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction

from cms.accounts.models import User
from cms.core.errors import StaleState
from cms.lessons.findings import missing_for_review
from cms.lessons.models import MicroLesson
from cms.lessons.services import restore, take_down, unpublish, withdraw_lesson
from cms.review.models import ReviewTaskState
from cms.review.services import approve
from cms.videos.media_urls import addresses_of, is_valid
from cms.videos.models import Video
from tests.factories.accounts import signed_in
from tests.factories.lessons import Stage, make_draft, make_published, make_stage, make_submitted, make_video

pytestmark = pytest.mark.django_db


def fresh(lesson: MicroLesson) -> MicroLesson:
    return MicroLesson.objects.get(pk=lesson.pk)


def playlist(lesson: MicroLesson, person: User) -> str:
    """Return the signed address that a page gives to somebody whom its door let in."""
    video = fresh(lesson).video
    assert video is not None
    address = addresses_of(video, person, checked=True)["hls"]
    assert address is not None
    return address


def opens(address: str) -> bool:
    """Return whether the signature of the address is still good."""
    signature, uuid, generation = address.removeprefix("/media/v/").split("/")[:3]
    return is_valid(signature, uuid, generation, Video.objects.get(uuid=uuid).address_key)


@pytest.mark.parametrize("door", ["take-down", "unpublish", "restore"])
@pytest.mark.long
def test_nobody_on_duty_learns_of_a_draft_by_asking_to_remove_it(stage: Stage, door: str) -> None:
    lesson = make_draft(stage, title="还没有交出去")

    for person in (stage.secretary, stage.editor):
        address = f"/lessons/{lesson.pk}/{door}/"
        assert signed_in(person).get(address).status_code == 404
        assert signed_in(person).post(address, {"reason": "看一看"}).status_code == 404

    assert fresh(lesson).taken_down_at is None


def test_a_draft_is_not_taken_down_in_code_either(stage: Stage) -> None:
    lesson = make_draft(stage)
    with pytest.raises(PermissionDenied):
        take_down(lesson, actor=stage.editor, reason="看一看")
    with pytest.raises(PermissionDenied):
        unpublish(lesson, actor=stage.editor)


@pytest.mark.long
def test_a_look_closes_when_the_author_takes_the_lesson_back(stage: Stage) -> None:
    lesson = make_submitted(stage)
    look = ReviewTaskState.objects.get()
    secretary = signed_in(stage.secretary)
    assert secretary.get(f"/workbench/review/{look.pk}/").status_code == 200

    withdraw_lesson(lesson, actor=stage.author)

    assert secretary.get(f"/workbench/review/{look.pk}/").status_code == 404
    assert secretary.get(f"/workbench/review/{look.pk}/captions.vtt").status_code == 404


@pytest.mark.long
def test_nothing_of_a_lesson_that_was_taken_down_opens_for_those_who_once_looked_at_it(stage: Stage) -> None:
    lesson = make_published(stage)
    looks = list(ReviewTaskState.objects.values_list("pk", flat=True))
    address = playlist(lesson, stage.outsider)
    assert opens(address)

    take_down(fresh(lesson), actor=stage.secretary, reason="画面里有内部文件")

    assert not opens(address)
    for person in (stage.secretary, stage.editor, stage.author):
        client = signed_in(person)
        answer = client.get(f"/api/v1/videos/{lesson.video_id}")
        assert answer.status_code in {200, 404}
        assert [answer.json().get(name) for name in ("hls", "mp4", "poster")] == [None] * 3
        assert [client.get(f"/workbench/review/{look}/").status_code for look in looks] == [404] * len(looks)


@pytest.mark.long
def test_what_is_allowed_again_can_be_watched_by_its_author_again(stage: Stage) -> None:
    lesson = make_published(stage)
    address = playlist(lesson, stage.author)
    take_down(fresh(lesson), actor=stage.editor, reason="核实")
    restore(fresh(lesson), actor=stage.editor, reason="已核实")

    assert opens(playlist(lesson, stage.author))
    assert not opens(address)


@pytest.mark.long
def test_a_video_that_another_lesson_shows_goes_on_there(stage: Stage) -> None:
    lesson, other = make_published(stage), make_published(stage, title="同一段录像的另一课")
    MicroLesson.objects.filter(pk=other.pk).update(video=lesson.video_id, shown_video=lesson.video_id)
    address = playlist(lesson, stage.outsider)

    take_down(fresh(lesson), actor=stage.editor, reason="字幕有错")

    assert not opens(address)
    assert opens(playlist(other, stage.outsider))


def test_a_video_that_was_taken_down_is_not_handed_in_again_under_another_title(stage: Stage) -> None:
    video = make_video(stage.author)
    Video.objects.filter(pk=video.pk).update(address_key="")
    lesson = make_draft(stage)
    lesson.video = Video.objects.get(pk=video.pk)

    assert missing_for_review(lesson) == {"video": ["这段视频已随另一节微课下架，请换一段。"]}


def test_an_address_ends_with_the_showing(stage: Stage) -> None:
    lesson = make_published(stage)
    address = playlist(lesson, stage.outsider)

    unpublish(fresh(lesson), actor=stage.editor, reason="过时了")

    assert not opens(address)
    assert opens(playlist(lesson, stage.author))


@pytest.mark.wide
@pytest.mark.races
@pytest.mark.django_db(transaction=True)
def test_an_approval_that_was_on_its_way_does_not_undo_a_take_down() -> None:
    stage = make_stage()
    lesson = make_submitted(stage)
    approve(lesson, actor=stage.secretary)
    held = threading.Event()

    def approve_meanwhile() -> None:
        held.wait()
        with suppress(PermissionDenied, StaleState):
            approve(stale, actor=stage.editor)
        connection.close()

    stale = fresh(lesson)
    approval = threading.Thread(target=approve_meanwhile)
    approval.start()
    with transaction.atomic():
        take_down(fresh(lesson), actor=stage.secretary, reason="画面里有内部文件")
        held.set()
        # Long enough for the other thread to read what it is about to decide, and to wait for the row.
        time.sleep(0.5)
    approval.join()

    after = fresh(lesson)
    assert (after.live, after.taken_down_reason) == (False, "画面里有内部文件")
    assert after.taken_down_at is not None
