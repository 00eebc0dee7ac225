"""Forms of the admin that no page of it would send are refused, and nothing breaks or takes long."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from cms.library.models import ResourcePage, SectionPage
from cms.library.services import ensure_sections
from cms.organisations.models import Organisation
from tests.cms.library.test_editing import typed
from tests.factories.admin import in_admin
from tests.factories.library import make_editor, make_resource
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


LINE = {"key": "a", "text": "看", "type": "unstyled", "depth": 0, "inlineStyleRanges": []}


def block(**changes: str) -> dict[str, str]:
    """Return a text of one paragraph as the browser sends it, with some fields changed."""
    sent = {f"body-0-{name}": "" for name in ("deleted", "id", "value")}
    changed = {f"body-0-{name.replace('_', '-')}": value for name, value in changes.items()}
    return {"body-count": "1", **sent, "body-0-order": "0", "body-0-type": "paragraph", **changed}


def written(**changes: object) -> str:
    """Return a paragraph in the editor's own notation, with a link in it where one is given."""
    entity = {"type": "LINK", "mutability": "MUTABLE", "data": changes.pop("link", {})}
    line = {**LINE, "entityRanges": [{"offset": 0, "length": 1, "key": 0}], **changes}
    return json.dumps({"blocks": [line], "entityMap": {"0": entity}})


@pytest.fixture
def town() -> Organisation:
    return OrganisationFactory()


@pytest.fixture
def section() -> SectionPage:
    return ensure_sections()["library"]


@pytest.fixture
def desk(town: Organisation, section: SectionPage) -> Client:
    """A browser at the admin that is told of a server error as its person would be."""
    client = in_admin(make_editor(town))
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize(
    "odd",
    [
        {"body-count": None},
        {"body-count": "x"},
        {"body-count": "99999"},
        {"body-count": "9" * 5000},
        {"related_lessons-TOTAL_FORMS": "1001"},
        {"related_lessons-TOTAL_FORMS": "9" * 5000},
        {"related_lessons-TOTAL_FORMS": "1", "related_lessons-INITIAL_FORMS": "1"},
        {"related_lessons-TOTAL_FORMS": "1", "related_lessons-INITIAL_FORMS": "1", "related_lessons-0-id": "x"},
        block(value="x"),
        block(value="[]"),
        block(value="[" * 5000),
        block(value='{"blocks": 1}'),
        block(value=written(text=1)),
        block(value=written(entityRanges=[{"offset": 0, "length": 1, "key": 7}])),
        block(order="x"),
        block(type="picture", value_image="x", value_caption=""),
        {"next": "x"},
        {"next": "https://other.example/"},
    ],
    ids=lambda odd: str(odd)[:60],
)
def test_a_form_that_was_made_by_hand_is_a_bad_request(
    town: Organisation, section: SectionPage, desk: Client, odd: dict[str, str | None]
) -> None:
    fields = {name: value for name, value in (typed(town) | odd).items() if value is not None}
    address = reverse("wagtailadmin_pages:add", args=["library", "resourcepage", section.pk])
    assert desk.post(address, fields).status_code == 400
    assert not ResourcePage.objects.exists()


def test_a_number_that_no_database_holds_is_refused(town: Organisation, section: SectionPage, desk: Client) -> None:
    address = reverse("wagtailadmin_pages:add", args=["library", "resourcepage", section.pk])
    answer = desk.post(address, typed(town) | {"topics": str(2**63)})
    # SQLite breaks over it; PostgreSQL finds no such topic, and the form says so.
    refused = answer.status_code == 400 or bool(answer.context["form"].errors["topics"])
    assert (refused, ResourcePage.objects.exists()) == (True, False)


def test_a_link_to_what_is_no_page_is_not_kept_and_a_script_is_none(
    town: Organisation, section: SectionPage, desk: Client
) -> None:
    address = reverse("wagtailadmin_pages:add", args=["library", "resourcepage", section.pk])
    desk.post(address, typed(town) | block(value=written(link={"id": "x", "url": "/", "parentId": 1})))
    assert not ResourcePage.objects.exists()

    desk.post(address, typed(town) | block(value=written(link={"url": "javascript:alert(1)"})))
    kept = ResourcePage.objects.get().get_latest_revision_as_object()
    assert str(kept.body[0].value) == '<p data-block-key="a"><a>看</a></p>'


def test_as_many_rows_as_our_lists_hold_are_taken(town: Organisation, section: SectionPage, desk: Client) -> None:
    address = reverse("wagtailadmin_pages:add", args=["library", "resourcepage", section.pk])
    rows = {"related_lessons-TOTAL_FORMS": "12"} | {
        f"related_lessons-{number}-{name}": "1" if name == "DELETE" else ""
        for number in range(12)
        for name in ("id", "lesson", "ORDER", "DELETE")
    }
    assert desk.post(address, typed(town) | rows).status_code == 302


def test_what_leads_on_to_no_address_is_refused_wherever_it_stands(town: Organisation, desk: Client) -> None:
    page = make_resource(make_editor(town), town)
    lock = f"/admin/pages/{page.pk}/lock/"
    assert [desk.post(lock, {"next": "x"}).status_code, desk.post(f"{lock}?next=x").status_code] == [400, 400]
    assert desk.post(lock, {"next": "/admin/"})["Location"] == "/admin/"


@pytest.mark.parametrize(
    "window", ["snippets/choose/taxonomy/topic", "snippets/choose/lecturers/lecturer", "organisation_chooser"]
)
def test_a_window_that_only_chooses_makes_nothing(desk: Client, window: str) -> None:
    assert desk.post(f"/admin/{window}/create/", {"name": "新的"}).status_code == 404


@pytest.mark.parametrize("region", ["²", "x", "\0", str(2**63), "9" * 5000])
def test_a_region_that_is_no_key_is_none(desk: Client, region: str) -> None:
    answer = desk.post("/admin/snippets/venues/venue/add/", {"name": "旧址", "region": region})
    assert answer.status_code == 200
    assert answer.context["form"].errors["region"]


def test_the_window_for_links_to_elsewhere_takes_a_link_and_refuses_a_form_without_the_field(desk: Client) -> None:
    window, field = "/admin/choose-external-link/", "external-link-chooser-url"
    forms: list[dict[str, str]] = [{}, {field: ""}, {field: "https://other.example/"}]
    answers = [desk.post(window, form) for form in forms]
    assert [answer.status_code for answer in answers] == [400, 200, 200]
    assert answers[2].json()["result"]["url"] == "https://other.example/"
