"""What an item led to may be deleted: the item says so, and does not become a task because it has a heading of its own."""

from typing import Any

import pytest
from django.urls import reverse

from cms.core.errors import InvalidInput
from cms.courses.enums import ItemKind
from cms.courses.models import CourseItem, CoursePage, GuideItem, GuidePage
from cms.library.models import ContentPage
from cms.review.services import submit
from tests.factories.admin import in_admin
from tests.factories.courses import course_draft, guide_draft, in_order, published
from tests.factories.lessons import Stage, make_draft, make_stage
from tests.factories.library import make_resource
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
NOTHING = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "60"}
LOST = "这一项原来对应的内容已经没有了。请另选一个，或去掉这一项。"
DRAFTS: dict[type[ContentPage], Any] = {CoursePage: course_draft, GuidePage: guide_draft}
ITEMS: dict[type[ContentPage], Any] = {CoursePage: CourseItem, GuidePage: GuideItem}
KINDS = [pytest.param(kind, id=kind.__name__) for kind in DRAFTS]


stage = standing_scene(make_stage)


def page_of(stage: Stage, kind: type[ContentPage], **target: Any) -> Any:
    """Return the draft of a page with one item that has a heading of its own, and a task."""
    items = [ITEMS[kind](title="先看这个", **target), ITEMS[kind](title="写一条巡线记录")]
    return DRAFTS[kind](stage, items=in_order(items))


def kinds_of(page: ContentPage) -> list[tuple[str, str]]:
    """Return the items of the page as it is stored."""
    stored: Any = type(page).objects.get(pk=page.pk)
    return [(item.title, item.kind) for item in stored.items.all()]


GONE = [("先看这个", ItemKind.GONE), ("写一条巡线记录", ItemKind.TASK)]


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_whose_lesson_was_deleted_is_no_task(stage: Stage, kind: type[ContentPage]) -> None:
    lesson = make_draft(stage)
    page = published(stage, page_of(stage, kind, lesson=lesson))
    assert kinds_of(page)[0] == ("先看这个", ItemKind.LESSON)
    lesson.delete()
    assert kinds_of(page) == GONE


@pytest.mark.parametrize("kind", KINDS)
def test_a_draft_whose_page_was_deleted_says_so_when_it_is_handed_in(stage: Stage, kind: type[ContentPage]) -> None:
    resource = make_resource(stage.editor, stage.committee)
    page = page_of(stage, kind, page=resource)
    resource.delete()
    page = kind.objects.get(pk=page.pk)
    assert [(item.title, item.kind) for item in page.get_latest_revision_as_object().items.all()] == GONE
    with pytest.raises(InvalidInput) as refused:
        submit(page, actor=stage.editor)
    assert refused.value.fields == {"items": [LOST]}


def test_taken_out_by_hand_an_item_with_a_heading_becomes_a_task(stage: Stage) -> None:
    page = page_of(stage, CoursePage, lesson=make_draft(stage))
    first, second = page.items.all()
    fields = {"title": page.title, "organisation": page.organisation_id, "licence": "own", "visibility": "public"}
    fields |= {"visible_role": "", "body-count": "0"}
    for name in ("comments", "items", "questions", "prerequisites"):
        fields |= {f"{name}-{key}": value for key, value in NOTHING.items()}
    fields |= {"items-TOTAL_FORMS": "2", "items-INITIAL_FORMS": "2"}
    for place, item in enumerate((first, second)):
        fields |= {f"items-{place}-id": item.pk, f"items-{place}-title": item.title, f"items-{place}-lesson": ""}
        fields |= {f"items-{place}-ORDER": place + 1, f"items-{place}-text": "", f"items-{place}-unit": ""}
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert in_admin(stage.editor).post(address, fields).status_code == 302
    newest: Any = CoursePage.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert [item.kind for item in newest.items.all()] == [ItemKind.TASK, ItemKind.TASK]
