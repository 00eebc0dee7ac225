"""The list of a person's uploads."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.core.clock import now
from cms.videos.models import Upload
from cms.videos.queries import receiving
from tests.cms.videos.conftest import Sender, video_bytes

pytestmark = pytest.mark.django_db


@pytest.mark.long
def test_the_list_of_uploads_asks_as_often_for_many_as_for_one(sender: Sender) -> None:
    counts = []
    for n in (1, 6):
        while Upload.objects.count() < n:
            sender.patch(sender.begin(9000), 0, video_bytes(9000))
        with CaptureQueriesContext(connection) as asked:
            answer = sender.client.get("/api/v1/uploads/").json()
        counts.append(len(asked))
        assert [item["queue_position"] for item in answer["items"]] == list(range(n))[::-1]
    assert counts[0] == counts[1]


def test_the_list_of_uploads_goes_on_at_its_next_address(sender: Sender) -> None:
    at = now()
    Upload.objects.bulk_create(
        Upload(owner=sender.user, length=10, created_at=at, updated_at=at, expires_at=at) for _n in range(51)
    )
    first = sender.client.get("/api/v1/uploads/").json()
    assert (len(first["items"]), first["total"]) == (50, 51)
    second = sender.client.get(first["next"]).json()
    assert (len(second["items"]), second["total"], second["next"]) == (1, 51, None)
    assert len({item["id"] for item in first["items"] + second["items"]}) == 51


def test_unfinished_uploads_are_listed_for_any_device(sender: Sender) -> None:
    url = sender.begin(20_000, filename="一.mp4")
    sender.patch(url, 0, video_bytes(20_000)[:5000])
    sender.patch(sender.begin(9000), 0, video_bytes(9000))
    assert [str(upload) for upload in receiving(sender.user)] == ["一.mp4"]
    items = sender.client.get("/api/v1/uploads/").json()["items"]
    assert [(item["state"], item["offset"]) for item in items] == [("waiting", 9000), ("receiving", 5000)]
