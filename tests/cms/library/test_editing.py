"""Making pages in the admin: what is offered, what is refused, and how a page looks before it is shown."""

import re
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.library.editing import ContentPageForm
from cms.library.models import AnnouncementPage, ContentPage, ReadingListPage, ResourcePage, SectionPage
from cms.library.services import ensure_sections
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.review.queries import waiting_for
from cms.review.services import submit
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory
from tests.factories.library import BODY, make_editor, make_resource
from tests.factories.organisations import MembershipFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.long]
EMPTY_SET = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "12"}


@pytest.fixture
def county() -> Organisation:
    return OrganisationFactory(kind="committee")


@pytest.fixture
def town(county: Organisation) -> Organisation:
    return OrganisationFactory(parent=county)


@pytest.fixture
def editor(town: Organisation) -> User:
    return make_editor(town)


@pytest.fixture
def reviewer(county: Organisation) -> User:
    return make_editor(county, Role.REVIEWER)


@pytest.fixture
def section() -> SectionPage:
    return ensure_sections()["library"]


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def typed(organisation: Organisation, /, **values: Any) -> dict[str, Any]:
    """Return what the browser sends for a new resource."""
    return {
        "title": "巡线手册",
        "lead": "",
        "kind": "article",
        "link": "https://open.example/",
        "written_by": "",
        "published_in": "",
        "organisation": organisation.pk,
        "licence": "own",
        "visibility": Visibility.PUBLIC,
        "visible_role": "",
        "body-count": "0",
        **{f"related_lessons-{name}": value for name, value in EMPTY_SET.items()},
        **{f"comments-{name}": value for name, value in EMPTY_SET.items()},
    } | values


def add(client: Client, section: SectionPage, data: dict[str, Any]) -> Any:
    address = reverse("wagtailadmin_pages:add", args=["library", "resourcepage", section.pk])
    return client.post(address, data)


def form_for(person: User, page: ContentPage) -> ContentPageForm:
    form_class = type(page).get_edit_handler().get_form_class()
    made: ContentPageForm = form_class(instance=page, for_user=User.objects.get(pk=person.pk))
    return made


def test_only_organisations_of_the_own_duty_are_offered_the_highest_first(
    county: Organisation, town: Organisation, editor: User
) -> None:
    village = OrganisationFactory(parent=town)
    form = form_for(editor, ResourcePage())
    assert list(form.fields["organisation"].queryset) == [town, village]
    assert form.initial["organisation"] == town


def test_only_editors_are_offered_as_people_to_ask(editor: User, reviewer: User, town: Organisation) -> None:
    MembershipFactory(user=UserFactory(), organisation=town)
    assert set(form_for(editor, ResourcePage()).fields["responsible"].queryset) == {editor, reviewer}


@pytest.mark.parametrize(
    ("visibility", "field", "words"),
    [("organisation", "visible_organisation", "请选择组织。"), ("role", "visible_role", "请选择职责。")],
)
def test_what_a_visibility_lacks_is_said_once(
    town: Organisation, editor: User, visibility: str, field: str, words: str
) -> None:
    form_class = ResourcePage.get_edit_handler().get_form_class()
    given = typed(town, visibility=visibility)
    form = form_class(given, instance=ResourcePage(), for_user=User.objects.get(pk=editor.pk))
    assert form.errors[field] == [words]


def test_an_address_that_somebody_took_meanwhile_is_said_at_the_title(town: Organisation, editor: User) -> None:
    form_class = ResourcePage.get_edit_handler().get_form_class()
    form = form_class(typed(town), instance=ResourcePage(), for_user=User.objects.get(pk=editor.pk))
    form.full_clean()
    form.add_error(None, ValidationError({"slug": "taken"}))
    assert form.errors["title"] == ["taken"]


def test_a_preview_of_a_page_that_was_stored_meanwhile_takes_another_address(town: Organisation, editor: User) -> None:
    stored = make_resource(editor, town)
    section = stored.get_parent()
    again = ResourcePage(title=stored.title, slug=stored.slug, organisation=town, depth=stored.depth)
    again.path = section.get_last_child()._inc_path()
    again.minimal_clean()
    assert again.slug.startswith(f"{stored.slug}-")


def test_a_handed_in_page_waits_for_another_editor_who_is_told(
    town: Organisation, editor: User, reviewer: User, section: SectionPage
) -> None:
    answer = add(signed_in(editor), section, typed(town, **{"action-submit": "1"}))
    assert answer.status_code == 302
    page = ResourcePage.objects.get()
    assert (page.live, page.owner, page.workflow_in_progress) == (False, editor, True)
    assert [waiting_for(person).count() for person in (editor, reviewer)] == [0, 1]
    assert Notice.objects.filter(user=reviewer, kind="review.waiting").count() == 1


