from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import User
from cms.core.clock import today
from cms.courses.models import BranchGuide, BranchItem, GuideItem, GuidePage, ItemDone
from cms.courses.queries.guides import guide_of_month
from cms.courses.services import guides
from cms.courses.services.guides import MAX_OWN_ITEMS, add_own_item, copy_guide, take_over_changes
from cms.notices.models import Notice
from cms.organisations.enums import Role
from tests.factories.assets import DocumentFactory
from tests.factories.courses import make_guide, published, set_parts, watch
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
HUGE = "9" * 400


stage = standing_scene(make_stage)


def as_person(person: User | None) -> Client:
    client = Client()
    if person is not None:
        client.force_login(User.objects.get(pk=person.pk))
    return client


def shown_to(person: User | None, address: str) -> str:
    response = as_person(person).get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def make_copy(stage: Stage, guide: GuidePage) -> BranchGuide:
    return copy_guide(guide, stage.branch, actor=stage.secretary)


@pytest.mark.long
def test_a_guide_shows_theme_items_and_points_to_talk_about(stage: Stage) -> None:
    guide = make_guide(stage, make_published(stage, title="冬季用电"))
    page = shown_to(None, guide.url)
    for words in ("冬季安全", "冬季用电", "检查表", "https://example.org/a", "支部讨论", "哪里容易忽略？", "怎么改？"):
        assert words in page
    assert "items/" not in page


@pytest.mark.long
def test_the_guide_of_the_month_is_this_months(stage: Stage) -> None:
    before = make_guide(stage, month=today().replace(day=1) - timedelta(days=1), title="上月")
    now = make_guide(stage, title="本月")
    assert guide_of_month(stage.outsider) == now
    assert guide_of_month(stage.outsider, before.month) == before
    assert guide_of_month(stage.outsider, date(2019, 1, 1)) is None
    page = shown_to(None, "/guides/")
    assert page.index("本月") < page.index("上月")


@pytest.mark.long
def test_every_item_of_a_guide_is_ticked_in_private(stage: Stage) -> None:
    lesson = make_published(stage)
    guide = make_guide(stage, lesson)
    reader = as_person(stage.outsider)
    for item in guide.items.all():
        sent = reader.post(f"/courses/{guide.pk}/items/{item.key}/", {"done": "1", "next": guide.url})
        assert sent.headers["Location"] == f"{guide.url}#item-{item.key}"
    assert shown_to(stage.outsider, guide.url).count('class="is-done"') == guide.items.count()
    assert "is-done" not in shown_to(stage.secretary, guide.url)
    assert ItemDone.objects.filter(user=stage.outsider).count() == guide.items.count()


@pytest.mark.long
def test_a_lesson_watched_elsewhere_is_done_in_the_guide(stage: Stage) -> None:
    lesson = make_published(stage)
    guide = make_guide(stage, lesson)
    before = shown_to(stage.outsider, guide.url)
    watch(stage.outsider, lesson)
    after = shown_to(stage.outsider, guide.url)
    assert after.count('class="is-done"') == 1
    assert after.count('name="done"') == before.count('name="done"') - 1


@pytest.mark.long
def test_a_key_of_another_page_is_not_ticked(stage: Stage) -> None:
    guide, other = make_guide(stage), make_guide(stage, title="别的")
    key = other.items.get(title="检查表").key
    assert as_person(stage.outsider).post(f"/courses/{guide.pk}/items/{key}/", {"done": "1"}).status_code == 302
    assert not ItemDone.objects.exists()


