"""A pack takes its films from the bucket where renditions lie in one: block by block, by the same door."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.test import Client
from pytest_django import Settings

from cms.settings.environment import bucket_storage
from tests.factories.courses import make_course
from tests.factories.lessons import make_published, make_stage
from tests.services.conftest import RENDITIONS
from tests.services.versitygw import KEY, REGION, SECRET, Versitygw

FILM = bytes(range(256)) * 4096
pytestmark = pytest.mark.django_db


def test_a_pack_holds_the_film_of_the_bucket(s3: Versitygw, settings: Settings) -> None:
    storage = bucket_storage(RENDITIONS, endpoint=s3.url, key=KEY, secret=SECRET, region=REGION)
    settings.STORAGES = {**settings.STORAGES, "renditions": storage}
    stage = make_stage()
    lesson = make_published(stage)
    assert lesson.video is not None
    name = f"{lesson.video.uuid}/{lesson.video.generation}/fallback.mp4"
    storages["renditions"].save(name, ContentFile(FILM))
    client = Client()
    client.force_login(stage.secretary)
    answer: Any = client.post(f"/courses/{make_course(stage, lesson).pk}/pack/", {"with": "films"})
    blocks = list(answer.streaming_content)
    assert answer["Content-Length"] == str(sum(map(len, blocks)))
    assert max(map(len, blocks)) < len(FILM)
    with zipfile.ZipFile(io.BytesIO(b"".join(blocks))) as archive:
        assert archive.read("lessons/01.mp4") == FILM
