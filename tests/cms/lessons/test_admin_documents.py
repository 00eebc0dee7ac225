"""The document library in the admin: editors look after the library, not after what members attach."""

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.assets.services import add_document, add_image
from cms.lessons.models import MicroLesson
from cms.lessons.services import attach_document, submit_lesson
from cms.library.models import SectionPage
from cms.organisations.enums import Role
from cms.organisations.services import grant_role
from cms.review.services import approve
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.assets import jpeg
from tests.factories.lessons import Stage, make_draft, make_stage
from tests.factories.organisations import MembershipFactory, OrganisationFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
TITLE = "还没有发布的讲稿"


def admin_of(role: Role) -> Client:
    """Return the browser of somebody who was given the duty in an organisation far away."""
    person: User = UserFactory()
    give_second_factor(person)
    home = OrganisationFactory()
    MembershipFactory(user=person, organisation=home)
    grant_role(person, home, role)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def private_document() -> SiteDocument:
    return add_document(UserFactory(), file=ContentFile("草稿".encode(), name="a.txt"), title=TITLE)


def library_document(lesson: MicroLesson, stage: Stage) -> SiteDocument:
    """Return a document of the library, attached to the draft."""
    attach_document(lesson, ContentFile(b"approved", name="a.txt"), actor=stage.author, title=TITLE)
    SiteDocument.objects.update(collection=Collection.objects.get(name="资源库"))
    return SiteDocument.objects.get()


def put_in_place(client: Client, document: SiteDocument) -> str:
    """Send another file for the document through the admin; return the page that answers."""
    data = {
        "title": document.title,
        "collection": document.collection_id,
        "tags": "",
        "visibility": document.visibility,
        "file": SimpleUploadedFile("b.txt", b"never reviewed"),
    }
    return client.post(reverse("wagtaildocs:edit", args=[document.pk]), data).content.decode()


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_a_members_private_document_is_nothing_to_an_editor_of_elsewhere(role: Role) -> None:
    document, client = private_document(), admin_of(role)
    assert client.get(document.url).status_code == 404
    # Wagtail leads away, with a message, from what somebody may not change.
    assert client.get(reverse("wagtaildocs:edit", args=[document.pk])).status_code == 302
    assert client.get(reverse("wagtaildocs:delete", args=[document.pk])).status_code == 302
    assert TITLE not in client.get(reverse("wagtaildocs:index"), follow=True).content.decode()
    assert TITLE not in client.get(reverse("wagtaildocs_chooser:choose")).content.decode()
    assert TITLE not in client.get(reverse("wagtaildocs_chooser:choose_results")).content.decode()
    assert TITLE not in client.get(reverse("wagtaildocs_chooser:chosen", args=[document.pk])).content.decode()
    assert client.get("/api/v1/documents/").status_code == 404


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_a_members_private_picture_is_nothing_to_an_editor_of_elsewhere(role: Role) -> None:
    image = add_image(UserFactory(), data=jpeg(), name="a.jpg", title=TITLE)
    client = admin_of(role)
    assert client.get(f"/media/site/{image.file.name}").status_code == 404
    assert client.get(reverse("wagtailimages:edit", args=[image.pk])).status_code == 302
    assert TITLE not in client.get(reverse("wagtailimages:index"), follow=True).content.decode()
    assert TITLE not in client.get(reverse("wagtailimages_chooser:choose")).content.decode()


def test_an_editor_works_below_the_sections_only_and_nobody_is_in_wagtails_own_groups() -> None:
    assert not Group.objects.filter(name__in=["Editors", "Moderators"]).exists()
    assert {permission.page.specific_class for permission in GroupPagePermission.objects.all()} == {SectionPage}
    assert set(GroupCollectionPermission.objects.values_list("collection__name", flat=True)) == {"资源库"}


def test_an_editor_looks_after_the_library() -> None:
    client = admin_of(Role.EDITOR)
    document = private_document()
    SiteDocument.objects.filter(pk=document.pk).update(collection=Collection.objects.get(name="资源库"))
    document.refresh_from_db()
    assert TITLE in client.get(reverse("wagtaildocs:index")).content.decode()
    put_in_place(client, document)
    changed = SiteDocument.objects.get(pk=document.pk)
    with changed.file.open("rb") as file:
        assert file.read() == b"never reviewed"


@pytest.mark.parametrize("approvals", [0, 1, 2])
def test_the_file_of_a_lesson_in_review_or_published_is_not_replaced(approvals: int) -> None:
    stage = make_stage()
    lesson = make_draft(stage)
    document = library_document(lesson, stage)
    submit_lesson(MicroLesson.objects.get(pk=lesson.pk), actor=stage.author)
    for reviewer in (stage.secretary, stage.editor)[:approvals]:
        approve(MicroLesson.objects.get(pk=lesson.pk), actor=reviewer)
    page = put_in_place(admin_of(Role.EDITOR), document)
    assert "请把新的文件作为另一份文档添加" in page
    kept = SiteDocument.objects.get(pk=document.pk)
    with kept.file.open("rb") as file:
        assert (kept.file.name, file.read()) == (document.file.name, b"approved")


def test_the_file_of_a_draft_may_still_be_replaced() -> None:
    stage = make_stage()
    document = library_document(make_draft(stage), stage)
    put_in_place(admin_of(Role.EDITOR), document)
    assert SiteDocument.objects.get(pk=document.pk).file.name != document.file.name
