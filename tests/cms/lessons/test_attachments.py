"""Documents of a lesson: what is taken away leaves no file behind, and nobody attaches what is not theirs."""

from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cms.assets.models import SiteDocument
from cms.assets.services import members_collection
from cms.lessons.models import LessonAttachment, MicroLesson
from cms.lessons.services import attach_document, detach_document, submit_lesson
from cms.lessons.services.groups import ensure_editor_permissions
from cms.lessons.services.parts import MAX_ATTACHMENTS
from cms.review.services import return_with_reason
from tests.factories.accounts import signed_in
from tests.factories.admin import in_admin
from tests.factories.assets import DocumentFactory
from tests.factories.jobs import carry_messages
from tests.factories.lesson_admin import edit_url, whole_form
from tests.factories.lessons import Stage, make_draft, make_published, make_stage

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    ensure_editor_permissions()
    return make_stage()


def fresh(lesson: MicroLesson) -> MicroLesson:
    return MicroLesson.objects.get(pk=lesson.pk)


def draft_of(lesson: MicroLesson) -> MicroLesson:
    draft: MicroLesson = fresh(lesson).get_latest_revision_as_object()
    return draft


def attach(lesson: MicroLesson, stage: Stage, name: str = "讲义.txt") -> SiteDocument:
    """Attach a document to the draft as its author does."""
    attach_document(lesson, ContentFile("讲义".encode(), name=name), actor=stage.author)
    document: SiteDocument = SiteDocument.objects.latest("pk")
    return document


def stored_files() -> set[str]:
    return set(default_storage.listdir("documents")[1]) if default_storage.exists("documents") else set()


@pytest.mark.long
def test_a_discarded_draft_leaves_no_file_of_its_attachments(
    stage: Stage, django_capture_on_commit_callbacks: Any
) -> None:
    lesson = make_draft(stage)
    document = attach(lesson, stage)
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(stage.author).post(f"/lessons/{lesson.pk}/discard/")
    carry_messages()
    assert (answer.status_code, default_storage.exists(document.file.name)) == (302, False)


@pytest.mark.long
def test_a_detached_document_of_a_draft_is_deleted_with_its_file(
    stage: Stage, django_capture_on_commit_callbacks: Any
) -> None:
    lesson = make_draft(stage)
    document, other = attach(lesson, stage), attach(lesson, stage, "表格.txt")
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(stage.author).post(reverse("lessons:detach", args=[lesson.pk, document.pk]))
    carry_messages()
    assert (answer.status_code, default_storage.exists(document.file.name)) == (302, False)
    assert list(SiteDocument.objects.all()) == [other]
    assert default_storage.exists(other.file.name)


@pytest.mark.parametrize("way", ["published", "returned"])
@pytest.mark.long
def test_a_detached_document_that_others_have_read_stays(stage: Stage, way: str) -> None:
    lesson = make_draft(stage)
    document = attach(lesson, stage)
    submit_lesson(fresh(lesson), actor=stage.author)
    return_with_reason(fresh(lesson), actor=stage.secretary, reason="请换一份讲义。")
    if way == "published":
        other = make_published(stage)
        other.shown_documents.add(document)
    detach_document(fresh(lesson), document.pk, actor=stage.author)
    assert SiteDocument.objects.filter(pk=document.pk).exists()


def test_a_document_that_another_lesson_holds_outlives_the_draft(stage: Stage) -> None:
    lesson, other = make_draft(stage), make_draft(stage)
    document = attach(lesson, stage)
    LessonAttachment.objects.create(lesson=other, document=document)
    assert signed_in(stage.author).post(f"/lessons/{lesson.pk}/discard/").status_code == 302
    assert SiteDocument.objects.filter(pk=document.pk).exists()


@pytest.mark.long
def test_one_attachment_too_many_is_refused_with_a_sentence_and_leaves_no_file(
    stage: Stage, django_capture_on_commit_callbacks: Any
) -> None:
    lesson = make_draft(stage)
    for number in range(MAX_ATTACHMENTS):
        attach(lesson, stage, f"{number}.txt")
    before = stored_files()
    with django_capture_on_commit_callbacks(execute=True):
        answer = signed_in(stage.author).post(
            reverse("lessons:attachments", args=[lesson.pk]), {"file": SimpleUploadedFile("多.txt", b"x")}
        )
    carry_messages()
    assert (answer.status_code, "最多 10 个附件" in answer.content.decode()) == (400, True)
    assert stored_files() == before


def attachment_row(document: object) -> dict[str, Any]:
    """Return what the admin's page posts for one new attachment."""
    return {
        "attachments-TOTAL_FORMS": 1,
        "attachments-0-document": document,
        "attachments-0-ORDER": 1,
        "attachments-0-id": "",
    }


def attached(lesson: MicroLesson) -> list[int]:
    draft: MicroLesson = fresh(lesson).get_latest_revision_as_object()
    return [row.document_id for row in draft.attachments.all()]


