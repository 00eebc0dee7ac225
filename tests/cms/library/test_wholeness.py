"""Drafts keep what was typed, whatever they lack; what is handed in or approved is whole, and says what it lacks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.core.errors import InvalidInput, StaleState
from cms.courses.models import CourseItem, CoursePage, CourseQuestion, GuideItem, GuidePage
from cms.itineraries.models import ItineraryPage
from cms.lessons.models import MicroLesson
from cms.lessons.services.groups import sync_editor_groups
from cms.library.models import ContentPage, ReadingListPage, ResourcePage
from cms.library.services import ensure_sections
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.review.queries import waiting_for
from cms.review.services import approve, resubmit, return_with_reason, submit
from tests.factories.library import BODY, make_editor, make_page, make_resource
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db
NOTHING = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "60"}
ONE = NOTHING | {"TOTAL_FORMS": "1"}
OFFERS_NOTHING = "请提供文件、正文、影片或网址。"
ITEM = "请选择微课或页面，或为任务写一个标题。"
LOST_ITEM = "这一项原来对应的内容已经没有了。请另选一个，或去掉这一项。"
GUIDE_ITEM = "请选择微课或页面，或填写链接，或为任务写一个标题。"


@dataclass
class Desk:
    """An editor, a reviewer above, and the editor's organisation."""

    town: Organisation
    editor: User
    reviewer: User
    client: Client


@pytest.fixture
def desk() -> Desk:
    county: Organisation = OrganisationFactory(kind="committee")
    town = OrganisationFactory(parent=county)
    editor, client = make_editor(town), Client()
    client.force_login(User.objects.get(pk=editor.pk))
    return Desk(town, editor, make_editor(county, Role.REVIEWER), client)


def rows(**counts: dict[str, str]) -> dict[str, str]:
    return {f"{name}-{key}": value for name, count in counts.items() for key, value in count.items()}


ITEM_ROW = {"items-0-ORDER": "1", "items-0-text": "先看杆基", "items-0-title": ""}
QUESTION_ROW = {"questions-0-ORDER": "1", "questions-0-kind": "single", "questions-0-options": "杆基"}
PARTS: dict[type[ContentPage], dict[str, Any]] = {
    ResourcePage: rows(related_lessons=NOTHING) | {"kind": "link", "link": ""},
    ReadingListPage: rows(entries=NOTHING),
    CoursePage: rows(items=ONE, prerequisites=NOTHING, questions=ONE) | ITEM_ROW | QUESTION_ROW,
    GuidePage: rows(items=ONE, files=NOTHING, questions=NOTHING) | ITEM_ROW | {"month": "2026-12-01", "theme": ""},
    ItineraryPage: rows(stops=NOTHING)
    | {"themes": ["spirit"], "season": "all", "effort": "easy", "starts_at": "08:30", "first_way_minutes": "0"},
}
KINDS = [pytest.param(kind, id=kind.__name__) for kind in PARTS]


def typed(desk: Desk, kind: type[ContentPage], **values: Any) -> dict[str, Any]:
    """Return what the browser sends for a page of the kind that lacks what only a review asks for."""
    always = {"title": "还没写完", "lead": "写到一半", "organisation": desk.town.pk, "licence": "own"}
    always |= {"visibility": "public", "visible_role": "", "body-count": "0"} | rows(comments=NOTHING)
    return always | PARTS[kind] | values


def adding(kind: type[ContentPage], view: str = "add") -> str:
    section = ensure_sections()[kind.section]
    return reverse(f"wagtailadmin_pages:{view}", args=[kind._meta.app_label, kind._meta.model_name, section.pk])


def all_errors(answer: Any) -> set[str]:
    """Return every sentence that stands in the form that came back."""
    form = answer.context["form"]
    several = [form, *(part for formset in form.formsets.values() for part in formset.forms)]
    said = {text for one in several for texts in one.errors.values() for text in texts}
    return said | {text for formset in form.formsets.values() for text in formset.non_form_errors()}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.long
def test_a_draft_that_lacks_something_is_kept_and_previewed(desk: Desk, kind: type[ContentPage]) -> None:
    answer = desk.client.post(adding(kind), typed(desk, kind))
    page = kind.objects.get()
    assert (answer.status_code, page.live, page.title, page.lead) == (302, False, "还没写完", "写到一半")
    again = desk.client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), typed(desk, kind, lead="再写一句"))
    newest = kind.objects.get().get_latest_revision_as_object()
    assert (again.status_code, newest.lead) == (302, "再写一句")
    preview = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert desk.client.post(preview, typed(desk, kind)).json()["is_valid"] is True
    shown = desk.client.get(preview)
    assert (shown.status_code, "还没写完" in shown.content.decode()) == (200, True)


