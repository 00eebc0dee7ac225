"""What lies in the database cannot be joined back to people: no key, no time, no order, no row version."""

from typing import Any

import pytest
from django.db import connection, models

from cms.evaluations.models import BallotCode, LeftoverTally, Participation, Remark, Tally
from cms.evaluations.services import cast_ballot
from tests.cms.evaluations.conftest import Branch
from tests.factories.accounts import UserFactory
from tests.factories.evaluations import make_evaluation, vote

pytestmark = pytest.mark.django_db
ANSWERS: list[type[models.Model]] = [Tally, LeftoverTally, Remark]
TAKING_PART: list[type[models.Model]] = [Participation, BallotCode]


@pytest.mark.parametrize("model", [*ANSWERS, *TAKING_PART])
def test_no_table_of_marks_or_people_has_a_time(model: type[models.Model]) -> None:
    timed = [
        field.name for field in model._meta.get_fields() if isinstance(field, models.DateField | models.TimeField)
    ]
    assert timed == []


@pytest.mark.parametrize("model", ANSWERS)
def test_no_table_of_marks_knows_a_person_or_a_code(model: type[models.Model]) -> None:
    reached: set[Any] = {model}
    queue: list[Any] = [model]
    while queue:
        for field in queue.pop()._meta.get_fields():
            if field.many_to_one and field.related_model not in reached:
                reached.add(field.related_model)
                queue.append(field.related_model)
    assert not reached & set(TAKING_PART)


def test_marking_adds_no_row_to_the_marks(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    before = set(Tally.objects.values_list("pk", flat=True))
    vote(evaluation, "good", "poor", "fair")
    assert set(Tally.objects.values_list("pk", flat=True)) == before


def test_every_order_of_the_same_marks_leaves_the_same_rows(branch: Branch) -> None:
    first, second = (make_evaluation(branch.organisation, number=number) for number in (1, 2))
    vote(first, "good", "poor", "fair")
    vote(second, "fair", "good", "poor")
    rows = [
        list(Tally.objects.filter(question__evaluation=one).order_by("pk").values_list("grade", "waiting", "shown"))
        for one in (first, second)
    ]
    assert rows[0] == rows[1]


@pytest.mark.postgresql
def test_the_row_version_of_the_last_person_marks_every_tally_alike(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    vote(evaluation, "good", "poor")
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT xmin::text FROM evaluations_tally")
        assert len(cursor.fetchall()) == 1


def test_one_statement_writes_every_tally_of_the_evaluation(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    seen: list[int] = []

    def watch(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001  # Django's signature
        result = execute(sql, params, many, context)
        if sql.startswith('UPDATE "evaluations_tally"'):
            seen.append(context["cursor"].rowcount)
        return result

    with connection.execute_wrapper(watch):
        vote(evaluation, "good")
    assert seen == [16]


def test_remarks_do_not_lie_in_the_order_in_which_they_came(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    question = evaluation.questions.all()[0]
    came = [f"第{number}条" for number in range(12)]
    for text in came:
        cast_ballot(evaluation, marks={question.pk: "good"}, voter=UserFactory(), remark=text)
    stored = list(evaluation.remarks.values_list("text", flat=True))
    assert sorted(stored) == sorted(came)
    # 12 texts stay in order once in 479 million times.
    assert stored != came
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM evaluations_remark ORDER BY rowid")
            assert [row[0] for row in cursor.fetchall()] != came


def test_the_remark_that_came_last_is_not_the_only_new_row(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    vote(evaluation, "good", remark="一")
    before = set(evaluation.remarks.values_list("pk", flat=True))
    vote(evaluation, "good", remark="二")
    after = set(evaluation.remarks.values_list("pk", flat=True))
    assert (before & after, len(after)) == (set(), 2)


def test_a_code_is_kept_as_a_digest_and_its_use_leaves_nothing(branch: Branch) -> None:
    from cms.evaluations.services import print_codes

    evaluation = make_evaluation(branch.organisation)
    code = print_codes(evaluation, 1, actor=branch.secretary)[0]
    kept = BallotCode.objects.get().digest
    assert (len(kept), code.replace(" ", "") in kept) == (64, False)
    cast_ballot(evaluation, marks={evaluation.questions.all()[0].pk: "good"}, code=code)
    assert BallotCode.objects.count() == 0