@pytest.mark.long
def test_a_branch_copies_leaves_out_adds_and_members_read_its_version(stage: Stage) -> None:
    guide = make_guide(stage, make_published(stage, title="冬季用电"))
    keeper = as_person(stage.secretary)
    assert keeper.get(f"/guides/{guide.pk}/copy/").status_code == 200
    made = keeper.post(f"/guides/{guide.pk}/copy/", {"organisation": stage.branch.pk}).headers["Location"]
    copy = BranchGuide.objects.get()
    rows = {row.key: row for row in copy.items.all()}
    link = GuideItem.objects.get(guide=guide, title="检查表")
    form = {
        "act": "save",
        "note": "本月看用电",
        "together_on": "2026-12-03",
        f"line{rows[link.key].pk}-note": "",
        f"line{rows[link.key].pk}-left_out": "on",
    }
    assert keeper.post(made, form).status_code == 302
    own = {"act": "add", "own-title": "查一次插座", "own-note": "拍一张照"}
    assert keeper.post(made, form | own).status_code == 302
    page = shown_to(stage.author, f"/guides/branch/{copy.pk}/")
    assert [words in page for words in ("本月看用电", "查一次插座", "拍一张照", "冬季用电", "检查表")] == [
        True
    ] * 4 + [False]
    assert "2026年12月3日" in page
    assert "哪里容易忽略？" in page, "the meeting needs the points to talk about"
    assert 'data-view="screen"' in shown_to(stage.author, f"/guides/branch/{copy.pk}/?view=screen")
    assert f"/guides/branch/{copy.pk}/" in shown_to(stage.author, guide.url)
    original = shown_to(stage.author, guide.url)
    assert ("检查表" in original, "查一次插座" in original) == (True, False)


@pytest.mark.long
def test_ticks_are_the_same_on_the_branchs_version(stage: Stage) -> None:
    guide = make_guide(stage)
    copy = make_copy(stage, guide)
    key = guide.items.get(title="检查表").key
    address = f"/guides/branch/{copy.pk}/"
    sent = as_person(stage.author).post(f"/courses/{guide.pk}/items/{key}/", {"done": "1", "next": address})
    assert sent.headers["Location"] == f"{address}#item-{key}"
    assert "is-done" in shown_to(stage.author, address)


@pytest.mark.long
def test_a_branchs_version_is_for_its_people_and_kept_by_its_own(stage: Stage) -> None:
    guide = make_guide(stage)
    copy = make_copy(stage, guide)
    assert as_person(stage.outsider).get(f"/guides/branch/{copy.pk}/").status_code == 404
    assert as_person(stage.author).get(f"/workbench/guides/{copy.pk}/").status_code == 404
    assert as_person(stage.author).get("/workbench/guides/").status_code == 404
    assert as_person(stage.author).get(f"/guides/{guide.pk}/copy/").status_code == 404
    with pytest.raises(PermissionDenied):
        copy_guide(guide, stage.branch, actor=stage.author)
    elsewhere = OrganisationFactory()
    sent = as_person(stage.secretary).post(f"/guides/{guide.pk}/copy/", {"organisation": elsewhere.pk})
    assert (sent.status_code, BranchGuide.objects.count()) == (400, 1)


def test_copying_twice_keeps_the_first_copy(stage: Stage) -> None:
    guide = make_guide(stage)
    assert make_copy(stage, guide) == make_copy(stage, guide)
    with pytest.raises(IntegrityError), transaction.atomic():
        BranchGuide.objects.create(guide=guide, organisation=stage.branch)


@pytest.mark.long
def test_a_changed_original_is_told_and_taken_over_only_when_the_branch_says_so(stage: Stage) -> None:
    guide = make_guide(stage)
    copy = make_copy(stage, guide)
    BranchItem.objects.filter(copy=copy).update(note="我们的话")
    gone = guide.items.get(title="检查表")
    set_parts(guide, "items", [guide.items.get(title="支部讨论"), GuideItem(title="新的一项")])
    guide.save_revision(user=stage.editor)
    published(stage, GuidePage.objects.get(pk=guide.pk))
    notice = Notice.objects.get(user=stage.secretary, kind="courses.guide_changed")
    assert "采用新的内容" in shown_to(stage.secretary, notice.url)
    keeper = as_person(stage.secretary)
    assert keeper.post(notice.url, {"act": "take_over", "note": ""}).status_code == 302
    rows = list(BranchItem.objects.filter(copy=copy))
    assert [row.note for row in rows] == ["我们的话", ""]
    assert gone.key not in {row.key for row in rows}
    assert "采用新的内容" not in shown_to(stage.secretary, notice.url)
    take_over_changes(BranchGuide.objects.get(pk=copy.pk), actor=stage.secretary)
    assert BranchItem.objects.filter(copy=copy).count() == 2


