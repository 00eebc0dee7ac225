from datetime import timedelta
from typing import Any

import pytest

from cms.accounts.models import AuditEntry, User
from cms.core.clock import today
from cms.core.errors import InvalidInput, StaleState
from cms.evaluations.models import BallotCode, Evaluation, LeftoverTally, Participation, Question, Remark, Tally
from cms.evaluations.queries import (
    Marks,
    figures_by_organisation,
    marks_of_evaluation,
    marks_of_subject,
    marks_of_subjects,
    personal_participations,
    remarks_of,
)
from cms.evaluations.services import (
    cast_ballot,
    close_evaluation,
    close_past,
    forget_old_remarks,
    open_evaluation,
    print_codes,
)
from cms.evaluations.subjects import Subject
from tests.cms.evaluations.conftest import Branch
from tests.factories.accounts import UserFactory
from tests.factories.evaluations import make_evaluation, vote

pytestmark = pytest.mark.django_db


def counted(excellent: int = 0, good: int = 0, fair: int = 0, poor: int = 0) -> Marks:
    return Marks((("excellent", excellent), ("good", good), ("fair", fair), ("poor", poor)))


def first_mark(evaluation: Evaluation, grade: str = "good") -> dict[int, str]:
    question: Question = evaluation.questions.all()[0]
    return {question.pk: grade}


def test_the_same_key_opens_one_evaluation_with_a_question_for_each_subject(branch: Branch) -> None:
    opened = make_evaluation(branch.organisation, opened_by=branch.secretary)
    assert make_evaluation(branch.organisation).pk == opened.pk
    assert [(row.kind, row.subject_id, row.label) for row in opened.questions.all()] == [
        ("teacher", "7", "陈师傅"),
        ("course", "3", "安全生产微讲"),
    ]
    assert AuditEntry.objects.get(action="evaluations.open").actor_id == branch.secretary.pk


