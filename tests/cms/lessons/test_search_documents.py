"""What is told to search: only what is shown, to those who may see it."""

import pytest

from cms.lessons.models import MicroLesson
from cms.lessons.search_documents import author_document, author_keys, lesson_document, lesson_keys
from cms.lessons.services import set_captions, submit_lesson, take_down
from cms.lessons.services.parts import CueInput
from cms.organisations.services import move_organisation, rename_organisation
from cms.review.services import approve
from cms.taxonomy.enums import Visibility
from search.models import OutboxEntry
from search.schema import Segment
from tests.factories.lessons import make_draft, make_published, make_stage
from tests.factories.organisations import OrganisationFactory
from tests.factories.taxonomy import TopicFactory

pytestmark = pytest.mark.django_db


def test_a_draft_has_no_document() -> None:
    stage = make_stage()
    lesson = make_draft(stage)
    assert lesson_document(str(lesson.pk)) is None
    assert author_document(str(stage.author.pk)) is None
    assert (list(lesson_keys()), list(author_keys())) == ([], [])


def test_a_published_lesson_is_found_by_words_topic_and_what_is_said() -> None:
    stage = make_stage()
    lesson = make_draft(stage, digest="先看杆基\n再抬头", topics=[TopicFactory(name="安全生产", slug="safety")])
    set_captions(lesson, [CueInput(1.0, 2.0, "杆基有裂缝")], actor=stage.author)
    submit_lesson(lesson, actor=stage.author)
    for person in (stage.secretary, stage.editor):
        approve(MicroLesson.objects.get(pk=lesson.pk), actor=person)
    document = lesson_document(str(lesson.pk))
    assert document is not None
    assert (document.title, document.body, document.tags) == ("雪后巡线，先看杆基", "先看杆基\n再抬头", ("安全生产",))
    assert document.segments == (Segment(1.0, "杆基有裂缝"),)
    assert document.visibility.public
    assert (list(lesson_keys()), list(author_keys())) == ([str(lesson.pk)], [str(stage.author.pk)])


def test_an_author_is_found_by_those_who_may_see_a_work() -> None:
    stage = make_stage()
    make_published(stage, visibility=Visibility.ORGANISATION, visible_organisation=stage.branch)
    document = author_document(str(stage.author.pk))
    assert document is not None
    assert (document.visibility.public, document.visibility.organisations) == (False, (stage.branch.path,))
    assert document.body == ""


@pytest.mark.long
def test_what_was_taken_down_has_no_document() -> None:
    stage = make_stage()
    lesson = make_published(stage)
    take_down(lesson, actor=stage.editor, reason="核实")
    assert lesson_document(str(lesson.pk)) is None
    assert author_document(str(stage.author.pk)) is None


@pytest.mark.long
def test_a_branch_that_moves_or_changes_its_name_takes_its_lessons_in_the_index_along() -> None:
    stage = make_stage()
    lesson = make_published(stage, visibility=Visibility.ORGANISATION, visible_organisation=stage.branch)
    other = make_published(make_stage())
    OutboxEntry.objects.all().delete()
    moved = move_organisation(stage.branch, parent=OrganisationFactory())
    expected = [("author", str(stage.author.pk)), ("lesson", str(lesson.pk))]
    assert sorted(OutboxEntry.objects.values_list("kind", "object_id")) == expected
    document = lesson_document(str(lesson.pk))
    assert document is not None
    assert document.visibility.organisations == (moved.path,) != (stage.branch.path,)
    OutboxEntry.objects.all().delete()
    rename_organisation(moved, name="新名字的支部")
    assert sorted(OutboxEntry.objects.values_list("kind", "object_id")) == expected
    assert other.live
