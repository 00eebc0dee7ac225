"""Whatever number is posted to the admin, a page leads only to what its choosers would offer."""

import json
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.users.models import UserProfile

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.lessons.models import MicroLesson
from cms.lessons.services import unpublish
from cms.library.models import ResourceLesson, ResourcePage, SectionPage
from cms.library.services import ensure_sections
from cms.organisations.models import Organisation
from cms.taxonomy.enums import Visibility
from tests.cms.library.test_editing import signed_in, typed
from tests.factories.admin import in_admin
from tests.factories.assets import DocumentFactory, ImageFactory
from tests.factories.courses import guide_draft
from tests.factories.lessons import make_draft, make_published, make_stage
from tests.factories.library import make_announcement, make_editor, make_resource
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db
SECRET = "没有公开的东西"
ROWS = {"TOTAL_FORMS": "1", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "12"}


@pytest.fixture
def town() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def editor(town: Organisation) -> User:
    return make_editor(town)


@pytest.fixture
def section() -> SectionPage:
    return ensure_sections()["library"]


@pytest.fixture
def strange() -> dict[str, Any]:
    """What another organisation has and shows to nobody."""
    elsewhere = OrganisationFactory()
    owner = make_editor(elsewhere)
    hidden = {"title": SECRET, "uploaded_by_user": owner, "visibility": Visibility.PRIVATE}
    return {
        "document": DocumentFactory(**hidden),
        "image": ImageFactory(**hidden),
        "lesson": make_draft(make_stage(), title=SECRET),
        "page": make_resource(owner, elsewhere, title=SECRET),
    }


def text(*blocks: tuple[str, Any]) -> dict[str, str]:
    """Return a text of blocks as the browser sends it."""
    sent = {"body-count": str(len(blocks))}
    for number, (kind, value) in enumerate(blocks):
        sent |= {f"body-{number}-{name}": "" for name in ("deleted", "id")}
        sent |= {f"body-{number}-order": str(number), f"body-{number}-type": kind}
        sent |= {f"body-{number}-value{name}": given for name, given in value.items()}
    return sent


def paragraph(*entity: Any) -> dict[str, str]:
    """Return a paragraph with one word that leads to something, as the editor's own notation has it."""
    kind, data = entity
    line = {"key": "a", "text": "看", "type": "unstyled", "depth": 0, "inlineStyleRanges": []}
    line["entityRanges"] = [{"offset": 0, "length": 1, "key": 0}]
    return {
        "": json.dumps({"blocks": [line], "entityMap": {"0": {"type": kind, "mutability": "MUTABLE", "data": data}}})
    }


def related(*lessons: MicroLesson) -> list[ResourceLesson]:
    """Return the lessons as a resource leads to them, in order."""
    return [ResourceLesson(lesson=lesson, sort_order=place) for place, lesson in enumerate(lessons)]


def add(editor: User, section: SectionPage, data: dict[str, Any]) -> Any:
    address = reverse("wagtailadmin_pages:add", args=["library", "resourcepage", section.pk])
    return signed_in(editor).post(address, data)


@pytest.mark.parametrize("field", ["file document", "cover image", "lesson lesson", "related lesson"])
@pytest.mark.long
def test_a_field_does_not_lead_to_what_is_hidden_elsewhere_nor_name_it(
    town: Organisation, editor: User, section: SectionPage, strange: dict[str, Any], field: str
) -> None:
    name, what = field.split()
    key = strange[what].pk
    posted: dict[str, Any] = {name: key}
    if name == "related":
        posted = {f"related_lessons-{part}": value for part, value in ROWS.items()}
        posted |= {"related_lessons-0-lesson": key, "related_lessons-0-ORDER": "1", "related_lessons-0-id": ""}
    answer = add(editor, section, typed(town, **posted))
    assert (answer.status_code, SECRET in answer.content.decode()) == (200, False)
    assert not ResourcePage.objects.filter(title="巡线手册").exists()


@pytest.mark.parametrize("block", ["file", "picture", "document link", "page link"])
def test_a_text_does_not_lead_to_what_is_hidden_elsewhere(
    town: Organisation, editor: User, section: SectionPage, strange: dict[str, Any], block: str
) -> None:
    document, image, page = (strange[name].pk for name in ("document", "image", "page"))
    blocks = {
        "file": ("file", {"-document": str(document), "-note": ""}),
        "picture": ("picture", {"-image": str(image), "-caption": ""}),
        "document link": ("paragraph", paragraph("DOCUMENT", {"id": document, "url": "/", "filename": "a"})),
        "page link": ("paragraph", paragraph("LINK", {"id": page, "url": "/", "parentId": 1})),
    }
    answer = add(editor, section, typed(town, **text(blocks[block])))
    assert (answer.status_code, SECRET in answer.content.decode()) == (302, False)
    assert not ResourcePage.objects.filter(title="巡线手册").exists()
    assert SiteDocument.objects.get().visibility == Visibility.PRIVATE