@pytest.mark.parametrize(
    "changes",
    [
        {"label": " "},
        {"closes_on": today() - timedelta(days=1)},
        {"heads": 0},
        {"heads": 2001},
        {"also": (Subject("ranking", "1", "x"),)},
        {"also": (Subject("teacher", "7", "x"),)},
    ],
)
def test_what_cannot_be_evaluated_is_refused(branch: Branch, changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        make_evaluation(branch.organisation, **changes)
    assert Evaluation.objects.count() == 0


def test_results_appear_with_the_fifth_mark_and_then_in_fives(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    vote(evaluation, "excellent", "good", "good", "fair")
    assert marks_of_subject("teacher", 7) is None
    vote(evaluation, "poor")
    five = counted(1, 2, 1, 1)
    assert marks_of_subject("teacher", 7) == five
    vote(evaluation, "excellent", "excellent", "excellent", "excellent")
    assert marks_of_subject("teacher", 7) == five
    vote(evaluation, "good")
    assert marks_of_subject("teacher", 7) == counted(5, 3, 1, 1)
    assert [marks for _question, marks in marks_of_evaluation(evaluation)] == [counted(5, 3, 1, 1)] * 2


def test_leftovers_of_small_rooms_fill_batches_of_their_own(branch: Branch) -> None:
    for number in range(1, 4):
        evaluation = make_evaluation(branch.organisation, number=number)
        vote(evaluation, "good", "good", "good")
        assert marks_of_subject("teacher", 7) == (None if number < 3 else counted(good=5))
        close_evaluation(evaluation, actor=None)
    assert marks_of_subject("teacher", 7) == counted(good=5)
    assert {row.grade: row.waiting for row in LeftoverTally.objects.filter(kind="teacher")} == {
        "excellent": 0,
        "good": 4,
        "fair": 0,
        "poor": 0,
    }
    assert set(Tally.objects.values_list("waiting", "shown")) == {(0, 0)}


def test_marks_of_several_subjects_are_read_in_two_queries(branch: Branch, django_assert_num_queries: Any) -> None:
    vote(make_evaluation(branch.organisation, number=1, lecturer=7), *["good"] * 5)
    vote(make_evaluation(branch.organisation, number=2, lecturer=8), *["fair"] * 4)
    with django_assert_num_queries(2):
        assert marks_of_subjects("teacher", [7, 8, 9]) == {"7": counted(good=5), "8": None, "9": None}


def test_nobody_marks_twice(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    cast_ballot(evaluation, marks=first_mark(evaluation), voter=branch.member)
    with pytest.raises(StaleState) as refused:
        cast_ballot(evaluation, marks=first_mark(evaluation), voter=branch.member)
    assert refused.value.code == "already"
    assert sum(Tally.objects.values_list("waiting", flat=True)) == 1


def test_nobody_marks_the_own_teaching(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation, marked_person=branch.member)
    with pytest.raises(InvalidInput) as refused:
        cast_ballot(evaluation, marks=first_mark(evaluation), voter=branch.member)
    assert (refused.value.code, Participation.objects.count()) == ("own_teaching", 0)


@pytest.mark.parametrize("marks", [{}, {0: "good"}, {"first": "ranking"}])
def test_a_ballot_without_a_known_grade_is_refused_and_uses_nothing_up(branch: Branch, marks: dict[Any, str]) -> None:
    evaluation = make_evaluation(branch.organisation)
    given = first_mark(evaluation, "ranking") if "first" in marks else marks
    with pytest.raises(InvalidInput):
        cast_ballot(evaluation, marks=given, voter=branch.member)
    assert (Participation.objects.count(), Evaluation.objects.get().ballots) == (0, 0)


def test_a_printed_code_marks_once_however_it_was_typed(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    code, *_others = print_codes(evaluation, 3, actor=branch.secretary)
    cast_ballot(evaluation, marks=first_mark(evaluation), code=f" {code.lower().replace(' ', '-')}")
    with pytest.raises(InvalidInput) as refused:
        cast_ballot(evaluation, marks=first_mark(evaluation), code=code)
    assert (refused.value.code, BallotCode.objects.count()) == ("wrong_code", 2)
    assert AuditEntry.objects.get(action="evaluations.print_codes").after == {"number": 3}


def test_a_code_opens_its_own_evaluation_only(branch: Branch) -> None:
    first, second = (make_evaluation(branch.organisation, number=number) for number in (1, 2))
    code = print_codes(first, 1, actor=branch.secretary)[0]
    with pytest.raises(InvalidInput):
        cast_ballot(second, marks=first_mark(second), code=code)


@pytest.mark.parametrize("number", [0, 4])
def test_there_are_never_more_codes_than_listeners_who_have_not_marked(branch: Branch, number: int) -> None:
    evaluation = make_evaluation(branch.organisation, heads=8)
    vote(evaluation, *["good"] * 5)
    with pytest.raises(InvalidInput):
        print_codes(evaluation, number, actor=branch.secretary)
    assert len(print_codes(evaluation, 3, actor=branch.secretary)) == 3


def test_trying_numbers_of_slips_tells_nothing_of_fewer_than_five(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation, heads=8)
    vote(evaluation, *["good"] * 4)
    assert len(print_codes(evaluation, 8, actor=branch.secretary)) == 8
    with pytest.raises(InvalidInput):
        print_codes(evaluation, 9, actor=branch.secretary)


def use_slips(evaluation: Evaluation, number: int, actor: User, grade: str = "good", remark: str = "") -> None:
    """Use up so many slips."""
    for code in print_codes(evaluation, number, actor=actor):
        cast_ballot(evaluation, marks=first_mark(evaluation, grade), code=code, remark=remark)


def test_slips_that_their_printer_used_up_do_not_uncover_a_person_signed_in(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation, heads=20)
    use_slips(evaluation, 4, branch.secretary)
    vote(evaluation, "poor")
    assert marks_of_evaluation(evaluation)[0][1] is None
    vote(evaluation, *["fair"] * 4)
    assert marks_of_evaluation(evaluation)[0][1] == counted(fair=4, poor=1)


def test_a_slip_is_not_read_beside_four_that_their_printer_used_up_while_marks_are_taken(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation, heads=20)
    use_slips(evaluation, 4, branch.secretary)
    use_slips(evaluation, 1, branch.secretary, "poor")
    assert marks_of_evaluation(evaluation)[0][1] is None
    use_slips(evaluation, 2, branch.secretary, "fair")
    assert marks_of_evaluation(evaluation)[0][1] is None

    close_evaluation(evaluation, actor=None)

    assert marks_of_evaluation(evaluation)[0][1] == counted(good=4, fair=2, poor=1)
    assert not LeftoverTally.objects.filter(by_slip=True).exists()


def test_leftovers_of_slips_do_not_fill_up_those_of_people_signed_in(branch: Branch) -> None:
    first, second = (make_evaluation(branch.organisation, number=number) for number in (1, 2))
    use_slips(first, 4, branch.secretary)
    vote(second, "poor")
    for evaluation in (first, second):
        close_evaluation(evaluation, actor=None)
    assert marks_of_subject("teacher", 7) is None
    third = make_evaluation(branch.organisation, number=3)
    use_slips(third, 1, branch.secretary, "excellent")
    close_evaluation(third, actor=None)
    assert marks_of_subject("teacher", 7) == counted(excellent=1, good=4)


def test_a_slip_takes_no_remark(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    use_slips(evaluation, 6, branch.secretary, remark="讲得好")
    assert not Remark.objects.exists()


def test_a_remark_is_not_read_beside_slips_that_make_up_the_five(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    use_slips(evaluation, 4, branch.secretary, remark="讲得好")
    vote(evaluation, "poor", remark="没听懂")
    close_evaluation(evaluation, actor=None)
    assert not Remark.objects.exists()


def test_new_codes_end_the_unused_ones(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    old = print_codes(evaluation, 1, actor=branch.secretary)[0]
    print_codes(evaluation, 1, actor=branch.secretary)
    with pytest.raises(InvalidInput):
        cast_ballot(evaluation, marks=first_mark(evaluation), code=old)


def test_a_closed_evaluation_takes_no_marks_and_forgets_who_took_part(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    code = print_codes(evaluation, 1, actor=branch.secretary)[0]
    cast_ballot(evaluation, marks=first_mark(evaluation), voter=branch.member)
    assert [row["about"] for row in personal_participations(branch.member)] == ["第1讲"]
    close_evaluation(evaluation, actor=branch.secretary)
    assert (Participation.objects.count(), BallotCode.objects.count()) == (0, 0)
    for ballot in ({"voter": branch.stranger}, {"code": code}):
        with pytest.raises(StaleState):
            cast_ballot(evaluation, marks=first_mark(evaluation), **ballot)
    with pytest.raises(StaleState):
        close_evaluation(evaluation, actor=branch.secretary)
    assert AuditEntry.objects.filter(action="evaluations.close").count() == 1


def test_the_job_closes_what_is_past_its_last_day_only(branch: Branch) -> None:
    past, open_one = (make_evaluation(branch.organisation, number=number) for number in (1, 2))
    Evaluation.objects.filter(pk=past.pk).update(
        opened_on=today() - timedelta(days=9), closes_on=today() - timedelta(1)
    )
    assert (close_past(), close_past()) == (1, 0)
    assert list(Evaluation.objects.filter(status="open")) == [open_one]


def test_an_evaluation_past_its_day_takes_no_marks_before_the_job_comes(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    Evaluation.objects.update(opened_on=today() - timedelta(days=9), closes_on=today() - timedelta(days=1))
    with pytest.raises(StaleState):
        cast_ballot(evaluation, marks=first_mark(evaluation), voter=branch.member)


def test_remarks_are_read_after_the_end_and_from_five_people_on(branch: Branch) -> None:
    small, large = (make_evaluation(branch.organisation, number=number) for number in (1, 2))
    vote(small, *["good"] * 4, remark="讲得清楚")
    vote(large, *["good"] * 5, remark="例子再多一些")
    assert list(remarks_of(large)) == []
    for evaluation in (small, large):
        close_evaluation(evaluation, actor=None)
        evaluation.refresh_from_db()
    assert (list(remarks_of(small)), len(remarks_of(large))) == ([], 5)
    assert not Remark.objects.filter(evaluation=small).exists()


def test_a_remark_that_is_too_long_is_refused(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    with pytest.raises(InvalidInput):
        cast_ballot(evaluation, marks=first_mark(evaluation), voter=branch.member, remark="长" * 501)
    assert Participation.objects.count() == 0


def test_remarks_go_after_two_years_and_the_tallies_stay(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    vote(evaluation, *["good"] * 5, remark="好懂")
    close_evaluation(evaluation, actor=None)
    assert forget_old_remarks() == 0
    Evaluation.objects.update(closed_on=today() - timedelta(days=732))
    assert (forget_old_remarks(), Remark.objects.count()) == (5, 0)
    assert marks_of_subject("teacher", 7) == counted(good=5)


def test_small_evaluations_stand_in_no_sum_of_people(branch: Branch) -> None:
    vote(make_evaluation(branch.organisation, number=1), *["good"] * 3)
    vote(make_evaluation(branch.other, number=2), *["fair"] * 6)
    rows = figures_by_organisation(branch.above)
    assert [(row["evaluations"], row["people"]) for row in rows] == [(1, None), (1, 6), (2, 6)]
    assert [row["marks"].number if row["marks"] else 0 for row in rows] == [0, 10, 10]
    vote(make_evaluation(branch.other, number=3), *["fair"] * 4)
    assert [row["people"] for row in figures_by_organisation(branch.above)] == [None, 6, 6]


def test_a_second_opening_at_the_same_instant_finds_the_first(branch: Branch, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = make_evaluation(branch.organisation)
    monkeypatch.setattr(
        "cms.evaluations.services.evaluations.Evaluation.objects.filter", lambda **_: Evaluation.objects.none()
    )
    again = open_evaluation(
        "teacher", 7, label="陈师傅", organisation=branch.organisation, closes_on=today(), key="test:1"
    )
    assert again.pk == opened.pk


def test_a_person_who_left_takes_the_participation_along_and_no_mark(branch: Branch) -> None:
    evaluation = make_evaluation(branch.organisation)
    voter = UserFactory()
    cast_ballot(evaluation, marks=first_mark(evaluation), voter=voter)
    voter.delete()
    assert (Participation.objects.count(), sum(Tally.objects.values_list("waiting", flat=True))) == (0, 1)
