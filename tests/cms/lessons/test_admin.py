"""The admin: reads well in Chinese, shows only the own organisations, publishes only through the review."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction

from cms.accounts.models import AuditEntry, User
from cms.core.clock import today
from cms.core.templatetags.core_tags import local_date
from cms.lessons.models import MicroLesson
from cms.lessons.services import remind_of_review, set_review_by
from cms.lessons.services.groups import ensure_editor_permissions, sync_all_editors, sync_editor_groups
from cms.lessons.services.publication import REVIEW_AFTER
from cms.organisations.enums import Role
from cms.organisations.models import RoleAssignment
from cms.organisations.services import grant_role
from cms.taxonomy.models import TeachingMethod
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.admin import in_admin
from tests.factories.lesson_admin import edit_url
from tests.factories.lessons import Stage, make_draft, make_published, make_stage, make_submitted
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
LIST = "/admin/snippets/lessons/microlesson/"


@pytest.fixture
def stage() -> Stage:
    ensure_editor_permissions()
    return make_stage()


def foreign_editor() -> User:
    person: User = UserFactory()
    give_second_factor(person)
    RoleAssignmentFactory(user=person, organisation=OrganisationFactory(), role=Role.EDITOR)
    return person


def test_the_list_shows_chinese_columns_and_only_the_own_organisations(stage: Stage) -> None:
    make_published(stage)
    page = in_admin(stage.editor).get(LIST).content.decode()
    assert all(word in page for word in ("微课", "雪后巡线，先看杆基", "已发布", "复看日期"))
    assert "雪后巡线" not in in_admin(foreign_editor()).get(LIST).content.decode()


@pytest.mark.parametrize("query", ["state=published", "review_due=false", "no_captions=true", "work_type=lecture"])
def test_every_filter_finds_what_it_says(stage: Stage, query: str) -> None:
    make_published(stage)
    assert "雪后巡线" in in_admin(stage.editor).get(f"{LIST}?{query}").content.decode()


@pytest.mark.parametrize(
    "query", ["state=draft", "review_due=true", "no_captions=false", "work_type=film", "state=nonsense"]
)
def test_every_filter_leaves_the_rest_out(stage: Stage, query: str) -> None:
    make_published(stage)
    page = in_admin(stage.editor).get(f"{LIST}?{query}")
    assert page.status_code == 200
    if query != "state=nonsense":
        assert "雪后巡线，先看杆基" not in page.content.decode()


@pytest.mark.parametrize("name", ["edit", "history", "usage", "workflow_history"])
def test_a_lesson_opens_for_its_editors_and_not_for_those_of_elsewhere(stage: Stage, name: str) -> None:
    lesson = make_published(stage)
    address = reverse(f"wagtailsnippets_lessons_microlesson:{name}", args=[lesson.pk])
    assert in_admin(stage.editor).get(address).status_code == 200
    assert in_admin(foreign_editor()).get(address).status_code == 302
    assert in_admin(stage.author).get(address).status_code in (302, 403)


def test_the_admins_own_unpublishing_leads_to_where_the_reason_is_asked_for(stage: Stage) -> None:
    lesson = make_published(stage)
    address = reverse("wagtailsnippets_lessons_microlesson:unpublish", args=[lesson.pk])
    for answer in (in_admin(stage.editor).get(address), in_admin(stage.editor).post(address)):
        assert (answer.status_code, answer["Location"]) == (302, f"/lessons/{lesson.pk}/unpublish/")
    assert in_admin(foreign_editor()).post(address)["Location"] == "/admin/"
    assert MicroLesson.objects.get(pk=lesson.pk).live


def test_an_editor_cannot_publish_past_the_review_even_by_hand(stage: Stage) -> None:
    lesson = make_draft(stage)
    client = in_admin(stage.editor)
    address = reverse("wagtailsnippets_lessons_microlesson:edit", args=[lesson.pk])
    assert "action-publish" not in client.get(address).content.decode()
    client.post(address, {"title": "绕过", "action-publish": "1"})
    assert not MicroLesson.objects.get(pk=lesson.pk).live


def test_the_first_page_shows_what_needs_an_eye(stage: Stage) -> None:
    make_published(stage)
    page = in_admin(stage.editor).get("/admin/").content.decode()
    assert "已发布但没有字幕" in page
    assert "等你审核" in page


@pytest.mark.parametrize(("kind", "words"), [("topic", "专题"), ("audience", "受众"), ("teachingmethod", "教学方法")])
def test_labels_read_well(stage: Stage, kind: str, words: str) -> None:
    page = in_admin(stage.editor).get(f"/admin/snippets/taxonomy/{kind}/")
    assert page.status_code == 200
    assert words in page.content.decode()


def test_editors_of_the_whole_tree_keep_the_vocabulary_of_methods_and_it_is_written_down(stage: Stage) -> None:
    address, given = "/admin/snippets/taxonomy/teachingmethod/add/", {"name": "案例教学", "slug": "case", "order": 1}
    in_admin(make_editor(stage.branch)).post(address, given)
    assert not TeachingMethod.objects.exists()
    in_admin(stage.editor).post(address, given)
    assert str(TeachingMethod.objects.get()) == "案例教学"
    assert AuditEntry.objects.get(action="taxonomy.add_label").actor_id == stage.editor.pk


def test_the_review_day_is_set_in_bulk_and_written_down(stage: Stage) -> None:
    lesson = make_published(stage)
    day = today() + timedelta(days=90)
    address = f"/admin/bulk/lessons/microlesson/set_review_by/?id={lesson.pk}"
    client = in_admin(stage.editor)
    page = client.get(address).content.decode()
    assert f'<input type="date" name="review_by" value="{(today() + REVIEW_AFTER).isoformat()}"' in page
    assert ">先不了</a>" in page
    client.post(address, {"review_by": day.isoformat()})
    assert MicroLesson.objects.get(pk=lesson.pk).review_by == day
    assert AuditEntry.objects.get(action="lessons.set_review_by").actor_id == stage.editor.pk


def test_a_review_day_that_is_over_gets_a_sentence_and_changes_nothing(stage: Stage) -> None:
    lesson = make_published(stage)
    address = f"/admin/bulk/lessons/microlesson/set_review_by/?id={lesson.pk}"
    page = in_admin(stage.editor).post(address, {"review_by": today().isoformat()})
    assert "请选择以后的日期" in page.content.decode()
    assert MicroLesson.objects.get(pk=lesson.pk).review_by == lesson.review_by


def test_the_review_day_stands_on_the_page_of_a_lesson_and_is_set_there_without_a_new_version(stage: Stage) -> None:
    lesson = make_published(stage)
    client = in_admin(stage.editor)
    page = client.get(edit_url(lesson)).content.decode()
    act = f"/admin/bulk/lessons/microlesson/set_review_by/?id={lesson.pk}&amp;next={quote(edit_url(lesson), safe='')}"
    assert local_date(lesson.review_by) in page
    assert act in page
    answer = client.post(act.replace("&amp;", "&"), {"review_by": (today() + timedelta(days=9)).isoformat()})
    after = MicroLesson.objects.get(pk=lesson.pk)
    assert answer["Location"] == edit_url(lesson)
    assert (after.review_by, after.has_unpublished_changes) == (today() + timedelta(days=9), False)


def test_lessons_stop_being_shown_in_bulk_with_a_reason_but_not_by_others(stage: Stage) -> None:
    lesson = make_published(stage)
    address = f"/admin/bulk/lessons/microlesson/unpublish/?id={lesson.pk}"
    in_admin(foreign_editor()).post(address, {"reason": "旧了"})
    page = in_admin(stage.editor).post(address, {"reason": " "})
    assert 'name="reason"' in page.content.decode()
    assert MicroLesson.objects.get(pk=lesson.pk).live
    in_admin(stage.editor).post(address, {"reason": "有了更新的版本"})
    after = MicroLesson.objects.get(pk=lesson.pk)
    assert (after.live, after.unpublished_reason) == (False, "有了更新的版本")


def test_nothing_is_offered_in_bulk_that_is_always_refused(stage: Stage) -> None:
    lesson = make_published(stage)
    client = in_admin(stage.editor)
    acts = re.findall(r"/admin/bulk/lessons/microlesson/(\w+)/", client.get(LIST).content.decode())
    assert acts == ["set_review_by", "unpublish"]
    assert client.get(f"/admin/bulk/lessons/microlesson/delete/?id={lesson.pk}").status_code == 404
    assert client.get("/admin/bulk/taxonomy/topic/delete/?id=0").status_code == 404
    assert MicroLesson not in DeleteBulkAction.models


@pytest.mark.parametrize("act", ["set_review_by", "unpublish"])
@pytest.mark.parametrize("ids", ["id={pk}", "id=all", "id=x&id={pk}", "id=99999999999999999999"])
def test_a_bulk_page_names_no_lesson_that_is_none_of_the_persons_business(stage: Stage, act: str, ids: str) -> None:
    draft = make_draft(stage, title="绝密草稿")
    page = in_admin(stage.editor).get(f"/admin/bulk/lessons/microlesson/{act}/?{ids.format(pk=draft.pk)}")
    assert page.status_code == 404
    assert "绝密草稿" not in page.content.decode()


def test_the_groups_follow_the_roles_and_setting_up_twice_changes_nothing(stage: Stage) -> None:
    ensure_editor_permissions()
    sync_editor_groups(stage.editor)
    assert list(stage.editor.groups.values_list("name", flat=True)) == ["内容编辑"]
    assert Group.objects.filter(name="内容编辑").count() == 1
    RoleAssignment.objects.filter(user=stage.editor).update(ends_on=today() - timedelta(days=1))
    sync_all_editors()
    assert list(stage.editor.groups.all()) == []


def test_a_duty_that_ran_out_by_its_date_leaves_its_group_though_another_duty_goes_on(stage: Stage) -> None:
    person = UserFactory()
    ending = grant_role(person, stage.committee, Role.EDITOR)
    grant_role(person, stage.committee, Role.BRANCH_SECRETARY)
    assert [group.name for group in person.groups.all()] == ["内容编辑"]
    RoleAssignment.objects.filter(pk=ending.pk).update(ends_on=today() - timedelta(days=1))
    sync_all_editors()
    assert list(person.groups.all()) == []


def test_authors_and_editors_are_reminded_once_of_a_lesson_that_grows_old(stage: Stage) -> None:
    lesson = make_published(stage)
    assert remind_of_review() == 0
    set_review_by([lesson], today() + timedelta(days=5), actor=stage.editor)
    assert (remind_of_review(), remind_of_review()) == (1, 0)
    told = [
        stage.author.notices.filter(kind="review.due").count(),
        stage.editor.notices.filter(kind="review.due").count(),
    ]
    assert told == [1, 1]
    notice = stage.author.notices.get(kind="review.due")
    assert notice.title == f"请在 {local_date(today() + timedelta(days=5))} 前复看《雪后巡线，先看杆基》"


@pytest.mark.parametrize("mode", ["", "elder", "screen"])
def test_a_lesson_is_previewed_as_it_would_be_seen(stage: Stage, mode: str) -> None:
    lesson = make_submitted(stage)
    answer = lesson.make_preview_request(preview_mode=mode)
    words = answer.content.decode()
    assert (answer.status_code, lesson.title in words) == (200, True)
    assert re.findall('data-view="([a-z]*)"', words) == ([mode] if mode else [])


def test_an_editor_sees_a_preview_of_what_waits(stage: Stage) -> None:
    lesson = make_submitted(stage)
    revision = lesson.latest_revision
    address = reverse("wagtailsnippets_lessons_microlesson:revisions_view", args=[lesson.pk, revision.pk])
    page = in_admin(stage.editor).get(address)
    assert page.status_code == 200
    assert "发布后是这个样子" in page.content.decode()
