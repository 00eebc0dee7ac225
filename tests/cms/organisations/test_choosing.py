"""Organisations are chosen in a window with a search box: those that see a thing, and those of the own duty that keep it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.library.services import ensure_sections
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.admin import in_admin
from tests.factories.library import make_editor
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db
ALL, OWN, PEOPLE = "organisation_chooser", "own_organisation_chooser", "keeper_chooser"
EDITED = "edited_organisation_chooser"
NONE = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
PARTS = {f"{name}-{key}": count for name in ("related_lessons", "comments") for key, count in NONE.items()}
PARTS["body-count"] = "0"


def adding(client: Client, typed: dict[str, Any] | None = None) -> Any:
    """Return the form of a new resource, or what becomes of it."""
    address = reverse("wagtailadmin_pages:add", args=["library", "resourcepage", ensure_sections()["library"].pk])
    return client.get(address) if typed is None else client.post(address, typed)


@pytest.fixture
def county() -> Organisation:
    return OrganisationFactory(name="清河县委", kind="committee")


@pytest.fixture
def town(county: Organisation) -> Organisation:
    return OrganisationFactory(name="清水镇", parent=county)


def offered(client: Client, chooser: str, **query: Any) -> list[str]:
    """Return the names in the window, in its order."""
    page = client.get(reverse(f"{chooser}:choose_results"), query).content.decode()
    return [name.strip() for name in re.findall(r"data-chooser-modal-choice[^>]*>([^<]*)<", page)]


def test_the_window_of_keepers_offers_the_own_duty_and_the_other_all_that_are_active(
    county: Organisation, town: Organisation
) -> None:
    OrganisationFactory(name="停用的支部", parent=town, is_active=False)
    client = in_admin(make_editor(town))
    assert offered(client, OWN) == ["清水镇"]
    assert offered(client, ALL) == ["清河县委", "清水镇"]
    assert offered(client, ALL, q="水镇") == ["清水镇"]
    assert offered(client, OWN, q="清河") == []


def test_where_only_editors_make_something_the_window_offers_no_duty_of_a_reviewer(county: Organisation) -> None:
    first, second = (
        OrganisationFactory(name="清水镇", parent=county),
        OrganisationFactory(name="落雁镇", parent=county),
    )
    person = make_editor(first)
    RoleAssignmentFactory(user=person, organisation=second, role=Role.REVIEWER)
    client = in_admin(person)
    assert [offered(client, EDITED), offered(client, OWN)] == [["清水镇"], ["清水镇", "落雁镇"]]


@pytest.mark.long
def test_who_is_asked_is_chosen_among_those_with_a_duty(county: Organisation, town: Organisation) -> None:
    editor, reviewer = make_editor(town), make_editor(county, Role.REVIEWER)
    member = UserFactory(name="没有职责的人")
    MembershipFactory(user=member, organisation=town)
    client = in_admin(editor)
    names = {str(person) for person in (editor, reviewer)}
    assert set(offered(client, PEOPLE)) == names
    assert offered(client, PEOPLE, q=str(reviewer)) == [str(reviewer)]
    chosen = [client.get(reverse(f"{PEOPLE}:chosen", args=[person.pk])).status_code for person in (reviewer, member)]
    assert chosen == [200, 404]
    several = client.get(reverse(f"{PEOPLE}:chosen_multiple"), {"id": [reviewer.pk, member.pk]}).json()
    assert [row["title"] for row in several["result"]] == [str(reviewer)]
    form = adding(client).content.decode()
    assert [str(editor) in form, str(reviewer) in form, str(member) in form] == [True, False, False]
    refused = adding(client, {"title": "手册", "responsible": member.pk, **PARTS})
    assert refused.context["form"].errors["responsible"]
    assert str(member) not in refused.content.decode()


def test_the_list_is_cut_into_pages(county: Organisation) -> None:
    OrganisationFactory.create_batch(31, parent=county)
    client = in_admin(make_editor(county))
    assert [len(offered(client, ALL, p=number)) for number in (1, 2)] == [30, 2]


@pytest.mark.long
def test_a_form_names_what_is_chosen_and_lists_nothing_else(county: Organisation, town: Organisation) -> None:
    form = adding(in_admin(make_editor(town))).content.decode()
    field = re.search(r'<input[^>]*name="organisation"[^>]*>', form)
    assert field is not None
    assert f'value="{town.pk}"' in field.group()
    assert ["清水镇" in form, "清河县委" in form] == [True, False]


@pytest.mark.parametrize("value", ["99999999999999999999", "x", "-1"])
def test_what_is_no_organisation_is_refused_with_a_sentence(town: Organisation, value: str) -> None:
    answer = adding(in_admin(make_editor(town)), {"title": "手册", "organisation": value, **PARTS})
    assert answer.status_code == 200
    assert len(answer.context["form"].errors["organisation"]) == 1
