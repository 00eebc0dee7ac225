"""What stands in PDF and DOCX files is found; a hostile file has no text and does no harm."""

import io
import zipfile
import zlib
from collections.abc import Callable

import pytest
from django.core.files.base import ContentFile

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.assets.services import add_document, collection_named
from cms.core.sandbox import MIB, Leash
from cms.demo.library import docx
from cms.demo.papers import pdf
from cms.jobs.models import Job
from cms.lessons.services.groups import LIBRARY_COLLECTION
from cms.library.models import DocumentText
from cms.library.search_documents import resource_document
from cms.library.services import texts
from cms.library.services.texts import READ, read_document
from cms.organisations.enums import Role
from cms.taxonomy.enums import Visibility
from search.models import OutboxEntry
from tests.factories.assets import DocumentFactory
from tests.factories.library import make_editor, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db
ENTITIES = '<!DOCTYPE a [<!ENTITY b "bomb"><!ENTITY c "&b;&b;&b;&b;">]>'


def in_library(editor: User, *lines: str) -> SiteDocument:
    """Return a file that an editor brought to the library; what is brought for a lesson is seen with the lesson only."""
    file = ContentFile(docx(list(lines)), name="plan.docx")
    return add_document(editor, file=file, collection=collection_named(LIBRARY_COLLECTION))


def stored(content: bytes, name: str) -> SiteDocument:
    document: SiteDocument = DocumentFactory(file=ContentFile(content, name=name))
    return document


def word(xml: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", xml)
    return made.getvalue()


def pdf_bomb() -> bytes:
    """Return a PDF of some hundred kilobytes whose page unpacks to 400 MB."""
    packer = zlib.compressobj(9)
    stream = b"".join(packer.compress(b" " * MIB) for _turn in range(400)) + packer.flush()
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<<>>>>"
    content = b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(stream), stream)
    bodies = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content]
    file, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, 1):
        places.append(len(file))
        file += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return file + b"xref\n0 5\n0000000000 65535 f \n%strailer<</Size 5/Root 1 0 R>>startxref\n%d\n%%%%EOF" % (
        table,
        len(file),
    )


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", pdf("手册", ["先看杆基"])), ("a.docx", docx(["手册", "先看杆基"]))]
)
def test_what_stands_in_a_file_is_read_line_by_line(name: str, content: bytes) -> None:
    document = stored(content, name)
    assert read_document(document.pk) is True
    assert DocumentText.objects.get(document=document).text == "手册\n先看杆基"


@pytest.mark.parametrize(
    # Made when they are asked for: packing a bomb takes a second, in each process that collects these tests.
    "make",
    [
        pytest.param(lambda: b"%PDF-1.4\nnothing", id="no PDF"),
        pytest.param(pdf_bomb, id="a PDF that is a bomb"),
        pytest.param(lambda: word(f"{ENTITIES}<a>&c;</a>"), id="entities"),
        pytest.param(lambda: word(" " * 30 * MIB), id="a DOCX that is a bomb"),
        pytest.param(lambda: word("<a>"), id="broken XML"),
        pytest.param(lambda: b"PK\x03\x04", id="no archive"),
        pytest.param(bytes, id="nothing"),
    ],
)
@pytest.mark.long
def test_a_file_that_cannot_be_read_has_no_text(monkeypatch: pytest.MonkeyPatch, make: Callable[[], bytes]) -> None:
    monkeypatch.setattr(texts, "LEASH", Leash(memory_bytes=256 * MIB, cpu_s=5, wall_s=20, file_bytes=MIB))
    document = stored(make(), "strange.pdf")
    assert read_document(document.pk) is False
    assert DocumentText.objects.get(document=document).text == ""


def test_a_document_that_is_gone_meanwhile_is_no_failure() -> None:
    assert read_document(10**9) is False


@pytest.mark.long
def test_publishing_asks_once_for_the_text_and_search_finds_it() -> None:
    county = OrganisationFactory(kind="committee")
    editor, reviewer = make_editor(county), make_editor(county, Role.REVIEWER)
    document = in_library(editor, "防汛分工", "巡堤一组")
    page = publish_page(make_resource(editor, county, file=document, body=[]), reviewer)
    jobs = Job.objects.filter(kind=READ)
    assert [job.payload for job in jobs] == [{"document": document.pk}]
    read_document(document.pk)
    found = resource_document(str(page.pk))
    assert found is not None
    assert found.body == "防汛分工\n巡堤一组"
    jobs.delete()
    page.save_revision(user=editor)
    publish_page(page, reviewer)
    assert Job.objects.filter(kind=READ).count() == 0


def test_a_file_without_words_is_not_read() -> None:
    document = stored(b"ID3", "sound.mp3")
    texts.ask_for_text(document)
    assert Job.objects.filter(kind=READ).count() == 0


@pytest.mark.long
def test_words_of_a_file_that_fewer_people_may_open_are_not_in_the_entry_of_its_page() -> None:
    county = OrganisationFactory(kind="committee")
    editor, reviewer = make_editor(county), make_editor(county, Role.REVIEWER)
    document = in_library(editor, "防汛分工")
    page = publish_page(make_resource(editor, county, file=document, body=[]), reviewer)
    read_document(document.pk)
    bodies, told = [], []
    for visibility, below in (("organisation", county), ("public", None), ("private", None)):
        document = SiteDocument.objects.get(pk=document.pk)
        document.visibility, document.visible_organisation = visibility, below
        OutboxEntry.objects.all().delete()
        document.save()
        told.append(list(OutboxEntry.objects.values_list("kind", "object_id")))
        found = resource_document(str(page.pk))
        assert found is not None
        bodies.append(found.body)
    assert bodies == ["", "防汛分工", ""]
    assert told == [[("resource", str(page.pk))]] * 3


@pytest.mark.long
def test_words_of_a_file_are_in_the_entry_of_a_page_for_exactly_the_same_people() -> None:
    county = OrganisationFactory(kind="committee")
    editor, reviewer = make_editor(county), make_editor(county, Role.REVIEWER)
    document = in_library(editor, "防汛分工")
    narrow = {"visibility": Visibility.ORGANISATION, "visible_organisation": county}
    page = publish_page(make_resource(editor, county, file=document, body=[], **narrow), reviewer)
    read_document(document.pk)
    found = resource_document(str(page.pk))
    assert found is not None
    assert (found.body, found.visibility.public) == ("防汛分工", False)


@pytest.mark.long
def test_search_is_told_of_a_page_whose_file_another_page_opened_wider() -> None:
    county = OrganisationFactory(kind="committee")
    editor, reviewer = make_editor(county), make_editor(county, Role.REVIEWER)
    document = in_library(editor, "防汛分工")
    narrow = {"visibility": Visibility.ORGANISATION, "visible_organisation": county}
    inside = publish_page(make_resource(editor, county, file=document, **narrow), reviewer)
    OutboxEntry.objects.all().delete()
    wide = publish_page(make_resource(editor, county, title="给大家的", file=document), reviewer)
    assert set(OutboxEntry.objects.values_list("object_id", flat=True)) == {str(inside.pk), str(wide.pk)}
