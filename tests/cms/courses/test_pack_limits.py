"""What a pack may cost, and what licences keep out of it."""

import pytest

from cms.courses.models import CourseItem
from cms.organisations.enums import Role
from tests.factories.courses import make_course
from tests.factories.lessons import Stage, make_stage
from tests.factories.library import make_editor, make_resource, publish_page
from tests.factories.packs import as_person, lesson_with_film, taken

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Stage:
    return make_stage()


def test_the_film_of_a_page_that_may_only_be_linked_is_not_copied(stage: Stage) -> None:
    lesson = lesson_with_film(stage, title="别家的片子")
    page = make_resource(
        stage.editor,
        stage.committee,
        title="别家的文章",
        kind="link",
        link="https://example.org/b",
        licence="link_only",
        lesson=lesson,
    )
    page = publish_page(page, make_editor(stage.committee, Role.REVIEWER))
    files = taken(stage.secretary, f"/courses/{make_course(stage, items=[CourseItem(page=page)]).pk}/pack/")
    assert [name for name in files if name.startswith("lessons/")] == []


def test_a_course_that_may_only_be_linked_has_no_pack(stage: Stage) -> None:
    course = make_course(stage, lesson_with_film(stage), licence="link_only")
    keeper = as_person(stage.secretary)
    assert keeper.get(f"/courses/{course.pk}/pack/").status_code == 404
    assert "/pack/" not in keeper.get(course.url).content.decode()