@pytest.mark.long
def test_an_editor_does_not_attach_somebodys_private_document_by_its_number(stage: Stage) -> None:
    lesson, secret = make_published(stage), DocumentFactory(title="别人的讲稿")
    client = in_admin(stage.editor)
    answer = client.post(edit_url(lesson), whole_form(client, lesson) | attachment_row(secret.pk))
    page = answer.content.decode()
    assert ("请从可以选用的文件中选择" in page, "别人的讲稿" in page, attached(lesson)) == (True, False, [])


@pytest.mark.long
@pytest.mark.parametrize("number", ["0", "x", "9" * 40, "-1"])
def test_a_number_of_no_document_gets_a_sentence_at_the_field(stage: Stage, number: str) -> None:
    lesson = make_published(stage)
    client = in_admin(stage.editor)
    answer = client.post(edit_url(lesson), whole_form(client, lesson) | attachment_row(number))
    assert (answer.status_code, "请从可以选用的文件中选择" in answer.content.decode()) == (200, True)


@pytest.mark.long
@pytest.mark.parametrize("reach", ["public", "own"])
def test_an_editor_attaches_what_the_chooser_offers(stage: Stage, reach: str) -> None:
    lesson = make_published(stage)
    own = {"uploaded_by_user": stage.editor, "collection": members_collection()}
    document = DocumentFactory(**own) if reach == "own" else DocumentFactory(visibility="public")
    client = in_admin(stage.editor)
    answer = client.post(edit_url(lesson), whole_form(client, lesson) | attachment_row(document.pk))
    assert (answer.status_code, attached(lesson)) == (302, [document.pk])


@pytest.mark.long
def test_an_editor_hears_where_a_document_of_the_library_is_published_first(stage: Stage) -> None:
    lesson, document = make_published(stage), DocumentFactory(uploaded_by_user=stage.editor)
    client = in_admin(stage.editor)
    answer = client.post(edit_url(lesson), whole_form(client, lesson) | attachment_row(document.pk))
    assert ("请先在资源库里选好谁可以看" in answer.content.decode(), attached(lesson)) == (True, [])


@pytest.mark.long
def test_an_editor_keeps_the_authors_attachment_when_changing_something_else(stage: Stage) -> None:
    lesson = make_draft(stage)
    document = attach(lesson, stage)
    submit_lesson(fresh(lesson), actor=stage.author)
    return_with_reason(fresh(lesson), actor=stage.secretary, reason="题目再短一些。")
    client = in_admin(stage.editor)
    answer = client.post(edit_url(lesson), whole_form(client, lesson) | {"title": "先看杆基"})
    assert (answer.status_code, attached(lesson)) == (302, [document.pk])


def test_an_attachment_needs_room_as_a_video_does(stage: Stage, settings: Any) -> None:
    settings.UPLOAD_QUOTA_BYTES = 15
    lesson, before = make_draft(stage), stored_files()
    attach(lesson, stage)
    notes = SimpleUploadedFile("更多.txt", b"more notes", "text/plain")
    answer = signed_in(stage.author).post(f"/lessons/{lesson.pk}/attachments/", {"title": "更多", "file": notes})
    assert (answer.status_code, "你的空间用完了" in answer.content.decode()) == (413, True)
    assert (SiteDocument.objects.count(), len(stored_files() - before)) == (1, 1)


@pytest.mark.long
def test_going_on_takes_the_chosen_file_along(stage: Stage) -> None:
    lesson = make_draft(stage)
    client, address = signed_in(stage.author), reverse("lessons:attachments", args=[lesson.pk])
    onward = reverse("lessons:consent", args=[lesson.pk])
    sent = [
        client.post(address, {"next": "", "title": "", "file": SimpleUploadedFile("讲义.txt", "讲义".encode())}),
        client.post(address, {"next": "", "title": ""}),
        client.post(address, {"title": "说明", "file": SimpleUploadedFile("说明.txt", "说明".encode())}),
    ]
    assert [answer.headers["Location"] for answer in sent] == [onward, onward, address]
    assert [row.document.title for row in draft_of(lesson).attachments.all()] == ["讲义.txt", "说明"]


@pytest.mark.parametrize(
    "chosen", [{"title": "只写了名称"}, {"file": SimpleUploadedFile("a.exe", b"MZ\x90\x00"), "title": "程序"}]
)
def test_going_on_stays_where_what_was_chosen_cannot_be_attached(stage: Stage, chosen: dict[str, Any]) -> None:
    lesson = make_draft(stage)
    answer = signed_in(stage.author).post(reverse("lessons:attachments", args=[lesson.pk]), {"next": ""} | chosen)
    assert (answer.status_code, chosen["title"] in answer.content.decode()) == (400, True)
    assert draft_of(lesson).attachments.count() == 0
