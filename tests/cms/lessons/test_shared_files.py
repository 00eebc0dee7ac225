"""Who may see a document or video that several lessons show, and a document of the library."""

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from cms.accounts.models import User
from cms.assets.models import SiteDocument
from cms.assets.services import add_document
from cms.lessons.models import LessonAttachment, MicroLesson
from cms.lessons.services import discard_draft, submit_lesson, unpublish
from cms.lessons.services.drafts import revise
from cms.organisations.models import Organisation
from cms.review.services import approve
from cms.taxonomy.enums import Visibility
from cms.videos.models import Video
from tests.factories.assets import DocumentFactory
from tests.factories.lessons import Stage, make_draft
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def handout(stage: Stage) -> SiteDocument:
    """Return what an author brought for lessons."""
    return add_document(stage.author, file=ContentFile("讲义".encode(), name="讲义.txt"))


def draft_with(stage: Stage, document: SiteDocument, below: Organisation | None = None) -> MicroLesson:
    """Return a draft with the document, for everybody or for one organisation."""
    reach = {"visibility": Visibility.ORGANISATION, "visible_organisation": below} if below else {}
    lesson = make_draft(stage, **reach)

    attached = [LessonAttachment(document=document)]
    revise(lesson, lambda draft: setattr(draft, "attachments", attached), actor=stage.author)
    return MicroLesson.objects.get(pk=lesson.pk)


def show(stage: Stage, lesson: MicroLesson) -> MicroLesson:
    submit_lesson(lesson, actor=stage.author)
    approve(lesson, actor=stage.secretary)
    approve(MicroLesson.objects.get(pk=lesson.pk), actor=stage.editor)
    return MicroLesson.objects.get(pk=lesson.pk)


def reach_of(row: SiteDocument | Video) -> tuple[str, int | None]:
    row.refresh_from_db()
    return row.visibility, row.visible_organisation_id


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.long
def test_a_document_of_two_lessons_is_seen_by_the_wider_audience(
    stage: Stage, handout: SiteDocument, order: int
) -> None:
    for below in (None, stage.branch)[::order]:
        show(stage, draft_with(stage, handout, below))
    assert reach_of(handout) == ("public", None)


@pytest.mark.long
def test_a_document_is_seen_by_as_many_as_the_lessons_that_still_show_it(stage: Stage, handout: SiteDocument) -> None:
    reaches = (None, stage.branch, stage.committee)
    lessons = [show(stage, draft_with(stage, handout, below)) for below in reaches]
    seen = []
    for place in (0, 2, 1):
        unpublish(lessons[place], actor=stage.author)
        seen.append(reach_of(handout))
    assert seen == [("organisation", stage.committee.pk), ("organisation", stage.branch.pk), ("private", None)]


@pytest.mark.long
def test_a_document_of_two_branches_side_by_side_is_not_shown_to_what_lies_above_both(
    stage: Stage, handout: SiteDocument
) -> None:
    beside = OrganisationFactory(parent=stage.committee)
    for below in (stage.branch, beside):
        show(stage, draft_with(stage, handout, below))
    assert reach_of(handout) == ("organisation", stage.branch.pk)


@pytest.mark.long
def test_a_video_of_two_lessons_is_seen_by_the_wider_audience(stage: Stage, handout: SiteDocument) -> None:
    lesson, other = draft_with(stage, handout), draft_with(stage, handout, stage.branch)
    video = lesson.video
    assert video is not None
    revise(other, lambda draft: setattr(draft, "video", video), actor=stage.author)
    shown = show(stage, lesson)
    show(stage, MicroLesson.objects.get(pk=other.pk))
    seen = [reach_of(video)]
    unpublish(shown, actor=stage.author)
    assert [*seen, reach_of(video)] == [("public", None), ("organisation", stage.branch.pk)]


@pytest.mark.parametrize("reach", ["public", "organisation", "private"])
@pytest.mark.long
def test_who_sees_a_document_of_the_library_its_editors_say(stage: Stage, reach: str) -> None:
    place = stage.branch if reach == "organisation" else None
    document = DocumentFactory(visibility=reach, visible_organisation=place)
    said = (reach, place.pk if place else None)
    lesson = show(stage, draft_with(stage, document))
    assert reach_of(document) == said
    unpublish(lesson, actor=stage.author)
    assert reach_of(document) == said


def test_a_draft_takes_no_document_of_the_library_along(stage: Stage) -> None:
    document = DocumentFactory(uploaded_by_user=stage.author)
    discard_draft(draft_with(stage, document), actor=stage.author)
    assert SiteDocument.objects.get() == document


@pytest.mark.long
def test_the_page_names_documents_that_open_for_who_reads_it(stage: Stage) -> None:
    document = DocumentFactory(title="支部内部资料", visibility="organisation", visible_organisation=stage.branch)
    lesson = show(stage, draft_with(stage, document))
    assert [names(lesson, person) for person in (stage.author, stage.outsider, None)] == [True, False, False]


def names(lesson: MicroLesson, person: User | None) -> bool:
    client = Client()
    if person is not None:
        client.force_login(person)
    return "支部内部资料" in client.get(lesson.get_absolute_url()).content.decode()