def test_a_draft_keeps_half_an_item_and_half_a_question_as_typed(desk: Desk) -> None:
    desk.client.post(adding(CoursePage), typed(desk, CoursePage))
    course = CoursePage.objects.get().get_latest_revision_as_object()
    assert [item.text for item in course.items.all()] == ["先看杆基"]
    assert [(question.stem, question.options) for question in course.questions.all()] == [("", ["杆基"])]


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        pytest.param(ResourcePage, {OFFERS_NOTHING}, id="resource"),
        pytest.param(ReadingListPage, {"至少要有 1 个“条目”。"}, id="reading list"),
        pytest.param(CoursePage, {"请填写这一项。"}, id="course"),
        pytest.param(GuidePage, {"请填写这一项。"}, id="guide"),
        pytest.param(ItineraryPage, {"至少要有 1 个“站点”。"}, id="route"),
    ],
)
def test_handing_it_in_says_at_the_field_what_is_lacking_and_makes_nothing(
    desk: Desk, kind: type[ContentPage], said: set[str]
) -> None:
    answer = desk.client.post(adding(kind), typed(desk, kind, **{"action-submit": "1"}))
    assert answer.status_code == 200
    assert all_errors(answer) == said
    assert kind.objects.count() == 0


@pytest.mark.long
def test_handing_in_says_it_at_the_item_that_leads_nowhere_and_at_the_question(desk: Desk) -> None:
    values = {"action-submit": "1", "questions-0-stem": "先看什么？"}
    answer = desk.client.post(adding(CoursePage), typed(desk, CoursePage, **values))
    form = answer.context["form"]
    assert form.formsets["questions"].forms[0].errors == {"options": ["一道题至少要有两个不同的选项。"]}
    values |= {"questions-0-options": "* 杆基\n导线"}
    answer = desk.client.post(adding(CoursePage), typed(desk, CoursePage, **values))
    assert answer.context["form"].formsets["items"].forms[0].errors == {"lesson": [ITEM]}
    values["items-0-title"] = "写一条巡线记录"
    assert desk.client.post(adding(CoursePage), typed(desk, CoursePage, **values)).status_code == 302
    assert CoursePage.objects.get().workflow_in_progress is True


def test_an_old_form_is_told_what_is_lacking_in_what_was_stored_beside_it(desk: Desk) -> None:
    desk.client.post(adding(CoursePage), typed(desk, CoursePage))
    page = CoursePage.objects.get()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    # Of the half item that is stored this form knows nothing: it adds one of its own, and that is whole.
    whole = {
        "items-0-title": "写一条巡线记录",
        "questions-0-stem": "先看什么？",
        "questions-0-options": "* 杆基\n导线",
    }
    answer = desk.client.post(edit, typed(desk, CoursePage, **whole, **{"action-submit": "1"}), follow=True)
    assert answer.redirect_chain == [(edit, 302)]
    assert ITEM in [message.message.strip() for message in answer.context["messages"]]
    page.refresh_from_db()
    assert page.workflow_in_progress is False


def begun_guide(desk: Desk) -> GuidePage:
    """Return the draft of a guide with two items that lead nowhere and no theme, as the admin keeps it."""
    items = [GuideItem(), GuideItem()]
    page = make_page(GuidePage, desk.editor, desk.town, month=date(2026, 12, 1), theme="冬季安全", items=items)
    page.theme = ""
    page.save_revision(user=desk.editor, clean=False)
    return page


def begun_route(desk: Desk) -> ItineraryPage:
    """Return the draft of a route without a stop and without a theme, as the admin keeps it."""
    page = make_page(ItineraryPage, desk.editor, desk.town, themes=["spirit"])
    page.themes = []
    page.save_revision(user=desk.editor, clean=False)
    return page


