"""The window in which an editor chooses a lesson's documents: a file that is sent from it is seen with the lesson."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.lessons.models import MicroLesson
from cms.lessons.services import unpublish
from cms.lessons.services.groups import ensure_editor_permissions
from cms.organisations.enums import Role
from cms.review.services import approve
from cms.taxonomy.enums import Visibility
from tests.factories.admin import in_admin
from tests.factories.assets import PDF, DocumentFactory
from tests.factories.lesson_admin import edit_url, whole_form
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.library import make_editor, make_resource, publish_page

pytestmark = pytest.mark.django_db
WINDOW = "lesson_documents"
FIELD = "document-chooser-upload"


@pytest.fixture
def stage() -> Stage:
    ensure_editor_permissions()
    return make_stage()


@pytest.fixture
def colleague(stage: Stage) -> User:
    """Return another editor, who decides about what the first one hands in."""
    return make_editor(stage.committee)


def send(client: Client, **more: Any) -> dict[str, Any]:
    """Send a file from the window; return its answer."""
    file = SimpleUploadedFile("讲义.pdf", PDF, "application/pdf")
    given = {f"{FIELD}-title": "巡线讲义", f"{FIELD}-file": file} | more
    answer: dict[str, Any] = client.post(reverse(f"{WINDOW}:create"), given).json()
    return answer


def hand_in(client: Client, lesson: MicroLesson, **changes: Any) -> int:
    """Attach the newest file and hand the lesson in, in one go; return the status of the answer."""
    row = {
        "attachments-TOTAL_FORMS": 1,
        "attachments-0-document": SiteDocument.objects.latest("pk").pk,
        "attachments-0-ORDER": 1,
        "attachments-0-id": "",
    }
    return client.post(
        edit_url(lesson), whole_form(client, lesson) | row | changes | {"action-submit": "1"}
    ).status_code


def brought_for(stage: Stage, colleague: User, reach: str = "organisation") -> MicroLesson:
    """Return a lesson with a file from the window, approved; it is for the branch unless it is for everybody."""
    below = {"visibility": Visibility.ORGANISATION, "visible_organisation": stage.branch}
    lesson = make_published(stage, **(below if reach == "organisation" else {}))
    client = in_admin(stage.editor)
    send(client)
    assert hand_in(client, lesson) == 302
    approve(fresh(lesson), actor=colleague)
    return fresh(lesson)


def fresh(lesson: MicroLesson) -> MicroLesson:
    return MicroLesson.objects.get(pk=lesson.pk)


def opens(person: User | None) -> bool:
    """Return whether the file opens for the person."""
    client = Client()
    if person is not None:
        client.force_login(person)
    answer = client.get(SiteDocument.objects.get().url)
    # A file that is read to its end is closed.
    return b"".join(answer) == PDF


def seen_by_whom() -> tuple[str, int | None]:
    document = SiteDocument.objects.get()
    return document.visibility, document.visible_organisation_id


@pytest.mark.long
def test_a_file_is_sent_attached_and_handed_in_at_once_and_opens_for_readers_once_the_lesson_is_approved(
    stage: Stage, colleague: User
) -> None:
    lesson = make_published(stage, visibility=Visibility.ORGANISATION, visible_organisation=stage.branch)
    client = in_admin(stage.editor)
    assert (send(client)["step"], hand_in(client, lesson)) == ("chosen", 302)
    assert [opens(person) for person in (stage.editor, stage.author, stage.outsider, None)] == [True, *[False] * 3]
    approve(fresh(lesson), actor=colleague)
    assert [opens(person) for person in (stage.editor, stage.author, stage.outsider, None)] == [
        True,
        True,
        False,
        False,
    ]
    assert [row.document.title for row in fresh(lesson).attachments.all()] == ["巡线讲义"]


@pytest.mark.long
def test_the_file_follows_the_lesson_when_its_reach_changes_and_when_it_is_no_longer_shown(
    stage: Stage, colleague: User
) -> None:
    lesson = brought_for(stage, colleague)
    seen = [seen_by_whom()]
    client = in_admin(stage.editor)
    wider = whole_form(client, lesson) | {"visibility": "public", "visible_organisation": "", "action-submit": "1"}
    client.post(edit_url(lesson), wider)
    seen.append(seen_by_whom())
    approve(fresh(lesson), actor=colleague)
    seen.append(seen_by_whom())
    unpublish(fresh(lesson), actor=stage.author)
    below = ("organisation", stage.branch.pk)
    assert [*seen, seen_by_whom()] == [below, below, ("public", None), ("private", None)]


@pytest.mark.long
@pytest.mark.parametrize("first", ["page", "lesson"])
def test_a_file_that_a_page_for_everybody_names_too_is_seen_by_those_of_the_lesson(
    stage: Stage, colleague: User, first: str
) -> None:
    client = in_admin(stage.editor)
    lesson = make_published(stage, visibility=Visibility.ORGANISATION, visible_organisation=stage.branch)
    send(client)
    page = make_resource(stage.editor, stage.committee, file=SiteDocument.objects.get())
    if first == "page":
        publish_page(page, colleague)
        assert seen_by_whom() == ("private", None)
    hand_in(client, lesson)
    approve(fresh(lesson), actor=colleague)
    if first == "lesson":
        publish_page(page, colleague)
    assert seen_by_whom() == ("organisation", stage.branch.pk)


@pytest.mark.long
def test_what_was_sent_stays_to_be_chosen_by_who_sent_it_and_by_nobody_else(stage: Stage, colleague: User) -> None:
    send(in_admin(stage.editor))
    document = SiteDocument.objects.get()
    asked = [reverse(f"{WINDOW}:choose"), reverse(f"{WINDOW}:choose_results")]
    asked += [
        reverse(f"{WINDOW}:chosen", args=[document.pk]),
        f"{reverse(f'{WINDOW}:chosen_multiple')}?id={document.pk}",
    ]
    for person, named in ((stage.editor, True), (colleague, False)):
        client = in_admin(person)
        # Words within JSON are escaped; read as JSON or as a page, they are the same.
        pages = [client.get(address).content.decode() for address in asked]
        texts = [page.encode().decode("unicode_escape") if page.startswith("{") else page for page in pages]
        assert ["巡线讲义" in text for text in texts] == [named] * 4


@pytest.mark.long
def test_another_editor_does_not_attach_it_by_its_number(stage: Stage, colleague: User) -> None:
    send(in_admin(stage.editor))
    lesson = make_published(stage)
    assert hand_in(in_admin(colleague), lesson) == 200
    assert fresh(lesson).get_latest_revision_as_object().attachments.count() == 0


@pytest.mark.long
def test_what_a_file_holds_and_how_large_it_is_are_asked_as_on_the_authors_page(stage: Stage, settings: Any) -> None:
    client = in_admin(stage.editor)
    wrong = send(client, **{f"{FIELD}-file": SimpleUploadedFile("讲义.pdf", b"MZ\x90\x00")})
    settings.UPLOAD_QUOTA_BYTES = len(PDF) - 1
    large = send(client)
    assert [answer["step"] for answer in (wrong, large)] == ["reshow_creation_form"] * 2
    assert "你的空间用完了" in large["htmlFragment"]
    assert not SiteDocument.objects.exists()


def test_only_who_may_add_files_sends_one(stage: Stage) -> None:
    reviewer = in_admin(make_editor(stage.committee, Role.REVIEWER))
    address = reverse(f"{WINDOW}:create")
    file = {f"{FIELD}-title": "x", f"{FIELD}-file": SimpleUploadedFile("a.txt", b"x")}
    answers = [reviewer.post(address, file), Client().post(address, file)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert not SiteDocument.objects.exists()


def test_a_file_of_the_library_that_waits_there_is_offered_with_its_sentence(stage: Stage) -> None:
    DocumentFactory(uploaded_by_user=stage.editor)
    client = in_admin(stage.editor)
    lesson = make_published(stage)
    assert hand_in(client, lesson) == 200
    assert fresh(lesson).get_latest_revision_as_object().attachments.count() == 0
