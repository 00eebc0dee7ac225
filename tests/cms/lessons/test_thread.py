"""The whole way of a lesson, in code: begun, handed in, checked, published, changed, taken down."""

import uuid
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile
from django.db import IntegrityError
from django.http import Http404

from cms.accounts.models import AuditEntry, User
from cms.assets.models import SiteDocument
from cms.core.errors import InvalidInput, StaleState
from cms.lessons.findings import missing_for_review
from cms.lessons.models import MicroLesson
from cms.lessons.permissions import get_lesson_for, get_reviewable_for
from cms.lessons.queries import state_of, visible_lessons
from cms.lessons.services import (
    attach_document,
    drafts,
    restore,
    save_draft,
    set_captions,
    set_questions,
    start_lesson,
    submit_lesson,
    take_down,
    unpublish,
)
from cms.lessons.services.parts import CueInput, QuestionInput
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.organisations.queries import home_organisation
from cms.quizzes.queries import current_versions, find_quiz
from cms.review.queries import history_of, waiting_for
from cms.review.services import approve, return_with_reason
from cms.taxonomy.enums import Visibility
from cms.videos.models import Video
from search.models import OutboxEntry
from tests.factories.accounts import UserFactory
from tests.factories.assets import PDF
from tests.factories.lessons import Stage, make_draft, make_published, make_submitted, make_video
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db
QUESTION = QuestionInput("single", "先看哪里？", ["杆基", "导线"], [0], "杆基最先松动。", "巡视规程")


def fresh(lesson: MicroLesson) -> MicroLesson:
    return MicroLesson.objects.get(pk=lesson.pk)


def test_a_lesson_goes_from_the_author_over_branch_and_editor_to_everybody(stage: Stage) -> None:
    lesson = make_draft(stage)
    assert state_of(lesson) == "draft"
    submit_lesson(lesson, actor=stage.author)
    assert state_of(fresh(lesson)) == "branch_check"
    assert [state.label for state in waiting_for(stage.secretary)] == ["雪后巡线，先看杆基"]
    assert list(waiting_for(stage.editor)) == []
    approve(fresh(lesson), actor=stage.secretary, comment="属实", checklist=["small", "real"])
    assert state_of(fresh(lesson)) == "editor_review"
    assert list(waiting_for(stage.secretary)) == []
    approve(fresh(lesson), actor=stage.editor)
    shown = fresh(lesson)
    assert (state_of(shown), shown.live, shown.minutes) == ("published", True, 3)
    assert list(visible_lessons(AnonymousUser())) == [shown]
    assert Video.objects.get().visibility == Visibility.PUBLIC
    assert [row.checklist for row in history_of(shown)] == [["real", "small"], []]
    kinds = list(stage.author.notices.order_by("pk").values_list("kind", flat=True))
    assert kinds == ["review.approved", "review.approved"]
    assert OutboxEntry.objects.filter(kind="lesson", object_id=str(lesson.pk)).exists()


@pytest.mark.long
def test_what_came_back_is_answered_and_goes_to_the_same_stage_again(stage: Stage) -> None:
    lesson = make_submitted(stage)
    return_with_reason(fresh(lesson), actor=stage.secretary, reason="请写明日期")
    assert state_of(fresh(lesson)) == "returned"
    assert stage.author.notices.get().body == "请写明日期"
    save_draft(fresh(lesson), {"title": "十二月雪后巡线"}, actor=stage.author)
    submit_lesson(fresh(lesson), actor=stage.author, answer="已补日期")
    state = waiting_for(stage.secretary).get()
    assert (state.label, state.answer, state.stage) == ("十二月雪后巡线", "已补日期", "branch")
    assert get_reviewable_for(stage.secretary, state.pk)[1].title == "十二月雪后巡线"


def test_a_return_without_a_reason_is_refused_and_changes_nothing(stage: Stage) -> None:
    lesson = make_submitted(stage)
    with pytest.raises(InvalidInput):
        return_with_reason(fresh(lesson), actor=stage.secretary, reason="  ")
    assert state_of(fresh(lesson)) == "branch_check"


