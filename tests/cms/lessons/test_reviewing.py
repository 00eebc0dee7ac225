"""What a reviewer sees: all that is approved, what changed, what was ticked before; and what editors are told of."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.models import User
from cms.lessons.changes import Change, changes_between
from cms.lessons.models import MicroLesson
from cms.lessons.services import save_draft, set_captions, set_questions, submit_lesson, unpublish
from cms.lessons.services.groups import ensure_editor_permissions
from cms.lessons.services.parts import CueInput, QuestionInput
from cms.organisations.enums import Role
from cms.review.queries import waiting_for
from cms.review.services import approve, return_with_reason
from cms.videos.enums import VideoStatus
from tests.factories.accounts import UserFactory, give_second_factor, signed_in
from tests.factories.admin import in_admin
from tests.factories.lesson_admin import edit_url
from tests.factories.lessons import Stage, make_draft, make_published, make_stage, make_submitted, make_video
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory
from tests.factories.taxonomy import AudienceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    ensure_editor_permissions()
    return make_stage()


def fresh(lesson: MicroLesson) -> MicroLesson:
    return MicroLesson.objects.get(pk=lesson.pk)


def review_page(person: User) -> str:
    """Return the check page of the only look that waits for the person."""
    address = reverse("lessons:review", args=[waiting_for(person).get().pk])
    return signed_in(person).get(address).content.decode()


def changed_again(lesson: MicroLesson, stage: Stage, **values: Any) -> None:
    save_draft(fresh(lesson), values, actor=stage.author)
    submit_lesson(fresh(lesson), actor=stage.author)


def test_a_reviewer_sees_all_that_is_approved(stage: Stage) -> None:
    lesson = make_draft(
        stage,
        speaker_name="王师傅",
        unit="供电所",
        producer="融媒体中心",
        work_type="interview",
        template="free",
        speech="dialect",
        series="冬季保供",
        audiences=[AudienceFactory(name="青年党员")],
    )
    set_captions(lesson, [CueInput(0.0, 2.0, "先看杆基")], actor=stage.author)
    submit_lesson(fresh(lesson), actor=stage.author)
    page = review_page(stage.secretary)
    rows = {
        "主讲人": "王师傅",
        "单位": "供电所",
        "制作": "融媒体中心",
        "作品形式": "访谈",
        "形式": "自由",
        "用什么话讲": "方言",
        "系列": "冬季保供",
    }
    for label, words in rows.items():
        assert f"<dt>{label}</dt><dd>{words}</dd>" in page
    assert "青年党员" in page
    assert "简体中文 · 还没有人工核对" in page


@pytest.mark.long
def test_what_was_ticked_and_written_is_read_by_the_next_reviewer_and_by_the_author(stage: Stage) -> None:
    lesson = make_submitted(stage)
    approve(lesson, actor=stage.secretary, comment="属实", checklist=["real"])
    author_page = signed_in(stage.author).get(reverse("lessons:submit", args=[lesson.pk])).content.decode()
    for page in (review_page(stage.editor), author_page):
        history = page[page.index("history-title") :].split("</section>")[0]
        assert "已通过" in history
        assert "属实" in history
        assert "实：真有其事，人名和数字准确" in history
        assert "小：一件事" not in history


def test_a_first_hand_in_is_compared_with_nothing(stage: Stage) -> None:
    make_submitted(stage)
    assert "changes-title" not in review_page(stage.secretary)


@pytest.mark.long
def test_a_reviewer_sees_what_differs_from_what_is_shown(stage: Stage) -> None:
    lesson = make_published(stage)
    changed_again(lesson, stage, title="先看杆基，再看导线")
    page = review_page(stage.secretary)
    assert "与展示的版本有什么不同" in page
    assert "原来： 雪后巡线，先看杆基" in page
    assert "现在： 先看杆基，再看导线" in page
    approve(fresh(lesson), actor=stage.secretary)
    assert "原来： 雪后巡线，先看杆基" in review_page(stage.editor)


@pytest.mark.long
def test_what_is_no_longer_shown_is_compared_with_what_was(stage: Stage) -> None:
    lesson = make_published(stage)
    unpublish(lesson, actor=stage.author)
    submit_lesson(fresh(lesson), actor=stage.author)
    page = review_page(stage.secretary)
    assert "与展示过的版本有什么不同" in page
    assert "内容没有变化。" in page


@pytest.mark.long
def test_a_reviewer_sees_what_changed_since_it_was_returned(stage: Stage) -> None:
    lesson = make_submitted(stage)
    return_with_reason(lesson, actor=stage.secretary, reason="请写明日期")
    changed_again(lesson, stage, show="十二月三日，雪后")
    page = review_page(stage.secretary)
    assert "退回后改了什么" in page
    assert "现在： 十二月三日，雪后" in page


def test_every_part_is_compared_in_words_and_long_texts_by_the_lines_that_differ(stage: Stage) -> None:
    lesson = make_draft(stage, work_type="lecture", audiences=[AudienceFactory(name="老党员")])
    cues = [CueInput(float(n), n + 0.5, f"第{n}句") for n in range(20)]
    set_captions(lesson, cues, actor=stage.author)
    set_questions(lesson, [QuestionInput("single", "先看哪里？", ["杆基", "导线"], [0])], actor=stage.author)
    old = fresh(lesson).get_latest_revision_as_object()
    set_captions(lesson, [*cues[:19], CueInput(19.0, 19.5, "改过")], actor=stage.author)
    set_questions(lesson, [QuestionInput("single", "先看哪里？", ["杆基", "导线"], [1])], actor=stage.author)
    save_draft(
        fresh(lesson),
        {"work_type": "film", "rights_clear": False, "audiences": [], "visible_organisation": stage.branch},
        actor=stage.author,
    )
    new = fresh(lesson).get_latest_revision_as_object()
    assert changes_between(old, old) == []
    assert changes_between(old, new) == [
        Change("可见的组织", "", str(stage.branch)),
        Change("作品形式", "短讲", "电教片"),
        Change("用到的音乐和图片可以使用", "是", "否"),
        Change("受众", "老党员", ""),
        Change("字幕", "00:19.0-00:19.5 第19句", "00:19.0-00:19.5 改过"),
        Change("题目", "* 杆基\n导线", "杆基\n* 导线"),
    ]


def test_of_a_text_that_is_new_from_end_to_end_the_first_lines_are_shown(stage: Stage) -> None:
    lesson = make_draft(stage)
    old = fresh(lesson).get_latest_revision_as_object()
    set_captions(lesson, [CueInput(float(n), n + 0.5, f"第{n}句") for n in range(20)], actor=stage.author)
    (change,) = changes_between(old, fresh(lesson).get_latest_revision_as_object())
    lines = change.new.splitlines()
    assert (len(lines), lines[-1]) == (13, "……还有 9 行")


def test_lines_in_another_order_are_a_change_too(stage: Stage) -> None:
    lesson = make_draft(stage, digest="一\n二\n三")
    old = fresh(lesson).get_latest_revision_as_object()
    save_draft(fresh(lesson), {"digest": "一\n三\n二"}, actor=stage.author)
    new = fresh(lesson).get_latest_revision_as_object()
    assert changes_between(old, new) == [Change("三行要点", "一\n二\n三", "一\n三\n二")]


@pytest.mark.long
def test_the_admin_offers_to_compare_what_was_handed_in_with_what_is_shown_and_with_the_look_before(
    stage: Stage,
) -> None:
    lesson = make_published(stage)
    changed_again(lesson, stage, title="改过的题目")
    return_with_reason(fresh(lesson), actor=stage.secretary, reason="请写明日期")
    changed_again(lesson, stage, title="又改过的题目")
    client = in_admin(stage.editor)
    page = client.get(edit_url(lesson)).content.decode()
    compare = f"/admin/snippets/lessons/microlesson/history/{lesson.pk}/revisions/compare"
    looks = [look.revision_id for look in history(lesson)]
    assert f'href="{compare}/live...latest/"' in page
    assert f'href="{compare}/{looks[-2]}...{looks[-1]}/"' in page
    shown = client.get(f"{compare}/live...latest/").content.decode()
    assert "又改过的" in shown
    entries = client.get(f"/admin/snippets/lessons/microlesson/history/{lesson.pk}/").content.decode()
    assert f'href="{compare}/{looks[-2]}...latest/"' in entries


def history(lesson: MicroLesson) -> list[Any]:
    from cms.review.queries import history_of

    return list(history_of(lesson))


@pytest.mark.long
def test_nothing_is_offered_to_compare_while_nothing_differs(stage: Stage) -> None:
    page = in_admin(stage.editor).get(edit_url(make_published(stage))).content.decode()
    assert "/revisions/compare/" not in page


@pytest.mark.long
def test_editors_see_whose_videos_did_not_work_and_why_within_their_reach(stage: Stage) -> None:
    failed = {"status": VideoStatus.FAILED, "error_code": "no_picture", "generation": ""}
    make_video(stage.author, filename="绝密草稿", **failed)
    make_draft(stage, title="绝密草稿")
    stranger: User = UserFactory()
    give_second_factor(stranger)
    RoleAssignmentFactory(user=stranger, organisation=OrganisationFactory(parent=stage.branch), role=Role.EDITOR)
    page = in_admin(stage.editor).get("/admin/").content.decode()
    panel = page[page.index("panel-videos_failed") :]
    for words in ("(1)", str(stage.author), str(stage.branch), "这个文件里没有活动的画面。请换一个视频。"):
        assert words in panel
    assert "绝密草稿" not in page
    elsewhere = in_admin(stranger).get("/admin/").content.decode()
    assert str(stage.author) not in elsewhere[elsewhere.index("panel-videos_failed") :]


@pytest.mark.long
def test_the_list_of_failed_videos_costs_the_same_for_one_and_three(stage: Stage) -> None:
    client = in_admin(stage.editor)
    counts = []
    for more in (1, 2):
        for _turn in range(more):
            make_video(stage.author, status=VideoStatus.FAILED, error_code="broken", generation="")
        client.get("/admin/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/admin/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.long
def test_the_watch_page_names_kind_of_work_producer_and_series_and_leads_to_its_other_lessons(stage: Stage) -> None:
    lesson = make_published(stage, work_type="film", producer="融媒体中心", series="冬季保供 & 平安")
    make_published(stage, title="不在系列里")
    page = Client().get(f"/lessons/{lesson.pk}/").content.decode()
    address = "/lessons/?series=%E5%86%AC%E5%AD%A3%E4%BF%9D%E4%BE%9B%20%26%20%E5%B9%B3%E5%AE%89"
    assert all(words in page for words in ("电教片", "制作： 融媒体中心", f'href="{address}"'))
    found = Client().get(address).content.decode()
    assert "雪后巡线，先看杆基" in found
    assert "不在系列里" not in found
    assert 'aria-current="true">冬季保供 &amp; 平安' in found
    assert "不在系列里" in Client().get("/lessons/").content.decode()
