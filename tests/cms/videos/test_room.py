"""Room on the disk and in a person's quota: what is promised, to whom, and for how long."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.base import ContentFile

from cms.assets.services import add_document
from cms.core.clock import now
from cms.videos import upload_stores
from cms.videos.models import Upload
from cms.videos.queries import reserved_bytes, usage_of
from tests.cms.videos.conftest import Sender, video_bytes
from tests.factories.accounts import UserFactory
from tests.factories.assets import DocumentFactory
from tests.factories.videos import UploadFactory

pytestmark = pytest.mark.django_db


def test_what_was_only_announced_takes_nobody_the_room(sender: Sender, settings: Any) -> None:
    settings.UPLOAD_FREE_DISK_BYTES = upload_stores.free_bytes() - 10**9
    UploadFactory(length=4 * 10**9)
    assert sender.create(5000).status_code == 201


@pytest.mark.parametrize(
    ("offset", "quiet_for", "promised"),
    [
        (0, timedelta(0), 0),
        (300, timedelta(0), 300),
        (900, timedelta(minutes=59), 100),
        (300, timedelta(minutes=61), 0),
    ],
)
def test_as_much_again_as_came_is_promised_while_it_comes(offset: int, quiet_for: timedelta, promised: int) -> None:
    UploadFactory(length=1000, offset=offset, updated_at=now() - quiet_for)
    assert reserved_bytes(now()) == promised


def test_bytes_never_take_the_margin_that_the_site_itself_needs(sender: Sender, settings: Any) -> None:
    data = video_bytes(20_000)
    url = sender.begin(len(data))
    sender.patch(url, 0, data[:8000])
    settings.UPLOAD_FREE_DISK_BYTES = upload_stores.free_bytes() + 10**12
    answer = sender.patch(url, 8000, data[8000:])
    assert (answer.status_code, answer.json()["code"]) == (507, "no_room")
    settings.UPLOAD_FREE_DISK_BYTES = 0
    assert sender.head(url)["Upload-Offset"] == "8000"
    assert sender.patch(url, 8000, data[8000:]).status_code == 204


def test_a_fourth_file_waits_until_one_of_three_has_begun(sender: Sender) -> None:
    urls = [sender.begin(20_000) for _ in range(3)]
    refused = sender.create(20_000)
    assert (refused.status_code, refused.json()["code"]) == (413, "too_many_begun")
    assert Sender(UserFactory()).create(20_000).status_code == 201
    sender.patch(urls[0], 0, video_bytes(20_000)[:8000])
    assert sender.create(20_000).status_code == 201
    sender.delete(urls[1])
    assert sender.create(20_000).status_code == 201
    assert Upload.objects.filter(owner=sender.user, state="receiving").count() == 4


def test_attachments_of_lessons_take_room_and_are_no_videos() -> None:
    person = UserFactory()
    add_document(person, file=ContentFile(b"notes", name="a.txt"))
    add_document(UserFactory(), file=ContentFile(b"of somebody else", name="b.txt"))
    # The library's documents are the site's and not their editor's.
    DocumentFactory(uploaded_by_user=person, file_size=1000)
    assert (usage_of(person).bytes, usage_of(person).count) == (5, 0)
