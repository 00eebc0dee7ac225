"""Problem reports for tests."""

import uuid
from datetime import timedelta

import factory

from cms.core.clock import now, today
from cms.feedback.enums import Category
from cms.feedback.models import ProblemReport
from tests.factories.accounts import UserFactory


class ProblemReportFactory(factory.django.DjangoModelFactory[ProblemReport]):
    """An open report about a lesson that no door knows; give `organisation` to say who answers."""

    class Meta:
        model = ProblemReport

    reporter = factory.SubFactory(UserFactory)
    token = factory.LazyFunction(uuid.uuid4)
    subject_kind = "lesson"
    subject_id = "1"
    subject_label = factory.Sequence(lambda n: f"微课{n}")
    category = Category.CONTENT
    text = "第二处说的架号不对。"
    created_at = factory.LazyFunction(now)
    due_on = factory.LazyFunction(lambda: today() + timedelta(days=7))
