"""Images and documents: nothing opens by a side door, nothing wrong comes in."""

import gc
import io
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from cms.accounts.models import User
from cms.assets import services
from cms.assets.models import SiteDocument, SiteImage
from cms.assets.photographs import NotAPhotograph, strip_notes
from cms.assets.services import add_document, add_image
from cms.assets.validators import validate_document
from cms.taxonomy.enums import Visibility
from cms.taxonomy.services import write_visibility
from tests.factories.accounts import UserFactory
from tests.factories.assets import PDF, DocumentFactory, ImageFactory, jpeg
from tests.factories.organisations import MembershipFactory, OrganisationFactory


def office(folder: str, *, macro: bool = False) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(f"{folder}/document.xml", "<x/>")
        if macro:
            archive.writestr(f"{folder}/vbaProject.bin", b"x")
    return target.getvalue()


def status_of(address: str, person: User | None = None) -> int:
    client = Client()
    if person is not None:
        client.force_login(person)
    answer = client.get(address)
    # Reading to the end closes the file, as a browser's connection would.
    list(getattr(answer, "streaming_content", ()))
    return int(answer.status_code)


@pytest.mark.django_db
def test_a_private_document_is_no_page_for_others_and_opens_for_its_owner() -> None:
    document = DocumentFactory()
    assert status_of(document.url) == 404
    assert status_of(document.url, UserFactory()) == 404
    assert status_of(document.url, document.uploaded_by_user) == 200


@pytest.mark.django_db
def test_a_document_opens_for_whom_it_is_meant_and_closes_when_it_is_hidden() -> None:
    document = DocumentFactory()
    branch = OrganisationFactory()
    member, stranger = MembershipFactory(organisation=branch).user, MembershipFactory().user
    write_visibility(document, Visibility.ORGANISATION, branch.pk, "")
    assert [status_of(document.url, person) for person in (member, stranger, None)] == [200, 404, 404]
    write_visibility(document, Visibility.PUBLIC, None, "")
    assert status_of(document.url) == 200
    write_visibility(document, Visibility.PRIVATE, None, "")
    assert status_of(document.url, member) == 404


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.django_db
@pytest.mark.long
def test_a_sized_copy_of_an_image_obeys_the_image() -> None:
    image = ImageFactory()
    address = image.get_rendition("width-32").url
    assert address.startswith("/media/site/")
    assert status_of(address) == 404
    write_visibility(image, Visibility.PUBLIC, None, "")
    answer = Client().get(address)
    assert b"".join(getattr(answer, "streaming_content", ()))[:2] == b"\xff\xd8"
    assert (answer.headers["Content-Type"], answer.headers["Cache-Control"]) == ("image/jpeg", "public, max-age=60")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    del image
    gc.collect()


@pytest.mark.django_db
def test_originals_and_documents_have_no_address_of_their_own() -> None:
    image, document = ImageFactory(), DocumentFactory()
    for row in (image, document):
        write_visibility(row, Visibility.PUBLIC, None, "")
    assert status_of(f"/media/site/{image.file.name}") == 404
    assert status_of(f"/media/site/{document.file.name}", document.uploaded_by_user) == 404
    assert status_of("/media/site/../../settings/base.py") == 404


@pytest.mark.django_db
def test_photographs_are_stored_upright_and_without_the_notes_of_the_camera() -> None:
    image = add_image(UserFactory(), data=jpeg(exif=True, size=(64, 48)), name="IMG_1.jpg", title="现场")
    stored = SiteImage.objects.get(pk=image.pk)
    with stored.file.open("rb") as file:
        data = file.read()
    assert b"SecretCamera" not in data
    with Image.open(io.BytesIO(data)) as picture:
        assert (dict(picture.getexif()), picture.size) == ({}, (48, 64))
    assert (stored.width, stored.height) == (48, 64)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_allowed_kind_of_picture_stays_what_it_is(kind: str) -> None:
    with Image.open(io.BytesIO(strip_notes(jpeg(kind=kind)))) as picture:
        assert (picture.format, picture.size) == (kind, (64, 48))


@pytest.mark.parametrize(
    "data", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", jpeg()[:200], jpeg(kind="BMP")]
)
def test_what_is_no_picture_is_refused(data: bytes) -> None:
    with pytest.raises(NotAPhotograph):
        strip_notes(data)


@given(st.binary(max_size=300))
@pytest.mark.long
def test_no_bytes_make_the_picture_check_fall_over(data: bytes) -> None:
    with pytest.raises(NotAPhotograph):
        strip_notes(data)


@pytest.mark.parametrize(
    ("name", "data"),
    [("a.pdf", PDF), ("a.docx", office("word")), ("a.xlsx", office("xl")), ("a.pptx", office("ppt")),
     ("a.txt", "冬季用电".encode("gb18030")), ("A.PDF", PDF), ("a.zip", office("word"))],
)  # fmt: skip
def test_documents_that_are_what_they_say_are_taken(name: str, data: bytes) -> None:
    validate_document(ContentFile(data, name=name))


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [("a.pdf", b"MZ program", "content"), ("a.docx", PDF, "content"), ("a.docx", office("xl"), "content"),
     ("a.docx", office("word", macro=True), "macros"), ("a.txt", b"\x00\x01", "content"), ("a.html", b"<script>", "kind"),
     ("a.svg", b"<svg/>", "kind"), ("a", b"x", "kind"), ("a.pdf", b"", "empty"), ("a.zip", b"PK\x03\x04broken", "content")],
)  # fmt: skip
def test_documents_that_are_something_else_are_refused_with_their_reason(name: str, data: bytes, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        validate_document(ContentFile(data, name=name))
    assert caught.value.code == code


@pytest.mark.django_db
def test_a_document_from_a_member_is_private_and_keeps_no_path_in_its_name() -> None:
    owner = UserFactory()
    document = add_document(owner, file=ContentFile(PDF, name="C:\\Users\\表.pdf"))
    stored = SiteDocument.objects.get(pk=document.pk)
    assert (stored.title, stored.visibility, stored.uploaded_by_user) == ("表.pdf", Visibility.PRIVATE, owner)


@pytest.mark.django_db
def test_a_document_that_could_not_be_stored_leaves_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("the database is gone")

    monkeypatch.setattr(services, "members_collection", broken)
    with pytest.raises(RuntimeError):
        add_document(UserFactory(), file=ContentFile(PDF, name="only-here.pdf"))
    assert not default_storage.exists("documents/only-here.pdf")


@pytest.mark.django_db
def test_a_document_is_checked_and_copied_before_its_transaction_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    open_blocks = []
    monkeypatch.setattr(services, "validate_document", lambda _file: open_blocks.append(len(connection.savepoint_ids)))
    add_document(UserFactory(), file=ContentFile(PDF, name="a.pdf"))
    assert open_blocks == [0]
