"""Review without the lesson's pages: who looks, until when, and that repeating set-up changes nothing."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Task, Workflow, WorkflowTask

from cms.core.errors import StaleState
from cms.core.personal_data import personal_data_sources
from cms.core.templatetags.core_tags import local_date
from cms.lessons.models import MicroLesson
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.review.deadlines import working_days_after
from cms.review.models import ReviewTaskState
from cms.review.queries import history_of, last_return_of, waiting_for
from cms.review.services import approve, ensure_workflow, resubmit, return_with_reason, submit
from tests.factories.lessons import make_draft, make_stage, make_submitted
from tests.factories.organisations import RoleAssignmentFactory


def fresh(lesson: MicroLesson) -> MicroLesson:
    return MicroLesson.objects.get(pk=lesson.pk)


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 11, 23), date(2026, 11, 26)),
        (date(2026, 11, 26), date(2026, 12, 1)),
        (date(2026, 11, 28), date(2026, 12, 2)),
    ],
)
def test_three_working_days_skip_the_weekend(day: date, due: date) -> None:
    assert working_days_after(day, 3) == due


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 20))
def test_a_deadline_is_a_working_day_and_never_before_its_count(day: date, count: int) -> None:
    due = working_days_after(day, count)
    assert due.weekday() < 5
    assert (due - day).days >= count


@pytest.mark.django_db
def test_setting_the_workflow_up_again_changes_nothing() -> None:
    before = ensure_workflow()
    counts = (Workflow.objects.count(), Task.objects.count(), WorkflowTask.objects.count())
    assert ensure_workflow() == before
    assert (Workflow.objects.count(), Task.objects.count(), WorkflowTask.objects.count()) == counts
    assert MicroLesson.get_default_workflow() == before


@pytest.mark.django_db
def test_reviewers_are_told_once_and_the_author_never_reviews() -> None:
    stage = make_stage()
    RoleAssignmentFactory(user=stage.author, organisation=stage.committee, role=Role.BRANCH_ADMIN)
    RoleAssignmentFactory(user=stage.secretary, organisation=stage.committee, role=Role.BRANCH_ADMIN)
    make_submitted(stage)
    told = Notice.objects.filter(kind="review.waiting")
    assert [notice.user for notice in told] == [stage.secretary]
    state = ReviewTaskState.objects.get()
    assert told.get().url == f"/workbench/review/{state.pk}/"
    assert told.get().body == f"作者 {stage.author}，请在 {local_date(state.due_on)} 前看一看。"


@pytest.mark.django_db
def test_what_waits_is_listed_with_the_same_queries_for_one_and_three() -> None:
    stage = make_stage()
    counts = []
    for more in (1, 2):
        for _turn in range(more):
            make_submitted(stage)
        with CaptureQueriesContext(connection) as queries:
            rows = list(waiting_for(stage.secretary))
            assert [(row.label, str(row.author), str(row.organisation)) for row in rows]
        counts.append(len(queries))
    # The person's standing is read once for the user object.
    assert counts[1] <= counts[0]


@pytest.mark.django_db
def test_the_history_tells_who_when_and_what() -> None:
    stage = make_stage()
    lesson = make_submitted(stage)
    return_with_reason(fresh(lesson), actor=stage.secretary, reason="补日期")
    resubmit(fresh(lesson), actor=stage.author, answer="已补")
    approve(fresh(lesson), actor=stage.secretary, comment="可以")
    rows = [(row.stage, row.status, row.finished_by, row.comment, row.answer) for row in history_of(lesson)]
    assert rows == [
        ("branch", "rejected", stage.secretary, "补日期", ""),
        ("branch", "approved", stage.secretary, "可以", "已补"),
        ("editor", "in_progress", None, "", ""),
    ]
    returned = last_return_of(lesson)
    assert returned is not None
    assert returned.comment == "补日期"


@pytest.mark.django_db
def test_a_look_tells_in_the_sites_words_what_became_of_it_and_what_is_fulfilled() -> None:
    stage = make_stage()
    lesson = make_submitted(stage)
    look = return_with_reason(lesson, actor=stage.secretary, reason="补日期", checklist=["lively", "small", "gone"])
    assert (look.checklist, look.decision_words, look.is_open) == (["lively", "small"], "已退回", False)
    assert look.checklist_words == ["小：一件事，从一个岗位讲起", "活：是人在讲，不是念稿"]


@pytest.mark.django_db
def test_acts_out_of_order_are_refused() -> None:
    stage = make_stage()
    lesson = make_draft(stage)
    with pytest.raises(StaleState):
        approve(lesson, actor=stage.secretary)
    with pytest.raises(StaleState):
        resubmit(lesson, actor=stage.author)
    submit(lesson, actor=stage.author)
    with pytest.raises(StaleState):
        submit(fresh(lesson), actor=stage.author)


@pytest.mark.django_db
def test_a_person_sees_what_was_decided_about_the_own_works() -> None:
    stage = make_stage()
    lesson = make_submitted(stage)
    return_with_reason(fresh(lesson), actor=stage.secretary, reason="补日期", checklist=["small"])
    source = next(source for source in personal_data_sources() if source.slug == "reviews")
    rows = [(row["remark"], row["status"], row["fulfilled"]) for row in source.collect(stage.author)]
    assert rows == [("补日期", "已退回", ["小：一件事，从一个岗位讲起"])]
    assert list(source.collect(stage.outsider)) == []
