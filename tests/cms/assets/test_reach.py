"""The forms of files ask for the organisation in a window, offer only what the person may give, and keep no list of all."""

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection

from cms.assets.models import SiteDocument, SiteImage
from cms.organisations.models import Organisation
from cms.taxonomy.enums import Visibility
from tests.factories.admin import in_admin
from tests.factories.assets import DocumentFactory, ImageFactory, jpeg
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db
REFUSED = "请选择由你编辑内容的组织。"
WINDOW = '/admin/edited_organisation_chooser/"'


@pytest.fixture
def branch() -> Organisation:
    place: Organisation = OrganisationFactory(parent=OrganisationFactory(), name="沟口村支部", short_name="")
    return place


@pytest.fixture
def client(branch: Organisation) -> Client:
    OrganisationFactory(parent=branch.get_parent(), name="坡上村支部", short_name="")
    return in_admin(make_editor(branch))


def in_library(factory: Any, branch: Organisation) -> Any:
    """Return a file of the library that is for the branch."""
    library = Collection.objects.get(name="资源库")
    return factory(collection=library, visibility=Visibility.ORGANISATION, visible_organisation=branch)


def typed(place: Any, prefix: str = "") -> dict[str, Any]:
    """Return what the browser sends for a file that is to be for a place."""
    given = {"title": "改过的", "tags": "", "visibility": "organisation", "visible_organisation": place}
    return {f"{prefix}{name}": value for name, value in given.items()}


def new_file(kind: Any) -> SimpleUploadedFile:
    """Return a file of the kind, as the browser sends it."""
    if kind is SiteImage:
        return SimpleUploadedFile("a.jpg", jpeg(), "image/jpeg")
    return SimpleUploadedFile("a.txt", b"text")


KINDS = [
    pytest.param(DocumentFactory, "wagtaildocs", "doc", id="document"),
    pytest.param(ImageFactory, "wagtailimages", "image", id="picture"),
]


@pytest.mark.parametrize(("factory", "room", "prefix"), KINDS)
def test_the_organisation_is_chosen_in_the_window_and_no_other_is_named(
    client: Client, branch: Organisation, factory: Any, room: str, prefix: str
) -> None:
    file = in_library(factory, branch)
    begun = client.get(reverse(f"{room}:add")).content.decode()
    # One of many comes with its title only; a title that is none brings back its form.
    named = typed(branch.pk, f"{prefix}-{file.pk}-") | {f"{prefix}-{file.pk}-title": ""}
    address = reverse(f"{room}:edit_multiple", args=[file.pk])
    of_many = client.post(address, named, headers={"X-Requested-With": "XMLHttpRequest"}).json()["form"]

    for form in (begun, of_many):
        assert WINDOW in form
        assert re.search(r'<input type="hidden" name="[a-z0-9-]*visible_organisation"', form) is not None
        assert "坡上村支部" not in form
    assert ["沟口村支部" in form for form in (begun, of_many)] == [False, True]


@pytest.mark.parametrize(("factory", "room", "prefix"), KINDS)
def test_an_organisation_outside_the_duty_is_refused_in_a_sentence_and_nothing_is_made(
    client: Client, branch: Organisation, factory: Any, room: str, prefix: str
) -> None:
    address, kind = reverse(f"{room}:add"), factory._meta.model
    closed = OrganisationFactory(parent=branch, is_active=False)
    above = branch.get_parent()
    for place in (Organisation.objects.get(name="坡上村支部").pk, above.pk, closed.pk, 10**30, "x"):
        answer = client.post(address, typed(place) | {"file": new_file(kind)})
        assert (answer.status_code, answer.context["form"].errors) == (200, {"visible_organisation": [REFUSED]})
    assert not kind.objects.exists()
    below = OrganisationFactory(parent=branch)
    assert client.post(address, typed(below.pk) | {"file": new_file(kind)}).status_code == 302
    assert kind.objects.get().visible_organisation == below


def test_an_organisation_that_was_closed_meanwhile_stays_where_it_stands(client: Client, branch: Organisation) -> None:
    below = OrganisationFactory(parent=branch, is_active=False)
    document = in_library(DocumentFactory, below)
    assert client.post(reverse("wagtaildocs:edit", args=[document.pk]), typed(below.pk)).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.visible_organisation) == ("改过的", below)


@pytest.mark.parametrize(
    ("room", "name"),
    [("wagtaildocs_chooser", "document"), ("wagtailimages_chooser", "image")],
    ids=["document", "picture"],
)
def test_the_window_of_a_chooser_asks_for_no_reach(client: Client, branch: Organisation, room: str, name: str) -> None:
    shown = client.get(reverse(f"{room}:choose")).json()["html"]
    assert f'name="{name}-chooser-upload-title"' in shown
    assert "visible_organisation" not in shown


def test_what_is_sent_from_the_window_of_a_chooser_is_for_nobody_yet(client: Client, branch: Organisation) -> None:
    given = typed(branch.pk, "document-chooser-upload-")
    given["document-chooser-upload-file"] = new_file(SiteDocument)
    assert client.post(reverse("wagtaildocs_chooser:create"), given).json()["step"] == "chosen"
    made = SiteDocument.objects.get()
    assert (made.title, made.visibility, made.visible_organisation) == ("改过的", Visibility.PRIVATE, None)