Make = Callable[[Desk], ContentPage]
INCOMPLETE = [
    pytest.param(
        lambda desk: make_resource(desk.editor, desk.town, body=[]), {"kind": [OFFERS_NOTHING]}, id="resource"
    ),
    pytest.param(
        lambda desk: make_resource(desk.editor, desk.town, kind="link"),
        {"link": ["链接需要填写网址。"]},
        id="link",
    ),
    pytest.param(
        lambda desk: make_page(ReadingListPage, desk.editor, desk.town),
        {"entries": ["至少要有 1 个“条目”。"]},
        id="reading list",
    ),
    pytest.param(
        lambda desk: make_page(
            CoursePage, desk.editor, desk.town, items=[CourseItem()], questions=[CourseQuestion(options=["杆基"])]
        ),
        {"items": [ITEM], "questions": ["“题目”还没有填。"]},
        id="course",
    ),
    pytest.param(
        begun_guide,
        {"theme": ["“主题”还没有填。"], "items": [GUIDE_ITEM]},
        id="guide",
    ),
    pytest.param(
        begun_route,
        {"themes": ["“主题”还没有填。"], "stops": ["至少要有 1 个“站点”。"]},
        id="route",
    ),
]


@pytest.mark.parametrize(("make", "missing"), INCOMPLETE)
def test_nobody_hands_in_what_is_incomplete(desk: Desk, make: Make, missing: dict[str, list[str]]) -> None:
    page = make(desk)
    with pytest.raises(InvalidInput) as refused:
        submit(page, actor=desk.editor)
    assert (refused.value.code, refused.value.fields) == ("incomplete", missing)
    assert (page.current_workflow_state, waiting_for(desk.reviewer).count()) == (None, 0)


def test_nobody_hands_in_again_what_is_incomplete_by_now(desk: Desk) -> None:
    page = make_resource(desk.editor, desk.town)
    submit(page, actor=desk.editor)
    return_with_reason(page, actor=desk.reviewer, reason="请写明出处")
    emptied = ResourcePage.objects.get()
    del emptied.body[:]
    emptied.save_revision(user=desk.editor, clean=False)
    with pytest.raises(InvalidInput) as refused:
        resubmit(ResourcePage.objects.get(), actor=desk.editor)
    assert refused.value.fields == {"kind": [OFFERS_NOTHING]}
    assert waiting_for(desk.reviewer).count() == 0


def waiting_course(desk: Desk) -> tuple[CoursePage, MicroLesson]:
    """Return a course that waits for its review, and the only lesson that it leads to."""
    lesson = MicroLesson.objects.create(title="雪后巡线", author=desk.editor, organisation=desk.town)
    course = make_page(CoursePage, desk.editor, desk.town, items=[CourseItem(lesson=lesson)], body=BODY)
    submit(course, actor=desk.editor)
    return CoursePage.objects.get(), lesson


def test_what_lacks_something_by_now_is_not_approved_and_not_published(desk: Desk) -> None:
    course, lesson = waiting_course(desk)
    lesson.delete()
    with pytest.raises(StaleState) as refused:
        approve(course, actor=desk.reviewer)
    sentence = f"内容不完整，不能通过。请退回，并写明原因：{LOST_ITEM}"
    assert (str(refused.value.message), refused.value.code) == (sentence, "incomplete")
    assert (CoursePage.objects.get().live, waiting_for(desk.reviewer).count()) == (False, 1)


@pytest.mark.long
def test_the_page_of_the_look_says_so_and_a_return_is_taken(desk: Desk) -> None:
    course, lesson = waiting_course(desk)
    lesson.delete()
    client, address = Client(), reverse("library:review", args=[waiting_for(desk.reviewer).get().pk])
    client.force_login(User.objects.get(pk=desk.reviewer.pk))
    answer = client.post(address, {"decision": "approve", "comment": ""})
    assert (answer.status_code, LOST_ITEM in answer.content.decode()) == (409, True)
    assert CoursePage.objects.get().live is False
    assert client.post(address, {"decision": "return", "comment": "少了一节微课"}).status_code == 302
    assert CoursePage.objects.get(pk=course.pk).workflow_in_progress is False


@pytest.mark.long
def test_deciding_in_a_window_of_the_admin_says_so_too(desk: Desk) -> None:
    course, lesson = waiting_course(desk)
    state = course.current_workflow_task_state
    lesson.delete()
    sync_editor_groups(desk.reviewer)
    client = Client()
    client.force_login(User.objects.get(pk=desk.reviewer.pk))
    address = reverse("wagtailadmin_pages:workflow_action", args=[course.pk, "approve", state.pk])
    told = client.post(address, {"comment": ""}, follow=True)
    assert (told.status_code, "内容不完整，不能通过。" in told.content.decode()) == (200, True)
    assert CoursePage.objects.get().live is False
