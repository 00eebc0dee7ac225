"""Editors work on the pages of the organisations that they are responsible for; for others those do not exist."""

from dataclasses import dataclass

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms.accounts.models import User
from cms.library.models import ResourcePage
from cms.library.permissions import get_page_for
from cms.library.services import ensure_sections
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.library import make_editor, make_resource, publish_page
from tests.factories.organisations import MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@dataclass
class Two:
    """Two towns below a county, each with an editor; a draft, and a page that is shown to the first town only."""

    county: Organisation
    town: Organisation
    editor: User
    reviewer: User
    stranger: User
    draft: ResourcePage
    shown: ResourcePage


@pytest.fixture
def two() -> Two:
    county = OrganisationFactory(kind="committee")
    town, other = OrganisationFactory(parent=county), OrganisationFactory(parent=county)
    editor, stranger = make_editor(town), make_editor(other)
    reviewer = make_editor(county, Role.REVIEWER)
    draft = make_resource(editor, town, title="还没写完的手册")
    shown = make_resource(
        editor, town, title="只给本镇看的手册", visibility=Visibility.ORGANISATION, visible_organisation=town
    )
    return Two(county, town, editor, reviewer, stranger, draft, publish_page(shown, reviewer))


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def addresses(page: Page) -> dict[str, str]:
    """Return the admin's addresses that show something of one page."""
    names = ("edit", "history", "copy", "delete", "unpublish", "usage", "view_draft", "move", "workflow_history")
    found = {name: reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) for name in names}
    revision = page.latest_revision_id
    return found | {
        "compare": reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "earliest", "latest"]),
        "revision": reverse("wagtailadmin_pages:revisions_view", args=[page.pk, revision]),
        "revert": reverse("wagtailadmin_pages:revisions_revert", args=[page.pk, revision]),
        "preview": reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk]),
        "explore": reverse("wagtailadmin_explore", args=[page.pk]),
        "chooser": reverse("wagtailadmin_choose_page_child", args=[page.pk]),
        "api": f"/admin/api/main/pages/{page.pk}/",
    }


def lists(two: Two) -> list[str]:
    """Return the admin's addresses that list pages."""
    section = ensure_sections()["library"]
    ids = f"?id={two.draft.pk}&id={two.shown.pk}"
    return [
        "/admin/",
        reverse("wagtailadmin_explore", args=[section.pk]),
        reverse("wagtailadmin_explore", args=[section.pk]) + "?q=手册",
        reverse("wagtailadmin_pages:search") + "?q=手册",
        reverse("wagtailadmin_choose_page_child", args=[section.pk]),
        reverse("wagtailadmin_choose_page_search") + "?q=手册",
        reverse("wagtailadmin_reports:site_history"),
        reverse("wagtailadmin_reports:aging_pages"),
        reverse("wagtailadmin_reports:locked_pages"),
        reverse("wagtailadmin_reports:page_types_usage"),
        reverse("wagtailadmin_reports:workflow"),
        reverse("wagtailadmin_reports:workflow_tasks"),
        f"/admin/api/main/pages/?child_of={section.pk}",
        *(f"/admin/bulk/wagtailcore/page/{act}/{ids}" for act in ("move", "delete", "unpublish", "publish")),
        reverse("wagtailadmin_pages:type_use", args=["library", "resourcepage"]),
    ]


@pytest.mark.wide
def test_no_list_of_the_admin_names_a_page_of_another_organisation(two: Two) -> None:
    client = signed_in(two.stranger)
    named = [
        (address, title)
        for address in lists(two)
        for title in ("还没写完的手册", "只给本镇看的手册")
        if title in client.get(address, follow=True).content.decode()
    ]
    assert named == []


@pytest.mark.long
def test_the_first_page_of_the_admin_does_not_count_the_pages_of_others(two: Two) -> None:
    summary = signed_in(two.stranger).get("/admin/").content.decode().partition('aria-labelledby="panel-')[0]
    assert " 个页面" not in summary


@pytest.mark.long
def test_lists_of_the_admin_name_the_own_pages(two: Two) -> None:
    client, section = signed_in(two.editor), ensure_sections()["library"]
    words = client.get(reverse("wagtailadmin_explore", args=[section.pk])).content.decode()
    assert [title in words for title in ("还没写完的手册", "只给本镇看的手册")] == [True, True]


@pytest.mark.wide
@pytest.mark.parametrize("which", ["draft", "shown"])
def test_no_address_of_a_page_shows_it_to_editors_of_another_organisation(two: Two, which: str) -> None:
    page: ResourcePage = getattr(two, which)
    client = signed_in(two.stranger)
    opened = {}
    for name, address in addresses(page).items():
        answer = client.get(address, follow=True)
        if page.title in answer.content.decode():
            opened[name] = answer.status_code
    assert opened == {}


@pytest.mark.wide
def test_editors_of_the_organisation_and_above_open_every_address(two: Two) -> None:
    closed = {}
    for person in (two.editor, two.reviewer):
        client = signed_in(person)
        for name, address in addresses(two.draft).items():
            status = client.get(address).status_code
            # Who did not make a draft that was never handed in may still not delete it where nothing allows more.
            if status != 200:
                closed[person.pk == two.editor.pk, name] = status
    assert {key for key in closed if key[1] in ("edit", "history", "preview", "compare", "revision", "api")} == set()


@pytest.mark.long
def test_superusers_see_every_page(two: Two) -> None:
    root = UserFactory(is_superuser=True, is_staff=True, mfa_required=True)
    give_second_factor(root)
    assert signed_in(root).get(reverse("wagtailadmin_pages:edit", args=[two.draft.pk])).status_code == 200


def test_nobody_publishes_by_button_not_even_a_superuser(two: Two) -> None:
    root = UserFactory(is_superuser=True, is_staff=True, mfa_required=True)
    testers = [two.draft.permissions_for_user(person) for person in (two.editor, two.reviewer, root)]
    assert [tester.can_publish() for tester in testers] == [False, False, False]
    section = ensure_sections()["library"]
    assert section.permissions_for_user(root).can_publish_subpage() is False


@pytest.mark.long
def test_a_page_is_shown_to_those_whom_it_is_for(two: Two) -> None:
    member = UserFactory()
    MembershipFactory(user=member, organisation=two.town)
    assert get_page_for(member, two.shown.pk) == two.shown
    with pytest.raises(Http404):
        get_page_for(two.stranger, two.shown.pk)
    with pytest.raises(Http404):
        get_page_for(member, two.draft.pk)
    assert [signed_in(person).get(two.shown.url).status_code for person in (member, two.stranger)] == [200, 404]
    assert Client().get(two.shown.url).status_code == 404