@pytest.mark.long
def test_lines_move_and_own_tasks_go(stage: Stage) -> None:
    copy = make_copy(stage, make_guide(stage))
    own = add_own_item(copy, title="查插座", actor=stage.secretary)
    address, keeper = f"/workbench/guides/{copy.pk}/", as_person(stage.secretary)
    moved = keeper.post(address, {"act": f"up-{own.pk}", "note": ""})
    assert moved.headers["Location"] == f"{address}#line-{own.pk}"
    assert [row.title for row in copy.items.all()] == ["", "查插座", ""]
    of_the_guide = copy.items.first()
    assert of_the_guide is not None
    keeper.post(address, {"act": f"remove-{of_the_guide.pk}", "note": ""})
    keeper.post(address, {"act": f"remove-{own.pk}", "note": ""})
    assert copy.items.count() == 2


@pytest.mark.parametrize("button", ["up", "down", "remove", "add", "take_over"])
def test_every_button_keeps_what_was_typed_before_it_acts(stage: Stage, button: str) -> None:
    copy = make_copy(stage, make_guide(stage))
    own = add_own_item(copy, title="查插座", actor=stage.secretary)
    lines = list(copy.items.all())
    typed = {"note": "本月看用电", "together_on": "2026-12-03", "own-title": "拍照", "own-note": "各拍一张"}
    typed |= {f"line{line.pk}-note": f"第{place}行" for place, line in enumerate(lines)}
    typed[f"line{lines[0].pk}-left_out"] = "on"
    act = button if button in {"add", "take_over"} else f"{button}-{own.pk}"

    assert as_person(stage.secretary).post(f"/workbench/guides/{copy.pk}/", typed | {"act": act}).status_code == 302
    copy.refresh_from_db()
    assert (copy.note, copy.together_on) == ("本月看用电", date(2026, 12, 3))
    kept = {row.pk: (row.note, row.left_out) for row in copy.items.all()}
    expected = {line.pk: (f"第{place}行", place == 0) for place, line in enumerate(lines)}
    added = copy.items.get(title="拍照")
    assert kept == {pk: told for pk, told in expected.items() if button != "remove" or pk != own.pk} | {
        added.pk: ("各拍一张", False)
    }


@pytest.mark.parametrize("button", ["up", "remove"])
def test_a_button_does_nothing_while_something_typed_cannot_be_kept_and_all_of_it_stays(
    stage: Stage, button: str
) -> None:
    copy = make_copy(stage, make_guide(stage))
    own = add_own_item(copy, title="查插座", actor=stage.secretary)
    before = list(copy.items.values_list("pk", "note"))
    typed = {"note": "本月看用电", "together_on": "9月的哪天", f"line{own.pk}-note": "带上工具", "own-title": "拍照"}
    sent = as_person(stage.secretary).post(f"/workbench/guides/{copy.pk}/", typed | {"act": f"{button}-{own.pk}"})
    page = sent.content.decode()

    assert sent.status_code == 400
    assert [words in page for words in ("本月看用电", "带上工具", "拍照", "error-text")] == [True] * 4
    assert list(copy.items.values_list("pk", "note")) == before


