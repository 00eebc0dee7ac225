"""Suggestions with answers, and marks of listeners, as the demonstration shows them."""

import pytest

from cms.demo.seed import County, seed_people
from cms.demo.voices import make_suggestions, mark_evaluations
from cms.evaluations.models import Evaluation
from cms.evaluations.queries import marks_of_evaluation, marks_of_subject
from cms.feedback.queries import overdue_reports_for, public_answers
from cms.organisations.queries import people_of
from tests.factories.evaluations import make_evaluation

pytestmark = [pytest.mark.django_db, pytest.mark.long]


@pytest.fixture
def county() -> County:
    return seed_people()


def test_ten_suggestions_have_an_owner_and_eight_an_answer(county: County) -> None:
    made = make_suggestions(county.people)
    assert len(made) == 10
    assert [report.text for report in made if report.assigned_to is None] == []
    assert sum(bool(report.answer) for report in made) == 8
    assert [report.answered_at < report.created_at for report in made if report.answered_at] == [False] * 8
    assert public_answers().count() == 6
    assert overdue_reports_for(county.people["editor"]).count() == 0


def test_every_open_evaluation_is_marked_once_and_alike_each_time(county: County) -> None:
    place = max(county.tree.values(), key=lambda one: people_of(one).count())
    for number in range(1, 5):
        make_evaluation(place, number=number, marked_person=people_of(place)[0])
    marked = mark_evaluations()
    assert (marked, mark_evaluations()) == (sum(Evaluation.objects.values_list("ballots", flat=True)), 0)
    assert all(number >= 3 for number in Evaluation.objects.values_list("ballots", flat=True))
    assert marks_of_subject("teacher", 7) is not None
    assert len(marks_of_evaluation(Evaluation.objects.all()[0])) == 2
