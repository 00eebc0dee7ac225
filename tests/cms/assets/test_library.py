"""The library belongs to organisations: editors look after what is theirs, and see what they may see anyway."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.lessons.services.groups import ensure_editor_permissions
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.taxonomy.enums import Visibility
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.admin import in_admin
from tests.factories.assets import DocumentFactory, ImageFactory
from tests.factories.organisations import MembershipFactory, OrganisationFactory, RoleAssignmentFactory
from tests.factories.taxonomy import TopicFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> Organisation:
    ensure_editor_permissions()
    return OrganisationFactory()


@pytest.fixture
def branch(county: Organisation) -> Organisation:
    return OrganisationFactory(parent=county)


@pytest.fixture
def elsewhere(county: Organisation) -> Organisation:
    return OrganisationFactory(parent=county)


def on_duty(place: Organisation, role: Role = Role.EDITOR) -> User:
    person: User = UserFactory()
    give_second_factor(person)
    MembershipFactory(user=person, organisation=place)
    RoleAssignmentFactory(user=person, organisation=place, role=role)
    return person


def in_library(**values: Any) -> SiteDocument:
    made: SiteDocument = DocumentFactory(collection=Collection.objects.get(name="资源库"), **values)
    return made


def meant_for(place: Organisation) -> SiteDocument:
    return in_library(visibility=Visibility.ORGANISATION, visible_organisation=place)


def opens(client: Client, document: SiteDocument) -> bool:
    answer = client.get(document.url)
    b"".join(getattr(answer, "streaming_content", ()))
    return bool(answer.status_code == 200)


def changed(client: Client, document: SiteDocument, **values: Any) -> bool:
    """Return whether the person can change the document's title, with these other values."""
    form = {
        "title": "改过的",
        "tags": "",
        "visibility": document.visibility,
        "visible_organisation": document.visible_organisation_id or "",
    }
    client.post(reverse("wagtaildocs:edit", args=[document.pk]), form | values)
    return bool(SiteDocument.objects.get(pk=document.pk).title == "改过的")


def listed(client: Client) -> set[str]:
    return {row.title for row in client.get(reverse("wagtaildocs:index")).context["object_list"]}


@pytest.mark.long
def test_a_document_for_one_organisation_is_opened_and_changed_by_its_editors_and_nobody_of_elsewhere(
    branch: Organisation, elsewhere: Organisation
) -> None:
    document = meant_for(branch)
    own, strange = in_admin(on_duty(branch)), in_admin(on_duty(elsewhere))
    assert (opens(strange, document), listed(strange), changed(strange, document)) == (False, set(), False)
    assert (opens(own, document), listed(own), changed(own, document)) == (True, {document.title}, True)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
@pytest.mark.long
def test_what_is_not_published_yet_is_seen_by_who_brought_it_and_by_editors_of_the_whole_county(
    county: Organisation, branch: Organisation, role: Role
) -> None:
    bringer = on_duty(branch)
    document = in_library(uploaded_by_user=bringer)
    assert opens(in_admin(on_duty(branch, role)), document) is False
    assert opens(in_admin(on_duty(county)), document) is True
    assert (listed(in_admin(bringer)), changed(in_admin(bringer), document)) == ({document.title}, True)


def test_a_reviewer_opens_what_is_for_an_organisation_in_reach_and_changes_nothing(
    county: Organisation, branch: Organisation, elsewhere: Organisation
) -> None:
    document = meant_for(branch)
    near, far = in_admin(on_duty(county, Role.REVIEWER)), in_admin(on_duty(elsewhere, Role.REVIEWER))
    assert (opens(near, document), changed(near, document)) == (True, False)
    assert opens(far, document) is False