def test_an_editor_cannot_publish_by_a_request_made_by_hand(
    town: Organisation, editor: User, section: SectionPage
) -> None:
    add(signed_in(editor), section, typed(town, **{"action-publish": "1"}))
    page = ResourcePage.objects.get()
    signed_in(editor).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), typed(town, **{"action-publish": "1"}))
    assert ResourcePage.objects.get().live is False


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"title": ""}, id="no title"),
        pytest.param({"title": "长" * 300}, id="a title without end"),
        pytest.param({"link": "javascript:alert(1)"}, id="an address that is a program"),
        pytest.param({"minutes": "99999999999999999999"}, id="minutes beyond counting"),
        pytest.param({"minutes": "-1"}, id="minutes below nothing"),
        pytest.param({"review_by": "2026-13-45"}, id="a day that is none"),
        pytest.param({"organisation": "99999999999999999999"}, id="an organisation that is none"),
        pytest.param({"visibility": "private"}, id="seen by nobody"),
        pytest.param({"visibility": "organisation"}, id="seen below nothing"),
        pytest.param({"visibility": "role"}, id="seen by no role"),
        pytest.param({"link": "", "action-submit": "1"}, id="nothing to offer"),
        pytest.param({"kind": "link", "link": "", "action-submit": "1"}, id="a link without its address"),
        pytest.param({"kind": "odd"}, id="a kind that is none"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence_and_nothing_is_made(
    town: Organisation, editor: User, section: SectionPage, values: dict[str, Any]
) -> None:
    answer = add(signed_in(editor), section, typed(town, **values))
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert ResourcePage.objects.count() == 0


def test_an_organisation_outside_the_own_duty_is_refused(
    county: Organisation, editor: User, section: SectionPage
) -> None:
    add(signed_in(editor), section, typed(county))
    assert ResourcePage.objects.count() == 0


@pytest.mark.parametrize("title", ["！！！", "a\0b", "<script>alert(1)</script>", "🙂" * 40])
def test_an_odd_title_makes_a_page_or_a_sentence_never_a_broken_one(
    town: Organisation, editor: User, section: SectionPage, title: str
) -> None:
    answer = add(signed_in(editor), section, typed(town, title=title))
    assert answer.status_code in {200, 302}
    assert all(page.slug for page in ResourcePage.objects.all())


@pytest.mark.parametrize(
    ("model", "branch"), [(ResourcePage, "library"), (ReadingListPage, "library"), (AnnouncementPage, "announcements")]
)
def test_only_its_own_branch_takes_a_kind_of_page(model: type[ContentPage], branch: str) -> None:
    taken = [name for name, page in ensure_sections().items() if model.can_create_at(page)]
    assert taken == [branch]


@pytest.mark.parametrize("mode", ["", "elder", "screen"])
def test_a_draft_is_previewed_as_readers_would_see_it(town: Organisation, editor: User, mode: str) -> None:
    page = make_resource(editor, town, title="还没写完的手册", link="https://open.example/")
    client = signed_in(editor)
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    body = {"body-count": "0"}
    assert client.post(address, typed(town, title="改过的题目", **body)).json()["is_valid"] is True
    answer = client.get(address, {"mode": mode})
    words = answer.content.decode()
    assert (answer.status_code, "改过的题目" in words) == (200, True)
    assert re.findall('data-view="([a-z]*)"', words) == ([mode] if mode else [])
    # A draft has no address at which it could be shown to a room.
    assert "?view=screen" not in words


def test_a_page_that_was_never_saved_is_previewed(town: Organisation, editor: User, section: SectionPage) -> None:
    client = signed_in(editor)
    address = reverse("wagtailadmin_pages:preview_on_add", args=["library", "resourcepage", section.pk])
    assert client.post(address, typed(town)).json()["is_valid"] is True
    answer = client.get(address)
    assert (answer.status_code, "巡线手册" in answer.content.decode()) == (200, True)


def test_while_it_is_reviewed_nobody_changes_a_page(town: Organisation, editor: User, reviewer: User) -> None:
    page = make_resource(editor, town, body=BODY)
    submit(page, actor=editor)
    signed_in(editor).post(reverse("wagtailadmin_pages:edit", args=[page.pk]), typed(town, title="偷偷改"))
    newest = ResourcePage.objects.get().get_latest_revision_as_object()
    assert newest.title == "巡线手册"
    words = signed_in(reviewer).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).content.decode()
    assert reverse("library:review", args=[waiting_for(reviewer).get().pk]) in words


def test_a_reviewer_returns_a_page_with_a_reason(town: Organisation, editor: User, reviewer: User) -> None:
    page = make_resource(editor, town)
    submit(page, actor=editor)
    client, address = signed_in(reviewer), reverse("library:review", args=[waiting_for(reviewer).get().pk])
    assert client.post(address, {"decision": "return", "comment": ""}).status_code == 400
    assert client.post(address, {"decision": "return", "comment": "请写明出处"}).status_code == 302
    assert Notice.objects.filter(user=editor, kind="review.returned").get().body == "请写明出处"
    assert signed_in(editor).get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    assert client.post(address, {"decision": "approve", "comment": ""}).status_code == 409
