"""Uploads and videos for tests; the bare rows, unless a test makes the files as well."""

from datetime import timedelta
from pathlib import Path

import factory
from django.core.files.storage import storages

from cms.core.clock import now
from cms.taxonomy.enums import Visibility
from cms.videos.enums import VideoStatus
from cms.videos.models import Upload, Video
from tests.factories.accounts import UserFactory


def folder_of(uuid: object, generation: str) -> Path:
    """Return where a generation lies when renditions are files."""
    return Path(storages["renditions"].path(f"{uuid}/{generation}"))


class VideoFactory(factory.django.DjangoModelFactory[Video]):
    """A video that is ready, three minutes long and not published; `public=True` publishes it."""

    class Meta:
        model = Video

    class Params:
        public = factory.Trait(visibility=Visibility.PUBLIC)
        waiting = factory.Trait(
            status=VideoStatus.WAITING, generation="", is_complete=False, duration_s=None, width=None, height=None
        )

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"试片{n}")
    status = VideoStatus.READY
    original = factory.Sequence(lambda n: f"{n:032x}/original")
    original_bytes = 1000
    duration_s = 180.0
    width = 1280
    height = 720
    has_audio = True
    loudness_lufs = -16.0
    generation = factory.Sequence(lambda n: f"{n:024x}")
    is_complete = True
    created_at = factory.LazyFunction(now)


class UploadFactory(factory.django.DjangoModelFactory[Upload]):
    """An upload of which nothing came yet; the row without its folder."""

    class Meta:
        model = Upload

    owner = factory.SubFactory(UserFactory)
    filename = "现场.mp4"
    length = 1000
    created_at = factory.LazyFunction(now)
    updated_at = factory.LazyFunction(now)
    expires_at = factory.LazyFunction(lambda: now() + timedelta(days=7))