def test_a_line_that_somebody_added_meanwhile_keeps_its_note(stage: Stage) -> None:
    copy = make_copy(stage, make_guide(stage))
    meanwhile = add_own_item(copy, title="查插座", note="带上工具", actor=stage.secretary)
    sent = as_person(stage.secretary).post(f"/workbench/guides/{copy.pk}/", {"act": "save", "note": "本月看用电"})
    meanwhile.refresh_from_db()

    assert (sent.status_code, meanwhile.note) == (302, "带上工具")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({"act": "burn-1", "note": ""}, 404),
        ({"act": "up", "note": ""}, 404),
        ({"act": f"up-{HUGE}", "note": ""}, 404),
        ({"act": "add", "own-title": "", "note": ""}, 400),
        ({"act": "add", "own-title": "长" * 81, "note": ""}, 400),
        ({"act": "save", "own-note": "没有题目", "note": ""}, 400),
        ({"act": "save", "note": "a\x00b"}, 400),
        ({"act": "save", "note": "", "together_on": "0000-99-99"}, 400),
        ({"act": "save", "together_on": "2026-12-03"}, 400),
        ({}, 400),
    ],
)
def test_what_cannot_be_used_changes_nothing(stage: Stage, form: dict[str, str], status: int) -> None:
    copy = make_copy(stage, make_guide(stage))
    sent = as_person(stage.secretary).post(f"/workbench/guides/{copy.pk}/", form)
    copy.refresh_from_db()
    assert (sent.status_code, copy.note, copy.items.count()) == (status, "", 2)


@pytest.mark.long
def test_a_branch_adds_a_bounded_number_of_tasks(stage: Stage) -> None:
    copy = make_copy(stage, make_guide(stage))
    keeper = as_person(stage.secretary)
    for number in range(MAX_OWN_ITEMS + 1):
        typed = {"act": "add", "own-title": f"任务{number}", "note": f"第{number}次"}
        sent = keeper.post(f"/workbench/guides/{copy.pk}/", typed)
    page = sent.content.decode()
    assert [words in page for words in (f"任务{MAX_OWN_ITEMS}", f"第{MAX_OWN_ITEMS}次")] == [True, True]
    assert (sent.status_code, copy.items.filter(key=None).count()) == (400, MAX_OWN_ITEMS)


@pytest.mark.long
def test_a_guide_that_is_shown_no_longer_takes_its_branches_versions_along(stage: Stage) -> None:
    guide = make_guide(stage)
    copy = make_copy(stage, guide)
    guide.unpublish()
    assert as_person(stage.author).get(f"/guides/branch/{copy.pk}/").status_code == 404
    assert as_person(stage.author).get(guide.url).status_code == 404


@pytest.mark.long
def test_the_files_of_a_guide_open_for_its_readers(stage: Stage) -> None:
    from cms.courses.models import GuideFile

    document = DocumentFactory(uploaded_by_user=stage.editor)
    guide = make_guide(stage, files=[GuideFile(document=document)])
    assert document.url in shown_to(None, guide.url)
    opened = as_person(None).get(document.url)
    assert (opened.status_code, opened.getvalue()[:4]) == (200, b"%PDF")
    guide.unpublish()
    assert as_person(None).get(document.url).status_code == 404


@pytest.mark.wide
def test_lists_take_as_many_queries_for_three_rows_as_for_one(stage: Stage) -> None:
    def count(person: User, address: str) -> int:
        client = as_person(person)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        return len(queries)

    lessons = [make_published(stage, title=f"课{number}") for number in range(3)]
    make_editor(stage.committee, Role.REVIEWER)
    small, large = make_guide(stage, *lessons[:1]), make_guide(stage, *lessons, title="大")
    one, three = make_copy(stage, small), make_copy(stage, large)
    assert count(stage.author, small.url) == count(stage.author, large.url)
    assert count(stage.author, f"/guides/branch/{one.pk}/") == count(stage.author, f"/guides/branch/{three.pk}/")
    assert count(stage.secretary, f"/workbench/guides/{one.pk}/") == count(
        stage.secretary, f"/workbench/guides/{three.pk}/"
    )
    pages = [(stage.author, "/guides/"), (stage.secretary, "/workbench/guides/")]
    before = [count(*page) for page in pages]
    make_copy(stage, make_guide(stage, title="第三份"))
    assert [count(*page) for page in pages] == before


def test_of_two_who_copy_a_guide_at_once_the_second_gets_the_first_s_copy(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    guide = make_guide(stage)
    made = make_copy(stage, guide)
    # The second one looked before the first wrote.
    monkeypatch.setattr(guides, "copy_of", lambda *_asked: None)
    assert make_copy(stage, guide) == made