@pytest.mark.long
def test_what_one_brought_and_what_is_shown_is_put_into_a_page_and_stays_there(
    town: Organisation, editor: User, section: SectionPage, strange: dict[str, Any]
) -> None:
    own = DocumentFactory(uploaded_by_user=editor, visibility=Visibility.PRIVATE)
    shown = DocumentFactory(visibility=Visibility.PUBLIC)
    answer = add(
        editor, section, typed(town, file=own.pk, **text(("file", {"-document": str(shown.pk), "-note": ""})))
    )
    assert answer.status_code == 302
    page = ResourcePage.objects.get(title="巡线手册").get_latest_revision_as_object()
    assert (page.file, page.body[0].value["document"]) == (own, shown)

    SiteDocument.objects.filter(pk=shown.pk).update(visibility=Visibility.PRIVATE)
    again = typed(town, title="新手册", file=own.pk, **text(("file", {"-document": str(shown.pk), "-note": ""})))
    assert signed_in(editor).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), again).status_code == 302


@pytest.mark.long
def test_the_window_offers_lessons_that_readers_see_whosesoever_they_are(editor: User) -> None:
    stage = make_stage()
    lesson = make_published(stage, title="县里的微课")
    make_draft(stage, title=SECRET)
    window = "/admin/snippets/choose/lessons/microlesson/"
    offered = [signed_in(person).get(window).json()["html"] for person in (editor, stage.editor)]
    assert ["县里的微课" in words for words in offered] == [True, True]
    assert [SECRET in words for words in offered] == [False, False], "a draft would leave a gap on the page"
    unpublish(lesson, actor=stage.author)
    keeper = signed_in(stage.editor)
    assert "县里的微课" not in keeper.get(window).json()["html"]
    # What a page leads to already is named to those who look after it.
    assert keeper.get(f"{window}chosen/{lesson.pk}/").status_code == 200


def test_no_window_and_no_form_names_a_page_of_elsewhere_as_a_place(
    town: Organisation, editor: User, section: SectionPage, strange: dict[str, Any]
) -> None:
    own, hidden = make_resource(editor, town), strange["page"].pk
    client = in_admin(editor)
    there = {"new_parent_page": hidden, "new_title": "", "new_slug": ""}
    answers = {
        "window": client.get(f"/admin/choose-page/chosen-multiple/?id={own.pk}&id={hidden}&id=1"),
        "move": client.get(f"/admin/pages/{own.pk}/move/{hidden}/confirm/"),
        "moved": client.get(f"/admin/pages/{hidden}/move/{section.pk}/confirm/"),
        "copy": client.post(f"/admin/pages/{own.pk}/copy/", there),
        "copied": client.get(f"/admin/pages/{hidden}/copy/"),
        "many": client.post(f"/admin/bulk/wagtailcore/page/move/?id={own.pk}", {"chooser": hidden}),
    }
    assert {name: answer.status_code for name, answer in answers.items()} == {
        "window": 200,
        "move": 404,
        "moved": 404,
        "copy": 404,
        "copied": 302,
        "many": 200,
    }
    assert [name for name, answer in answers.items() if SECRET in answer.content.decode()] == []
    assert [row["id"] for row in answers["window"].json()["result"]] == [own.pk]


@pytest.mark.wide
def test_the_window_gives_back_three_pages_with_the_queries_of_one_and_not_more_than_anybody_ticks(
    town: Organisation, editor: User, section: SectionPage
) -> None:
    keys = [make_resource(editor, town).pk for _number in range(3)]
    client, window = in_admin(editor), "/admin/choose-page/chosen-multiple/"
    client.get(window, {"id": keys[:1]})
    counts = []
    for asked in (keys[:1], keys):
        with CaptureQueriesContext(connection) as queries:
            rows = client.get(window, {"id": asked}).json()["result"]
        assert [(row["id"], row["parentId"]) for row in rows] == [(key, section.pk) for key in asked]
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert client.get(window, {"id": range(1, 102)}).status_code == 400