@pytest.mark.long
def test_what_is_for_everybody_is_changed_by_editors_of_the_whole_county_only(
    county: Organisation, branch: Organisation
) -> None:
    document = in_library(visibility=Visibility.PUBLIC)
    below, above = in_admin(on_duty(branch)), in_admin(on_duty(county))
    assert (opens(below, document), changed(below, document)) == (True, False)
    assert changed(above, document) is True


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.ROLE])
@pytest.mark.long
def test_only_editors_of_the_whole_county_show_something_to_everybody_or_to_a_role(
    county: Organisation, branch: Organisation, visibility: Visibility
) -> None:
    document = meant_for(branch)
    wider = {"visibility": visibility, "visible_organisation": "", "visible_role": Role.EDITOR}
    assert changed(in_admin(on_duty(branch)), document, **wider) is False
    assert SiteDocument.objects.get().visibility == Visibility.ORGANISATION
    assert changed(in_admin(on_duty(county)), document, **wider) is True
    assert SiteDocument.objects.get().visibility == visibility


@pytest.mark.long
def test_an_editor_shows_something_to_organisations_in_reach_only(
    branch: Organisation, elsewhere: Organisation
) -> None:
    editor = on_duty(branch)
    document, below = in_library(uploaded_by_user=editor), OrganisationFactory(parent=branch)
    for_them = {"visibility": Visibility.ORGANISATION}
    assert changed(in_admin(editor), document, **for_them, visible_organisation=elsewhere.pk) is False
    assert changed(in_admin(editor), document, **for_them, visible_organisation=below.pk) is True


def test_a_new_document_of_a_branch_is_not_for_everybody(branch: Organisation) -> None:
    form = {"title": "新资料", "tags": "", "visibility": Visibility.PUBLIC}
    client = in_admin(on_duty(branch))
    client.post(reverse("wagtaildocs:add"), form | {"file": SimpleUploadedFile("a.txt", b"text")})
    assert not SiteDocument.objects.exists()
    form["visibility"] = Visibility.PRIVATE
    client.post(reverse("wagtaildocs:add"), form | {"file": SimpleUploadedFile("a.txt", b"text")})
    assert SiteDocument.objects.get().title == "新资料"


@pytest.mark.long
def test_pictures_follow_the_same_rule(branch: Organisation, elsewhere: Organisation) -> None:
    image = ImageFactory(
        collection=Collection.objects.get(name="资源库"),
        visibility=Visibility.ORGANISATION,
        visible_organisation=branch,
    )
    # As much a page of who may change the picture as its form, and without a sized copy.
    usage = reverse("wagtailimages:image_usage", args=[image.pk])
    assert [in_admin(on_duty(place)).get(usage).status_code for place in (branch, elsewhere)] == [200, 302]
    picture = in_admin(on_duty(elsewhere)).get(image.file.url)
    assert picture.status_code == 404


@pytest.mark.long
def test_a_document_is_found_by_its_words_in_the_list_and_to_be_chosen(branch: Organisation) -> None:
    meant_for(branch)
    editor = in_admin(on_duty(branch))
    title = SiteDocument.objects.get().title
    for address in ("wagtaildocs:index", "wagtaildocs_chooser:choose_results"):
        assert title in editor.get(reverse(address), {"q": title}).content.decode()


@pytest.mark.parametrize("kind", ["topic", "audience"])
@pytest.mark.long
def test_topics_and_audiences_are_written_by_editors_of_the_whole_county_and_read_by_the_others(
    county: Organisation, branch: Organisation, kind: str
) -> None:
    add = reverse(f"wagtailsnippets_taxonomy_{kind}:add")
    form = {"name": "新的", "slug": "new", "order": 1}
    below, above = in_admin(on_duty(branch)), in_admin(on_duty(county))
    assert below.get(reverse(f"wagtailsnippets_taxonomy_{kind}:list")).status_code == 200
    assert [client.get(add).status_code for client in (below, above)] == [302, 200]
    model = above.get(add).context["form"]._meta.model
    below.post(add, form)
    assert not model.objects.filter(slug="new").exists()
    above.post(add, form)
    assert model.objects.filter(slug="new").exists()


def test_a_topic_is_not_changed_from_a_branch(branch: Organisation) -> None:
    topic = TopicFactory()
    edit = reverse("wagtailsnippets_taxonomy_topic:edit", args=[topic.pk])
    answer = in_admin(on_duty(branch)).post(edit, {"name": "别的", "slug": topic.slug, "order": 1})
    topic.refresh_from_db()
    assert (answer.status_code, topic.name != "别的") == (302, True)
