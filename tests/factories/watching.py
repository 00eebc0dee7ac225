"""Videos that can be watched, sessions and notes for tests."""

import factory

from cms.core.clock import now
from cms.taxonomy.enums import Visibility
from cms.videos.enums import VideoStatus
from cms.videos.models import Video
from cms.watching.models import PrivateNote, WatchProgress
from tests.factories.accounts import UserFactory


class WatchableVideoFactory(factory.django.DjangoModelFactory[Video]):
    """A public, ready video of 100 seconds; no file stands behind it."""

    class Meta:
        model = Video

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"录像{n}")
    status = VideoStatus.READY
    generation = "g1"
    duration_s = 100.0
    created_at = factory.LazyFunction(now)
    visibility = Visibility.PUBLIC


class WatchProgressFactory(factory.django.DjangoModelFactory[WatchProgress]):
    """Twenty seconds were played."""

    class Meta:
        model = WatchProgress

    user = factory.SubFactory(UserFactory)
    video = factory.SubFactory(WatchableVideoFactory)
    position_s = 20.0
    segments = [[0.0, 20.0]]
    covered_s = 20.0
    updated_at = factory.LazyFunction(now)


class PrivateNoteFactory(factory.django.DjangoModelFactory[PrivateNote]):
    """A note in the first minute."""

    class Meta:
        model = PrivateNote

    user = factory.SubFactory(UserFactory)
    video = factory.SubFactory(WatchableVideoFactory)
    moment_s = 46.0
    text = factory.Sequence(lambda n: f"笔记{n}")
    created_at = factory.LazyFunction(now)
