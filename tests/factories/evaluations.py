"""Evaluations for tests, made by the room's own services."""

from datetime import timedelta
from typing import Any

from cms.core.clock import today
from cms.evaluations.enums import Grade
from cms.evaluations.models import Evaluation
from cms.evaluations.services import cast_ballot, open_evaluation
from cms.evaluations.subjects import Subject
from cms.organisations.models import Organisation
from tests.factories.accounts import UserFactory


def make_evaluation(
    organisation: Organisation, *, number: int = 1, lecturer: object = 7, **changes: Any
) -> Evaluation:
    """Return an open evaluation of lecturer and content; the same number is the same evaluation."""
    given: dict[str, Any] = {
        "label": "陈师傅",
        "title": f"第{number}讲",
        "organisation": organisation,
        "closes_on": today() + timedelta(days=7),
        "key": f"test:{number}",
        "also": (Subject("course", "3", "安全生产微讲"),),
    }
    return open_evaluation("teacher", lecturer, **{**given, **changes})


def vote(evaluation: Evaluation, *grades: str, remark: str = "") -> None:
    """Let a new person for each grade mark every question with it."""
    for grade in grades:
        marks = dict.fromkeys(evaluation.questions.values_list("pk", flat=True), Grade(grade).value)
        cast_ballot(evaluation, marks=marks, voter=UserFactory(), remark=remark)
