"""Packs for tests: lessons with films in the store, and what somebody is sent."""

import io
import zipfile
from typing import Any

from django.test import Client

from cms.accounts.models import User
from cms.lessons.models import MicroLesson
from tests.factories.lessons import Stage, make_published
from tests.factories.videos import folder_of

FILM, SOUND, STILL = b"film" * 500, b"sound" * 10, b"still"


def as_person(person: User | None) -> Client:
    """Return a browser of the person, or of a visitor."""
    client = Client()
    if person is not None:
        client.force_login(User.objects.get(pk=person.pk))
    return client


def lesson_with_film(stage: Stage, **values: Any) -> MicroLesson:
    """Return a published lesson whose renditions lie in the store."""
    lesson = make_published(stage, **values)
    assert lesson.video is not None
    folder = folder_of(lesson.video.uuid, lesson.video.generation)
    folder.mkdir(parents=True)
    for name, data in (("fallback.mp4", FILM), ("audio.m4a", SOUND), ("poster.jpg", STILL)):
        (folder / name).write_bytes(data)
    return lesson


def taken(person: User, address: str, choice: str = "films") -> dict[str, bytes]:
    """Return the files of the ZIP that the person is sent, after comparing its length with what was told."""
    answer: Any = as_person(person).post(address, {"with": choice})
    assert answer.status_code == 200
    # Django's client closes what was read to its end.
    body = b"".join(answer.streaming_content)
    assert answer["Content-Length"] == str(len(body))
    with zipfile.ZipFile(io.BytesIO(body)) as archive:
        assert archive.testzip() is None
        assert {row.compress_type for row in archive.infolist()} == {zipfile.ZIP_STORED}
        return {name: archive.read(name) for name in archive.namelist()}


def page_of(files: dict[str, bytes], name: str) -> str:
    """Return a page of the pack as text."""
    return files[name].decode()
