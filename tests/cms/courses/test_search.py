"""Courses, series, tracks and guides are found by what they hold, and by nobody whom they are not for."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from cms.assets.models import SiteDocument
from cms.core.clock import now
from cms.courses.models import CoursePage, GuideFile, GuidePage
from cms.courses.search_documents import course_document, course_keys, guide_document, guide_keys
from cms.courses.services.duties import give_badge
from cms.library.models import DocumentText
from cms.organisations.enums import Role
from cms.organisations.services import move_organisation, rename_organisation
from cms.taxonomy.enums import Visibility
from search.models import OutboxEntry
from tests.factories.assets import DocumentFactory
from tests.factories.courses import course_draft, in_order, make_course, make_guide, make_series, make_track
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage, make_published, make_stage
from tests.factories.library import make_editor, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory
from tests.factories.taxonomy import AudienceFactory, TeachingMethodFactory, TopicFactory
from tests.factories.venues import VenueFactory
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db


stage = standing_scene(make_stage)


@pytest.mark.long
def test_a_course_is_found_by_its_lessons_and_tasks_and_by_its_badge(stage: Stage) -> None:
    course = make_course(stage, make_published(stage, title="冬季用电"), lead="先看杆基")
    give_badge(course, actor=make_editor(stage.committee, Role.REVIEWER), reason="讲得清楚")
    document = course_document(str(course.pk))
    assert document is not None
    assert (document.kind, document.title, document.url) == ("course", "巡线入门", course.url)
    for words in ("先看杆基", "冬季用电", "写一条巡线记录", "写清杆号。"):
        assert words in document.body
    assert document.tags == ("精品课",)


def test_topic_audience_and_method_are_facets_of_what_is_found(stage: Stage) -> None:
    draft = course_draft(stage)
    topic, audience, method = TopicFactory(), AudienceFactory(), TeachingMethodFactory()
    draft.topics.add(topic)
    draft.audiences.add(audience)
    draft.methods.add(method)
    draft.save()
    CoursePage.objects.filter(pk=draft.pk).update(live=True)
    document = course_document(str(draft.pk))
    assert document is not None
    found = {name: [facet.value for facet in facets] for name, facets in document.facets.items()}
    assert found == {
        "topic": [topic.slug],
        "audience": [audience.slug],
        "method": [method.slug],
        "organisation": [stage.committee.code],
        "region": [],
    }
    assert document.tags == (topic.name, method.name)
    assert method.name in Client().get(CoursePage.objects.get(pk=draft.pk).url).content.decode()


@pytest.mark.long
def test_the_entry_of_a_course_does_not_tell_titles_of_lessons_that_are_not_for_all(stage: Stage) -> None:
    inside = make_published(
        stage, title="只给本支部", visibility=Visibility.ORGANISATION, visible_organisation=stage.branch
    )
    document = course_document(str(make_course(stage, inside).pk))
    assert document is not None
    assert "只给本支部" not in document.body


@pytest.mark.long
def test_series_and_tracks_are_found_as_courses(stage: Stage) -> None:
    course = make_course(stage)
    pages = [course, make_series(stage, course), make_track(stage, course)]
    assert sorted(course_keys()) == sorted(str(page.pk) for page in pages)
    found = [course_document(str(page.pk)) for page in pages]
    assert [document and document.title for document in found] == ["巡线入门", "安全生产微课", "新党员"]


@pytest.mark.long
def test_a_guide_is_found_by_its_month_theme_and_points(stage: Stage) -> None:
    guide = make_guide(stage, make_published(stage, title="冬季用电"))
    document = guide_document(str(guide.pk))
    assert document is not None
    assert document.tags == (f"{guide.month.year}年{guide.month.month}月", "冬季安全")
    for words in ("冬季用电", "检查表", "哪里容易忽略？"):
        assert words in document.body
    assert course_document(str(guide.pk)) is None


def test_a_guide_is_found_by_what_stands_in_its_files_as_far_as_all_who_find_it_may_open_them(stage: Stage) -> None:
    told, closed = DocumentFactory(), DocumentFactory()
    guide = make_guide(stage, files=in_order([GuideFile(document=told), GuideFile(document=closed)]))
    for document, text in ((told, "井下七步"), (closed, "内部名单")):
        DocumentText.objects.create(document=document, text=text, read_at=now())
    SiteDocument.objects.filter(pk=closed.pk).update(visibility=Visibility.ROLE, visible_role=Role.EDITOR)
    found = guide_document(str(guide.pk))
    assert found is not None
    assert "井下七步" in found.body
    assert "内部名单" not in found.body


@pytest.mark.long
def test_search_is_told_of_every_kind_of_page_when_its_organisation_is_renamed_or_moved(stage: Stage) -> None:
    course = make_course(stage)
    keeper, reviewer = make_editor(stage.committee), make_editor(stage.committee, Role.REVIEWER)
    pages = {
        "course": course,
        "guide": make_guide(stage),
        "itinerary": make_published_route(stage.committee, VenueFactory()),
        "resource": publish_page(make_resource(keeper, stage.committee), reviewer),
    }
    root = OrganisationFactory()
    acts: list[Callable[[], object]] = [
        lambda: rename_organisation(stage.committee, name="新名"),
        lambda: move_organisation(stage.committee, parent=root),
    ]
    for act in acts:
        OutboxEntry.objects.all().delete()
        act()
        assert {(kind, str(page.pk)) for kind, page in pages.items()} <= set(
            OutboxEntry.objects.values_list("kind", "object_id")
        )


@pytest.mark.long
def test_what_is_for_an_organisation_is_found_there_only_and_a_draft_nowhere(stage: Stage) -> None:
    narrow: dict[str, Any] = {"visibility": Visibility.ORGANISATION, "visible_organisation": stage.committee}
    course, guide = make_course(stage, **narrow), make_guide(stage, **narrow)
    shown = [course_document(str(course.pk)), guide_document(str(guide.pk))]
    assert [document and document.visibility.public for document in shown] == [False, False]
    for page in (course, guide):
        page.unpublish()
    draft = course_draft(stage)
    hidden = [course_document(str(page.pk)) for page in (course, draft)]
    assert [*hidden, guide_document(str(guide.pk))] == [None, None, None]
    assert (list(course_keys()), list(guide_keys()), GuidePage.objects.count()) == ([], [], 1)
