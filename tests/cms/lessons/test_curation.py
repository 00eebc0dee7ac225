"""Editors correct lessons in the admin as readable lines; what they change is looked at by somebody else."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from cms.accounts.models import AuditEntry, User
from cms.core.errors import InvalidInput, StaleState
from cms.lessons.models import MicroLesson
from cms.lessons.queries import state_of
from cms.lessons.services import (
    set_captions,
    set_questions,
    submit_correction,
    submit_lesson,
    take_down,
    withdraw_lesson,
)
from cms.lessons.services.groups import ensure_editor_permissions
from cms.lessons.services.parts import CueInput, QuestionInput
from cms.organisations.enums import Role
from cms.review.queries import history_of, waiting_for
from cms.review.services import approve, return_with_reason
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.admin import in_admin
from tests.factories.lesson_admin import edit_url, whole_form
from tests.factories.lessons import Stage, make_draft, make_published, make_stage, make_submitted
from tests.factories.organisations import RoleAssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
QUESTION = QuestionInput("single", "先看哪里？", ["杆基", "导线"], [0], "杆基最先松动。", "巡视规程")


@pytest.fixture
def stage() -> Stage:
    ensure_editor_permissions()
    return make_stage()


@pytest.fixture
def reviewer(stage: Stage) -> User:
    return staff(stage, Role.REVIEWER)


def staff(stage: Stage, role: Role) -> User:
    person: User = UserFactory()
    give_second_factor(person)
    RoleAssignmentFactory(user=person, organisation=stage.committee, role=role)
    return person


def fresh(lesson: MicroLesson) -> MicroLesson:
    return MicroLesson.objects.get(pk=lesson.pk)


def newest(lesson: MicroLesson) -> MicroLesson:
    draft: MicroLesson = fresh(lesson).get_latest_revision_as_object()
    return draft


def decide_url(lesson: MicroLesson, act: str) -> str:
    task = fresh(lesson).current_workflow_task_state
    return reverse("wagtailsnippets_lessons_microlesson:workflow_action", args=[lesson.pk, act, task.pk])


def with_parts(stage: Stage) -> MicroLesson:
    lesson = make_draft(stage)
    set_captions(lesson, [CueInput(3.0, 6.5, "先看杆鸡"), CueInput(6.5, 9.0, "再看导线")], actor=stage.author)
    set_questions(fresh(lesson), [QUESTION], actor=stage.author)
    submit_lesson(fresh(lesson), actor=stage.author)
    approve(fresh(lesson), actor=stage.secretary)
    approve(fresh(lesson), actor=stage.editor)
    return fresh(lesson)


def test_captions_and_options_are_shown_as_lines_and_never_as_stored_notation(stage: Stage) -> None:
    page = in_admin(stage.editor).get(edit_url(with_parts(stage))).content.decode()
    assert "00:03.0-00:06.5 先看杆鸡\n00:06.5-00:09.0 再看导线" in page
    assert "* 杆基\n导线" in page
    assert '"start"' not in page
    assert "&quot;text&quot;" not in page


def test_a_typo_in_published_captions_is_corrected_without_the_author(stage: Stage, reviewer: User) -> None:
    lesson = with_parts(stage)
    client = in_admin(stage.editor)
    lines = "00:03.0-00:06.5 先看杆基\r\n00:06.5-00:09.0 再看导线"
    answer = client.post(
        edit_url(lesson), whole_form(client, lesson) | {"captions-0-cues": lines, "action-submit": "1"}
    )
    assert answer.status_code == 302
    assert state_of(fresh(lesson)) == "editor_review"
    assert fresh(lesson).captions.get().cues[0]["text"] == "先看杆鸡"
    in_admin(reviewer).post(decide_url(lesson, "approve"), {})
    assert state_of(fresh(lesson)) == "published"
    assert fresh(lesson).captions.get().cues == [
        {"start": 3.0, "end": 6.5, "text": "先看杆基"},
        {"start": 6.5, "end": 9.0, "text": "再看导线"},
    ]


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("captions-0-cues", "00:01 好\n没有时间", "第 2 行看不懂"),
        ("captions-0-cues", "\n".join(f"00:00.0 第{n}行" for n in range(3001)), "最多 3000 条字幕"),
        ("questions-0-options", "杆基\n导线", "请标出哪个选项正确"),
        ("questions-0-options", "* 杆基\n* 导线", "单选题只能有一个正确选项"),
        ("questions-0-options", "* 杆基\n杆基", "至少要有两个不同的选项"),
    ],
)
def test_bad_lines_get_a_sentence_at_the_field_and_stay_as_typed(
    stage: Stage, field: str, typed: str, sentence: str
) -> None:
    lesson = with_parts(stage)
    client = in_admin(stage.editor)
    answer = client.post(edit_url(lesson), whole_form(client, lesson) | {field: typed, "title": "别的题目"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert sentence in page
    assert typed.splitlines()[-1] in page
    assert "别的题目" in page
    assert newest(lesson).title == "雪后巡线，先看杆基"


def test_an_option_that_begins_with_a_star_is_the_same_after_an_editor_saved(stage: Stage) -> None:
    lesson = make_published(stage)
    stars = ["* 号标志", "杆基", "\\导线"]
    set_questions(lesson, [QuestionInput("single", "先看哪里？", stars, [1])], actor=stage.author)
    client = in_admin(stage.editor)
    assert client.post(edit_url(lesson), whole_form(client, lesson)).status_code == 302
    question = newest(lesson).questions.get()
    assert (question.options, question.answer) == (stars, [1])


def test_an_option_of_two_lines_is_refused(stage: Stage) -> None:
    with pytest.raises(InvalidInput) as caught:
        set_questions(make_draft(stage), [QuestionInput("single", "？", ["杆\n基", "导线"], [0])], actor=stage.author)
    assert caught.value.fields == {"options": ["每个选项请写在一行里。"]}


def test_options_are_marked_right_line_by_line_for_every_kind(stage: Stage) -> None:
    lesson = with_parts(stage)
    client = in_admin(stage.editor)
    form = whole_form(client, lesson)
    client.post(edit_url(lesson), form | {"questions-0-kind": "multiple", "questions-0-options": "＊甲\n乙\n√ 丙"})
    question = newest(lesson).questions.all()[0]
    assert (question.kind, question.options, question.answer) == ("multiple", ["甲", "乙", "丙"], [0, 2])
    client.post(edit_url(lesson), form | {"questions-0-kind": "true_false", "questions-0-options": "对\n* 错"})
    question = newest(lesson).questions.all()[0]
    assert (question.kind, question.answer) == ("true_false", [1])
    assert "对\n* 错" in client.get(edit_url(lesson)).content.decode()


def test_two_captions_of_one_language_are_refused_before_anything_is_saved(stage: Stage) -> None:
    lesson = with_parts(stage)
    client = in_admin(stage.editor)
    second = {"captions-TOTAL_FORMS": "2", "captions-1-language": "zh-Hans", "captions-1-cues": "00:01 再来"}
    page = client.post(edit_url(lesson), whole_form(client, lesson) | second).content.decode()
    assert "这种语言的字幕已经有了" in page
    assert len(newest(lesson).captions.all()) == 1


def test_who_changed_it_does_not_decide_while_somebody_else_can(stage: Stage, reviewer: User) -> None:
    lesson = corrected(stage)
    assert list(waiting_for(stage.editor)) == []
    assert [state.pk for state in waiting_for(reviewer)] == [fresh(lesson).current_workflow_task_state.pk]
    with pytest.raises(PermissionDenied):
        approve(fresh(lesson), actor=stage.editor)
    assert in_admin(stage.editor).post(decide_url(lesson, "approve"), {}).status_code == 302
    assert state_of(fresh(lesson)) == "editor_review"


def corrected(stage: Stage, **values: Any) -> MicroLesson:
    """Return a published lesson whose title the editor changed and handed in."""
    lesson = make_published(stage, **values)
    client = in_admin(stage.editor)
    client.post(edit_url(lesson), whole_form(client, lesson) | {"title": "雪后巡线先看杆基", "action-submit": "1"})
    return fresh(lesson)


def test_an_editor_without_a_colleague_has_the_branch_look_first_and_then_decides(stage: Stage) -> None:
    lesson = corrected(stage)
    assert state_of(lesson) == "branch_check"
    approve(lesson, actor=stage.secretary)
    approve(fresh(lesson), actor=stage.editor)
    assert (fresh(lesson).live, fresh(lesson).title) == (True, "雪后巡线先看杆基")


def test_the_author_is_told_and_the_log_says_what_was_changed(stage: Stage, reviewer: User) -> None:
    lesson = corrected(stage)
    shown = lesson.live_revision_id
    assert stage.author.notices.filter(kind="review.corrected").count() == 1
    entry = AuditEntry.objects.get(action="lessons.correct")
    assert (entry.actor_id, entry.before, entry.after) == (
        stage.editor.pk,
        {"revision": shown},
        {"changed": ["title"]},
    )
    return_with_reason(lesson, actor=reviewer, reason="逗号留着")
    told = [person.notices.filter(kind="review.returned").get().url for person in (stage.author, stage.editor)]
    assert told == [f"/lessons/{lesson.pk}/edit/", edit_url(lesson)]


def test_an_author_who_answers_in_the_editors_place_goes_to_the_branch_again(stage: Stage, reviewer: User) -> None:
    lesson = corrected(stage)
    return_with_reason(lesson, actor=reviewer, reason="逗号留着")
    submit_lesson(fresh(lesson), actor=stage.author, answer="逗号放回去了")
    assert state_of(fresh(lesson)) == "branch_check"
    assert waiting_for(stage.secretary).get().answer == "逗号放回去了"


def test_an_editors_part_in_an_authors_hand_in_is_decided_by_another(stage: Stage, reviewer: User) -> None:
    lesson = make_published(stage)
    client = in_admin(stage.editor)
    client.post(edit_url(lesson), whole_form(client, lesson) | {"title": "编辑改过的题目"})
    submit_lesson(fresh(lesson), actor=stage.author)
    approve(fresh(lesson), actor=stage.secretary)
    assert (list(waiting_for(stage.editor)), waiting_for(reviewer).count()) == ([], 1)


def test_nothing_is_handed_in_twice_unchanged_or_by_others(stage: Stage, reviewer: User) -> None:
    lesson = make_published(stage)
    with pytest.raises(StaleState):
        submit_correction(lesson, actor=stage.editor)
    with pytest.raises(PermissionDenied):
        submit_correction(lesson, actor=stage.secretary)
    with pytest.raises(PermissionDenied):
        submit_correction(corrected(stage), actor=stage.editor)


def test_a_change_with_something_missing_stays_a_draft_and_says_what(stage: Stage) -> None:
    lesson = make_published(stage)
    client = in_admin(stage.editor)
    posted = whole_form(client, lesson) | {"title": "", "action-submit": "1"}
    answer = client.post(edit_url(lesson), posted, follow=True)
    assert "请起一个标题" in answer.content.decode()
    assert (state_of(fresh(lesson)), newest(lesson).title) == ("changed", "")


def test_nobody_edits_what_is_being_reviewed_but_it_is_decided_there(stage: Stage) -> None:
    lesson = make_submitted(stage)
    approve(lesson, actor=stage.secretary)
    client = in_admin(stage.editor)
    page = client.get(edit_url(lesson)).content.decode()
    assert "正在审核，现在谁都不能改" in page
    assert 'data-workflow-action-name="approve"' in page
    assert 'name="action-submit"' not in page
    client.post(
        edit_url(lesson), {"title": "顺手改", "action-workflow-action": "1", "workflow-action-name": "approve"}
    )
    assert (state_of(fresh(lesson)), fresh(lesson).title) == ("published", "雪后巡线，先看杆基")


@pytest.mark.parametrize("way", ["edit", "workflow_action", "dialog"])
def test_a_refused_decision_is_a_message_and_never_a_broken_page(stage: Stage, way: str) -> None:
    lesson = make_submitted(stage)
    approve(lesson, actor=stage.secretary)
    client = in_admin(stage.editor)
    if way == "edit":
        posted = {"action-workflow-action": "1", "workflow-action-name": "reject", "workflow-action-extra-data": "{}"}
        answer = client.post(edit_url(lesson), posted, follow=True)
    elif way == "workflow_action":
        answer = client.post(decide_url(lesson, "reject"), {"comment": " "}, follow=True)
    else:
        answer = client.post(
            decide_url(lesson, "reject"), {"comment": " "}, headers={"X-Requested-With": "XMLHttpRequest"}
        )
    assert answer.status_code == 200
    said = json.loads(answer.content)["html"] if way == "dialog" else answer.content.decode()
    assert "请用一句话说明作者需要改什么" in said
    assert state_of(fresh(lesson)) == "editor_review"


@pytest.mark.parametrize(("act", "decision"), [("approve", "已通过"), ("reject", "已退回")])
def test_the_checklist_is_ticked_in_the_admin_too_and_stands_in_the_history(
    stage: Stage, act: str, decision: str
) -> None:
    lesson = make_submitted(stage)
    approve(lesson, actor=stage.secretary)
    client = in_admin(stage.editor)
    address = decide_url(lesson, act)
    asked = client.get(address.replace("/action/", "/collect_action_data/")).content.decode()
    for words in ("做到了哪几点", "给作者的意见"):
        assert words in json.loads(asked)["html"]
    client.post(address, {"comment": "改一处", "checklist": ["small", "refined"]})
    look = history_of(lesson).last()
    assert look is not None
    assert (look.checklist, look.comment) == (["refined", "small"], "改一处")
    page = client.get(edit_url(lesson)).content.decode()
    for words in (f"编辑审核 · {decision}", "小：一件事，从一个岗位讲起", "精：短而清楚，值得再看一遍", "改一处"):
        assert words in page


def test_an_editor_reads_the_authors_answer_and_is_led_to_the_workbench(stage: Stage) -> None:
    lesson = make_submitted(stage)
    return_with_reason(lesson, actor=stage.secretary, reason="请写明日期")
    submit_lesson(fresh(lesson), actor=stage.author, answer="已补日期")
    client = in_admin(stage.editor)
    with_branch = client.get(edit_url(lesson)).content.decode()
    assert all(words in with_branch for words in ("支部审核 · 已退回", "请写明日期", "已补日期"))
    assert "/workbench/review/" not in with_branch
    approve(fresh(lesson), actor=stage.secretary)
    look = waiting_for(stage.editor).get()
    assert f'href="/workbench/review/{look.pk}/"' in client.get(edit_url(lesson)).content.decode()


def test_the_admins_history_says_returned_and_not_refused(stage: Stage) -> None:
    lesson = make_submitted(stage)
    return_with_reason(lesson, actor=stage.secretary, reason="请写明日期")
    client = in_admin(stage.editor)
    for name in ("history", "workflow_history"):
        page = client.get(reverse(f"wagtailsnippets_lessons_microlesson:{name}", args=[lesson.pk])).content.decode()
        assert "拒绝" not in page
    running = fresh(lesson).current_workflow_state
    detail = reverse("wagtailsnippets_lessons_microlesson:workflow_history_detail", args=[lesson.pk, running.pk])
    page = client.get(detail).content.decode()
    assert "已退回" in page
    assert "拒绝" not in page


def test_the_same_question_twice_is_refused_when_handing_in(stage: Stage) -> None:
    lesson = make_draft(stage)
    set_questions(lesson, [QUESTION, QUESTION], actor=stage.author)
    with pytest.raises(InvalidInput) as caught:
        submit_lesson(fresh(lesson), actor=stage.author)
    assert caught.value.fields == {"questions": ["有两道相同的题目。"]}


def test_drafts_that_were_never_handed_in_are_the_authors_alone(stage: Stage) -> None:
    client = in_admin(stage.editor)
    draft = make_draft(stage, title="还没交的草稿")
    taken_back = make_submitted(stage, title="又拿回来的草稿")
    withdraw_lesson(taken_back, actor=stage.author)
    page = client.get("/admin/snippets/lessons/microlesson/").content.decode()
    assert "还没交的草稿" not in page
    assert "又拿回来的草稿" not in page
    for lesson in (draft, taken_back):
        assert client.get(edit_url(lesson)).status_code == 302
        assert client.post(edit_url(lesson), {"title": "改了"}).status_code == 302
        assert newest(lesson).title in {"还没交的草稿", "又拿回来的草稿"}


def test_what_came_back_to_the_author_may_be_finished_by_an_editor(stage: Stage, reviewer: User) -> None:
    lesson = make_submitted(stage)
    approve(lesson, actor=stage.secretary)
    return_with_reason(fresh(lesson), actor=reviewer, reason="题目太长")
    client = in_admin(stage.editor)
    client.post(edit_url(lesson), whole_form(client, lesson) | {"title": "先看杆基", "action-submit": "1"})
    assert [row.stage for row in history_of(lesson)] == ["branch", "editor", "editor"]
    assert waiting_for(reviewer).get().label == "先看杆基"


def test_a_lesson_that_was_taken_down_is_locked_and_leads_to_where_it_is_allowed_again(stage: Stage) -> None:
    lesson = make_published(stage)
    take_down(lesson, actor=stage.editor, reason="有人不同意")
    client = in_admin(stage.editor)
    restore = reverse("lessons:restore", args=[lesson.pk])
    listed = client.get("/admin/snippets/lessons/microlesson/").content.decode()
    page = client.get(edit_url(lesson)).content.decode()
    assert restore in listed
    assert restore in page
    assert "有人不同意" in page
    client.post(edit_url(lesson), {"title": "改了"})
    assert newest(lesson).title == "雪后巡线，先看杆基"
    assert client.get(restore).status_code == 200


def test_versions_are_compared_as_lines(stage: Stage) -> None:
    lesson = with_parts(stage)
    before = lesson.latest_revision_id
    client = in_admin(stage.editor)
    changes = {"captions-0-cues": "00:03.0-00:06.5 先看杆基", "questions-0-options": "杆基\n* 导线"}
    client.post(edit_url(lesson), whole_form(client, lesson) | changes)
    address = reverse(
        "wagtailsnippets_lessons_microlesson:revisions_compare",
        args=[lesson.pk, before, fresh(lesson).latest_revision_id],
    )
    page = client.get(address)
    assert page.status_code == 200
    assert "00:03.0" in page.content.decode()
