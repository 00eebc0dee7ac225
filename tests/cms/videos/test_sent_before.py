"""A file that is here already is known by its first part, to its owner alone."""

from typing import Any

import pytest

from cms.videos.enums import AuditFinding, VideoStatus
from cms.videos.models import Upload, Video
from cms.videos.queries import sent_before
from tests.cms.videos.conftest import Sender, video_bytes
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
DATA = video_bytes(9000)
HINTS = ("duplicate_of", "duplicate_title", "duplicate_upload")


def send(sender: Sender, data: bytes = DATA, title: str = "一课") -> Upload:
    url = sender.begin(len(data), title=title)
    sender.patch(url, 0, data)
    return Upload.objects.get(pk=url.rstrip("/").rsplit("/", 1)[-1])


def hints(sender: Sender, *, head: bytes = DATA[:5000], length: int = 9000) -> list[Any]:
    """Return what is told when the first part has come and the others have not."""
    url = sender.begin(length)
    sender.patch(url, 0, head)
    told = sender.told(url)
    return [told[name] for name in HINTS]


def test_the_first_part_tells_that_the_file_is_here(sender: Sender) -> None:
    before = send(sender)
    assert before.video
    assert hints(sender) == [before.video.pk, "一课", str(before.pk)]


def test_nothing_is_told_of_what_others_sent(sender: Sender) -> None:
    send(Sender(UserFactory()))
    assert hints(sender) == [None, None, None]


@pytest.mark.parametrize(
    ("head", "length"), [(DATA[:5000], 9001), (video_bytes(5000, seed=2), 9000), (DATA[:100], 9000)]
)
def test_another_length_or_beginning_or_too_little_of_it_is_no_sign(sender: Sender, head: bytes, length: int) -> None:
    send(sender)
    assert hints(sender, head=head, length=length) == [None, None, None]


@pytest.mark.parametrize(
    "lost",
    [
        {"status": VideoStatus.FAILED},
        {"status": VideoStatus.CANCELLED},
        {"address_key": ""},
        {"audit_code": AuditFinding.NO_ORIGINAL},
    ],
)
def test_what_cannot_be_used_is_sent_again_without_a_word(sender: Sender, lost: dict[str, Any]) -> None:
    send(sender)
    Video.objects.update(**lost)
    assert hints(sender) == [None, None, None]


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_uploads_is_compared_with_one_query(
    sender: Sender, count: int, django_assert_num_queries: Any
) -> None:
    send(sender)
    coming = []
    for _n in range(count):
        url = sender.begin(9000)
        sender.patch(url, 0, DATA[:5000])
        coming.append(Upload.objects.get(pk=url.rstrip("/").rsplit("/", 1)[-1]))
    with django_assert_num_queries(1):
        found = sent_before(coming)
    assert [upload.pk in found for upload in coming] == [True] * count