def test_nobody_reviews_the_own_work_whatever_the_roles(stage: Stage) -> None:
    RoleAssignmentFactory(user=stage.author, organisation=stage.committee, role=Role.EDITOR)
    lesson = make_submitted(stage)
    with pytest.raises(PermissionDenied):
        approve(fresh(lesson), actor=stage.author)
    approve(fresh(lesson), actor=stage.secretary)
    with pytest.raises(PermissionDenied):
        approve(fresh(lesson), actor=stage.author)
    assert list(waiting_for(stage.author)) == []


def test_the_secretary_of_another_branch_does_not_learn_that_it_exists(stage: Stage) -> None:
    other = UserFactory()
    RoleAssignmentFactory(user=other, organisation=OrganisationFactory(parent=stage.committee))
    lesson = make_submitted(stage)
    state = waiting_for(stage.secretary).get()
    with pytest.raises(Http404):
        get_reviewable_for(other, state.pk)
    with pytest.raises(PermissionDenied):
        approve(fresh(lesson), actor=other)


def test_a_branch_without_another_reviewer_passes_the_work_on_to_the_editors(stage: Stage) -> None:
    MembershipFactory(user=(lonely := UserFactory()), organisation=OrganisationFactory(parent=stage.committee))
    lesson = start_lesson(lonely, video=make_video(lonely))
    save_draft(
        lesson,
        {"title": "一个人", "people": "nobody", "minors": "none", "no_secrets": True, "rights_clear": True},
        actor=lonely,
    )
    submit_lesson(lesson, actor=lonely)
    assert state_of(fresh(lesson)) == "editor_review"


@pytest.mark.long
def test_a_change_after_publication_stays_a_draft_until_it_is_reviewed(stage: Stage) -> None:
    lesson = make_published(stage)
    save_draft(lesson, {"title": "改过的题目"}, actor=stage.author)
    set_captions(lesson, [CueInput(0.0, 2.0, "新的字幕")], actor=stage.author)
    set_questions(lesson, [QUESTION], actor=stage.author)
    attach_document(lesson, ContentFile(PDF, name="表.pdf"), actor=stage.author)
    shown = fresh(lesson)
    assert (shown.title, shown.captions.count(), shown.questions.count(), shown.attachments.count()) == (
        "雪后巡线，先看杆基",
        0,
        0,
        0,
    )
    assert (state_of(shown), find_quiz("lesson", lesson.pk)) == ("changed", None)
    submit_lesson(shown, actor=stage.author)
    approve(fresh(lesson), actor=stage.secretary)
    assert fresh(lesson).title == "雪后巡线，先看杆基"
    approve(fresh(lesson), actor=stage.editor)
    after = fresh(lesson)
    assert (after.title, after.captions.get().cues) == ("改过的题目", [{"start": 0.0, "end": 2.0, "text": "新的字幕"}])
    assert after.attachments.get().document.visibility == Visibility.PUBLIC
    quiz = find_quiz("lesson", lesson.pk)
    assert quiz is not None
    assert [version.stem for version in current_versions(quiz)] == ["先看哪里？"]
    assert quiz.visibility == Visibility.PUBLIC


def test_nothing_can_be_changed_while_somebody_reviews_it(stage: Stage) -> None:
    lesson = make_submitted(stage)
    with pytest.raises(StaleState):
        save_draft(fresh(lesson), {"title": "偷偷改"}, actor=stage.author)
    with pytest.raises(StaleState):
        submit_lesson(fresh(lesson), actor=stage.author)


def test_only_the_author_changes_a_draft(stage: Stage) -> None:
    lesson = make_draft(stage)
    with pytest.raises(PermissionDenied):
        save_draft(lesson, {"title": "别人改"}, actor=stage.outsider)


