"""Files of a draft: whoever is shown its preview in the admin sees them there, and nobody else does."""

from dataclasses import dataclass

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage, SiteRendition
from cms.assets.services import collection_named
from cms.lessons.services.groups import LIBRARY_COLLECTION, ensure_editor_permissions, sync_editor_groups
from cms.library.models import ResourcePage
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory
from tests.factories.assets import PDF, DocumentFactory, ImageFactory, sized_copy
from tests.factories.library import make_editor, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory

pytestmark = [
    pytest.mark.long,
    pytest.mark.django_db,
    # Wagtail leaves the temporary file of a new rendition to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
]
WHO = ("colleague", "reviewer", "elsewhere", "member", "visitor")
KEEPERS_ONLY = {"colleague": 200, "reviewer": 200, "elsewhere": 404, "member": 404, "visitor": 302}


@dataclass
class Desk:
    """A draft with a file, a cover and a picture in its text, and people who come by."""

    draft: ResourcePage
    document: SiteDocument
    cover: SiteRendition
    picture: SiteImage
    reviewer: User
    clients: dict[str, Client]

    def asked(self, address: str) -> dict[str, int]:
        return {name: status_of(client, address) for name, client in self.clients.items()}


def status_of(client: Client, address: str) -> int:
    """Return how the site answers, with the file read to its end."""
    answer = client.get(address)
    b"".join(getattr(answer, "streaming_content", ()))
    return answer.status_code


@pytest.fixture
def desk() -> Desk:
    county: Organisation = OrganisationFactory(kind="committee")
    town = OrganisationFactory(parent=county)
    writer, reviewer = make_editor(town), make_editor(county, Role.REVIEWER)
    people: list[User] = [make_editor(town), reviewer, make_editor(OrganisationFactory(parent=county)), UserFactory()]
    ensure_editor_permissions()
    clients = {name: Client() for name in WHO}
    for name, person in zip(WHO, people, strict=False):
        sync_editor_groups(person)
        clients[name].force_login(User.objects.get(pk=person.pk))
    kept = {"uploaded_by_user": writer, "collection": collection_named(LIBRARY_COLLECTION)}
    document, cover, picture = DocumentFactory(**kept), ImageFactory(**kept), ImageFactory(**kept)
    body = [{"type": "picture", "value": {"image": picture.pk, "caption": ""}}]
    draft = make_resource(writer, town, title="还没写完的手册", file=document, cover=cover, body=body)
    return Desk(draft, document, sized_copy(cover, "width-1200"), picture, reviewer, clients)


def test_a_colleague_sees_the_files_of_a_draft_in_its_preview(desk: Desk) -> None:
    preview = desk.clients["colleague"].get(reverse("wagtailadmin_pages:view_draft", args=[desk.draft.pk]))
    page = preview.content.decode()
    document = reverse("library:draft_document", args=[desk.draft.pk, desk.document.pk])
    copies = [desk.cover, SiteRendition.objects.get(image=desk.picture, filter_spec="width-1200")]
    pictures = [reverse("library:draft_picture", args=[desk.draft.pk, copy.pk]) for copy in copies]
    assert [address in page for address in (document, *pictures)] == [True] * 3
    assert [desk.document.url in page, desk.cover.url in page] == [False, False]
    answer = desk.clients["colleague"].get(document)
    assert (b"".join(answer), answer["Content-Type"]) == (PDF, "application/octet-stream")
    assert "attachment" in answer["Content-Disposition"]
    assert desk.asked(document) == KEEPERS_ONLY
    for address in pictures:
        assert desk.asked(address) == KEEPERS_ONLY


def test_nothing_but_the_files_of_this_draft_opens_through_it(desk: Desk) -> None:
    other, copy = DocumentFactory(), sized_copy(ImageFactory(), "width-1200")
    colleague, pk = desk.clients["colleague"], desk.draft.pk
    for address in (
        reverse("library:draft_document", args=[pk, other.pk]),
        reverse("library:draft_picture", args=[pk, copy.pk]),
        reverse("library:draft_document", args=[pk + 1000, desk.document.pk]),
    ):
        assert colleague.get(address).status_code == 404
    assert colleague.post(reverse("library:draft_document", args=[pk, desk.document.pk])).status_code == 405


def test_what_was_taken_out_of_a_draft_opens_through_it_no_more(desk: Desk) -> None:
    address = reverse("library:draft_document", args=[desk.draft.pk, desk.document.pk])
    desk.draft.file = None
    desk.draft.save_revision(user=desk.draft.owner)
    assert desk.clients["colleague"].get(address).status_code == 404


def test_once_published_the_files_open_at_their_own_address_for_whom_the_page_is_for(desk: Desk) -> None:
    before = desk.asked(desk.document.url)
    desk.draft.visibility = Visibility.PUBLIC
    desk.draft.save_revision(user=desk.draft.owner)
    page = publish_page(ResourcePage.objects.get(pk=desk.draft.pk), desk.reviewer)
    assert before == dict.fromkeys(WHO, 404)
    assert desk.asked(desk.document.url) == dict.fromkeys(WHO, 200)
    shown = desk.clients["visitor"].get(page.url).content.decode()
    assert [desk.document.url in shown, "/library/drafts/" in shown] == [True, False]
    assert desk.asked(reverse("library:draft_document", args=[page.pk, desk.document.pk])) == KEEPERS_ONLY
