"""Hour entries and disputes for tests."""

from datetime import date, timedelta
from decimal import Decimal

import factory

from cms.core.clock import now, today
from cms.ledger.enums import EntryKind
from cms.ledger.models import HourDispute, HourEntry
from tests.factories.accounts import UserFactory


class HourEntryFactory(factory.django.DjangoModelFactory[HourEntry]):
    """0.2 hours for a lesson, without a rule; `user` says whose."""

    class Meta:
        model = HourEntry
        exclude = ("user",)

    user = factory.SubFactory(UserFactory)
    user_id = factory.SelfAttribute("user.pk")
    user_name = factory.SelfAttribute("user.name")
    at = factory.LazyFunction(now)
    on = date(2026, 3, 1)
    kind = EntryKind.LESSON
    hours = Decimal("0.20")
    source_kind = "lesson"
    source_id = "1"
    source_label = factory.Sequence(lambda n: f"微课{n}")
    key = factory.Sequence(lambda n: f"test:{n}")


class HourDisputeFactory(factory.django.DjangoModelFactory[HourDispute]):
    """An open dispute; give `entry`, `user` and `organisation`."""

    class Meta:
        model = HourDispute

    entry = factory.SubFactory(HourEntryFactory)
    user = factory.SubFactory(UserFactory)
    text = "这节课我看了两遍，学时少了。"
    opened_at = factory.LazyFunction(now)
    due_on = factory.LazyFunction(lambda: today() + timedelta(days=14))