@pytest.mark.long
def test_who_asks_to_move_a_page_hears_of_no_address_that_a_page_of_elsewhere_has(
    town: Organisation, editor: User, section: SectionPage, strange: dict[str, Any]
) -> None:
    hidden, other = strange["page"], ensure_sections()["announcements"]
    ResourcePage.objects.filter(pk=hidden.pk).update(slug="taken")
    own, client = make_announcement(editor, town, slug="taken"), in_admin(editor)
    asked = {
        "a page of elsewhere, below what holds its address": (hidden, other),
        "one's own, below what holds its address": (own, section),
        "one's own, below a page of elsewhere": (own, hidden),
        "a branch, below a page of elsewhere": (section, hidden),
    }
    got = {}
    for name, (page, place) in asked.items():
        address = reverse("wagtailadmin_pages:move_confirm", args=[page.pk, place.pk])
        got[name] = [client.get(address).status_code, client.post(address).status_code]
    assert got == dict(zip(asked, ([404, 404], [302, 302], [404, 404], [404, 404]), strict=True))
    # What Wagtail has to say of it stands on the next page.
    assert "taken" not in client.get("/admin/").content.decode()
    assert [type(row).objects.get(pk=row.pk).path for row in (own, hidden)] == [own.path, hidden.path]


@pytest.mark.parametrize("place", ["", "x", "\0", "999999", "9" * 30])
def test_a_copy_to_what_is_no_place_is_not_found(town: Organisation, editor: User, place: str) -> None:
    own = make_resource(editor, town)
    assert in_admin(editor).post(f"/admin/pages/{own.pk}/copy/", {"new_parent_page": place}).status_code == 404


def test_pages_are_moved_and_copied_where_they_belong(town: Organisation, editor: User, section: SectionPage) -> None:
    own, client = make_resource(editor, town), in_admin(editor)
    fields = {"new_title": "副本", "new_slug": "copy", "new_parent_page": section.pk}
    assert client.post(f"/admin/pages/{own.pk}/copy/", fields).status_code == 302
    assert ResourcePage.objects.child_of(section).count() == 2
    assert client.get(f"/admin/pages/{own.pk}/move/{section.pk}/confirm/").status_code == 200


def test_a_program_that_moves_a_page_beside_the_root_is_refused(town: Organisation, editor: User) -> None:
    own = make_resource(editor, town)
    address = f"/admin/api/main/pages/{own.pk}/action/move/"
    assert in_admin(editor).post(address, {"destination_page_id": 1}).status_code == 403


@pytest.mark.long
def test_a_form_asks_for_all_that_it_leads_to_at_once(editor: User, town: Organisation) -> None:
    stage = make_stage()
    lessons = [make_published(stage) for _number in range(3)]
    page = make_resource(editor, town, related_lessons=related(*lessons))
    with CaptureQueriesContext(connection) as asked:
        answer = in_admin(editor).get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert [f'value="{lesson.pk}"' in answer.content.decode() for lesson in lessons] == [True] * 3
    # Reading the version looks each of them up by itself; the form does not.
    assert len([one for one in asked.captured_queries if '"lessons_microlesson"."id" IN (' in one["sql"]]) == 1


@pytest.mark.long
def test_a_form_has_no_button_for_comments_that_nobody_can_write() -> None:
    stage = make_stage()
    guide = guide_draft(stage, make_published(stage))
    answer = in_admin(stage.editor).get(reverse("wagtailadmin_pages:edit", args=[guide.pk])).content.decode()
    assert ("data-comment-add" in answer, 'name="items-0-page"' in answer) == (False, True)


def test_a_form_names_the_keeper_that_a_page_has_although_it_was_closed(town: Organisation) -> None:
    branch = OrganisationFactory(parent=town, name="老街支部")
    page = make_resource(make_editor(branch), branch)
    Organisation.objects.filter(pk=branch.pk).update(is_active=False)
    answer = in_admin(make_editor(town)).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert ("老街支部" in answer, f'name="organisation" value="{branch.pk}"' in answer) == (True, True)


def test_the_blocks_of_a_text_are_described_in_the_language_of_whoever_edits(editor: User, town: Organisation) -> None:
    page = make_resource(editor, town)
    browser, address = in_admin(editor), reverse("wagtailadmin_pages:edit", args=[page.pk])
    shown = []
    for language in ("zh-hans", "en", "zh-hans"):
        profile = UserProfile.get_for_user(editor)
        profile.preferred_language = language
        profile.save()
        words = unescape(browser.get(address).content.decode())
        shown.append([json.dumps({"label": label})[1:-1] in words for label in ("小标题", "heading")])
    assert shown == [[True, False], [False, True], [True, False]]