def test_an_incomplete_lesson_is_not_handed_in_and_every_gap_is_named(stage: Stage) -> None:
    lesson = start_lesson(stage.author)
    with pytest.raises(InvalidInput) as caught:
        submit_lesson(lesson, actor=stage.author)
    assert sorted(caught.value.fields) == ["minors", "no_secrets", "people", "rights_clear", "title", "video"]
    assert list(waiting_for(stage.secretary)) == []


@pytest.mark.long
def test_a_take_down_hides_everything_at_once_and_keeps_the_reason(stage: Stage) -> None:
    lesson = make_draft(stage)
    set_questions(lesson, [QUESTION], actor=stage.author)
    attach_document(lesson, ContentFile(PDF, name="表.pdf"), actor=stage.author)
    submit_lesson(fresh(lesson), actor=stage.author)
    approve(fresh(lesson), actor=stage.secretary)
    approve(fresh(lesson), actor=stage.editor)
    before = Video.objects.get()
    quiz = find_quiz("lesson", lesson.pk)
    assert quiz is not None
    OutboxEntry.objects.all().delete()
    take_down(fresh(lesson), actor=stage.secretary, reason="画面里有内部文件")
    after = fresh(lesson)
    video = Video.objects.get()
    quiz.refresh_from_db()
    assert (after.live, after.taken_down_reason, state_of(after)) == (False, "画面里有内部文件", "taken_down")
    assert (video.visibility, quiz.visibility) == (Visibility.PRIVATE, Visibility.PRIVATE)
    assert after.attachments.get().document.visibility == Visibility.PRIVATE
    assert video.address_key != before.address_key
    assert sorted(OutboxEntry.objects.values_list("kind", flat=True)) == ["author", "lesson"]
    entry = AuditEntry.objects.filter(action="lessons.take_down").get()
    assert (entry.actor_id, entry.reason) == (stage.secretary.pk, "画面里有内部文件")
    for person in (AnonymousUser(), stage.author, stage.editor):
        with pytest.raises(Http404):
            get_lesson_for(person, lesson.pk)
    with pytest.raises(StaleState):
        save_draft(after, {"title": "再来"}, actor=stage.author)


def test_a_take_down_needs_a_reason_and_the_duty(stage: Stage) -> None:
    lesson = make_published(stage)
    with pytest.raises(InvalidInput):
        take_down(lesson, actor=stage.editor, reason=" ")
    with pytest.raises(PermissionDenied):
        take_down(lesson, actor=stage.author, reason="不想要了")
    assert fresh(lesson).live


@pytest.mark.long
def test_what_was_taken_down_comes_back_only_through_a_new_review(stage: Stage) -> None:
    lesson = make_published(stage)
    take_down(lesson, actor=stage.editor, reason="核实")
    restore(fresh(lesson), actor=stage.editor, reason="已核实")
    assert state_of(fresh(lesson)) == "unpublished"
    submit_lesson(fresh(lesson), actor=stage.author)
    approve(fresh(lesson), actor=stage.secretary)
    approve(fresh(lesson), actor=stage.editor)
    assert fresh(lesson).live
    assert Video.objects.get().visibility == Visibility.PUBLIC


def test_a_take_down_during_a_review_ends_the_review(stage: Stage) -> None:
    lesson = make_submitted(stage)
    take_down(fresh(lesson), actor=stage.secretary, reason="不合适")
    assert list(waiting_for(stage.secretary)) == []


@pytest.mark.long
def test_the_author_may_stop_showing_the_own_lesson(stage: Stage) -> None:
    lesson = make_published(stage)
    unpublish(lesson, actor=stage.author)
    assert not stage.author.notices.filter(kind="review.unpublished").exists()
    assert list(visible_lessons(stage.author)) == []
    assert Video.objects.get().visibility == Visibility.PRIVATE
    with pytest.raises(StaleState):
        unpublish(fresh(lesson), actor=stage.author)


