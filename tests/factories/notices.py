"""Notices for tests."""

import factory

from cms.core.clock import now
from cms.notices.models import Notice
from tests.factories.accounts import UserFactory


class NoticeFactory(factory.django.DjangoModelFactory[Notice]):
    """An unread notice."""

    class Meta:
        model = Notice

    user = factory.SubFactory(UserFactory)
    kind = "review.returned"
    title = factory.Sequence(lambda n: f"通知{n}")
    created_at = factory.LazyFunction(now)
