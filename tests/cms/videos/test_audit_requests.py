"""What may be asked for about the files of finished videos, by whom it was asked, and what is refused."""

from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cms.accounts.models import AuditEntry
from cms.videos import lifecycle
from cms.videos.enums import VideoStatus
from cms.videos.errors import UploadRefused
from cms.videos.models import Video
from cms.videos.services import request_audit, request_repair
from tests.factories.accounts import UserFactory
from tests.factories.videos import VideoFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def video() -> Video:
    made: Video = VideoFactory()
    return made


def test_only_a_repair_moves_what_is_ready(video: Video) -> None:
    assert not lifecycle.advance(video, VideoStatus.READY, actor=None, reason="all sizes")
    playing = VideoFactory(status=VideoStatus.PLAYABLE)
    assert not lifecycle.advance(playing, VideoStatus.READY, actor=None, reason=lifecycle.REPAIR)
    assert lifecycle.advance(video, VideoStatus.READY, actor=None, reason=lifecycle.REPAIR)


def test_what_staff_asks_for_is_written_down(video: Video) -> None:
    person = UserFactory()
    request_audit(video, actor=person)
    request_repair(video, actor=person)
    assert [(entry.action, entry.actor_id) for entry in AuditEntry.objects.order_by("pk")] == [
        ("videos.audit", person.pk),
        ("videos.repair", person.pk),
    ]


@pytest.mark.parametrize(
    ("facts", "code"), [({"status": VideoStatus.FAILED}, "not_finished"), ({"original": ""}, "missing_file")]
)
def test_what_cannot_be_made_anew_is_refused(facts: dict[str, Any], code: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        request_repair(VideoFactory(**facts), actor=None)
    assert (refused.value.code, refused.value.status) == (code, 409)


@pytest.mark.parametrize("act", ["audit", "repair"])
def test_the_command_refuses_what_is_not_there_or_not_finished(act: str, video: Video) -> None:
    with pytest.raises(CommandError, match="No such video: 999"):
        call_command("videos", act, str(video.pk), "999")
    Video.objects.update(status=VideoStatus.FAILED)
    with pytest.raises(CommandError, match=f"Video {video.pk} is failed"):
        call_command("videos", act, str(video.pk))