@pytest.mark.long
def test_an_author_is_told_why_a_lesson_is_no_longer_shown_and_reads_it_until_it_is_shown_again(stage: Stage) -> None:
    lesson = make_published(stage)
    with pytest.raises(InvalidInput):
        unpublish(lesson, actor=stage.editor, reason=" ")
    assert fresh(lesson).live
    unpublish(lesson, actor=stage.editor, reason="有了更新的版本")
    notice = stage.author.notices.get(kind="review.unpublished")
    assert (notice.title, notice.body, notice.url) == (
        "《雪后巡线，先看杆基》不再展示",
        "有了更新的版本",
        f"/lessons/{lesson.pk}/edit/",
    )
    assert fresh(lesson).unpublished_reason == "有了更新的版本"
    submit_lesson(fresh(lesson), actor=stage.author)
    approve(fresh(lesson), actor=stage.secretary)
    approve(fresh(lesson), actor=stage.editor)
    assert fresh(lesson).unpublished_reason == ""


@pytest.mark.long
def test_a_lesson_for_the_own_organisation_is_seen_inside_and_nowhere_else(stage: Stage) -> None:
    lesson = make_published(stage, visibility=Visibility.ORGANISATION, visible_organisation=stage.branch)
    assert list(visible_lessons(stage.secretary)) == [lesson]
    assert list(visible_lessons(stage.outsider)) == []
    assert list(visible_lessons(AnonymousUser())) == []


def test_two_decisions_at_once_count_once(stage: Stage) -> None:
    lesson = make_submitted(stage)
    stale = fresh(lesson)
    state = waiting_for(stage.secretary).get()
    approve(fresh(lesson), actor=stage.secretary)
    with pytest.raises(PermissionDenied):
        state.task.specific.on_action(state, stage.secretary, "approve")
    assert state_of(stale) == "editor_review"


def test_beginning_twice_with_one_key_begins_one_lesson(stage: Stage) -> None:
    import uuid

    key = uuid.uuid4()
    first = start_lesson(stage.author, key=key)
    assert start_lesson(stage.author, key=key) == first
    assert start_lesson(stage.secretary, key=key) != first


def test_a_person_without_a_branch_is_told_whom_to_ask(stage: Stage) -> None:
    with pytest.raises(InvalidInput) as caught:
        start_lesson(UserFactory())
    assert caught.value.code == "no_organisation"


def test_two_autosaves_at_one_moment_with_one_key_begin_one_lesson(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = uuid.uuid4()
    faster: list[MicroLesson] = []

    def meanwhile(author: User) -> Organisation | None:
        if not faster:
            faster.append(MicroLesson())
            faster[0] = start_lesson(author, key=key)
        return home_organisation(author)

    monkeypatch.setattr(drafts, "home_organisation", meanwhile)
    assert start_lesson(stage.author, key=key).pk == faster[0].pk
    assert MicroLesson.objects.count() == 1


@pytest.mark.parametrize("key", [None, uuid.uuid4()])
def test_a_lesson_that_the_database_refuses_is_no_second_autosave(stage: Stage, key: uuid.UUID | None) -> None:
    nothing: Any = None
    with pytest.raises(IntegrityError):
        start_lesson(stage.author, title=nothing, key=key)


@pytest.mark.long
def test_a_draft_whose_video_or_document_is_gone_opens_and_says_so(stage: Stage) -> None:
    lesson = make_published(stage)
    attach_document(lesson, ContentFile(PDF, name="讲义.pdf"), actor=stage.author)
    other = make_video(stage.author)
    save_draft(fresh(lesson), {"video": other}, actor=stage.author)
    SiteDocument.objects.all().delete()
    Video.objects.filter(pk=other.pk).delete()
    draft = fresh(lesson).get_latest_revision_as_object()
    assert (draft.video, list(draft.attachments.all())) == (None, [])
    assert missing_for_review(draft)["video"] == ["还没有视频。请选择一段或现在拍一段。"]
    save_draft(fresh(lesson), {"title": "照样能改"}, actor=stage.author)
