"""Organisations are chosen in a window with a search box: those that see a thing, and those of the own duty that keep it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups
from cms.library.services import ensure_sections
from cms.organisations.models import Organisation
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db
ALL, OWN = "organisation_chooser", "own_organisation_chooser"


@pytest.fixture
def county() -> Organisation:
    return OrganisationFactory(name="清河县委", kind="committee")


@pytest.fixture
def town(county: Organisation) -> Organisation:
    return OrganisationFactory(name="清水镇", parent=county)


def in_admin(person: User) -> Client:
    ensure_editor_permissions()
    sync_editor_groups(person)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


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


def test_the_list_is_cut_into_pages(county: Organisation) -> None:
    OrganisationFactory.create_batch(31, parent=county)
    client = in_admin(make_editor(county))
    assert [len(offered(client, ALL, p=number)) for number in (1, 2)] == [30, 2]


def test_a_form_names_what_is_chosen_and_lists_nothing_else(county: Organisation, town: Organisation) -> None:
    section = ensure_sections()["library"]
    address = reverse("wagtailadmin_pages:add", args=["library", "resourcepage", section.pk])
    form = in_admin(make_editor(town)).get(address).content.decode()
    field = re.search(r'<input[^>]*name="organisation"[^>]*>', form)
    assert field is not None
    assert f'value="{town.pk}"' in field.group()
    assert ["清水镇" in form, "清河县委" in form] == [True, False]


@pytest.mark.parametrize("value", ["99999999999999999999", "x", "-1"])
def test_what_is_no_organisation_is_refused_with_a_sentence(town: Organisation, value: str) -> None:
    section = ensure_sections()["library"]
    address = reverse("wagtailadmin_pages:add", args=["library", "resourcepage", section.pk])
    none = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}
    parts = {f"{name}-{key}": count for name in ("related_lessons", "comments") for key, count in none.items()}
    typed = {"title": "手册", "organisation": value, "body-count": "0", **parts}
    answer = in_admin(make_editor(town)).post(address, typed)
    assert answer.status_code == 200
    assert len(answer.context["form"].errors["organisation"]) == 1
