"""What a pack may cost, and what licences keep out of it."""

import pytest
from django.core.files.base import ContentFile

from cms.courses.exporters.packing import pack_of
from cms.courses.exporters.sources import PICTURE
from cms.courses.models import CourseItem
from cms.courses.permissions import get_pack_subject_for
from cms.organisations.enums import Role
from tests.factories.assets import ImageFactory, jpeg, sized_copy
from tests.factories.courses import make_course
from tests.factories.lessons import Stage, make_stage
from tests.factories.library import make_editor, make_resource, publish_page
from tests.factories.packs import as_person, lesson_with_film, taken
from tests.standing_rows import standing_scene

pytestmark = [pytest.mark.django_db, pytest.mark.long]


stage = standing_scene(make_stage)


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


def test_looking_at_sizes_is_limited_too(stage: Stage) -> None:
    keeper, address = as_person(stage.secretary), f"/courses/{make_course(stage).pk}/pack/"
    assert {keeper.get(address).status_code for _look in range(60)} == {200}
    assert keeper.get(address).status_code == 429


def test_no_picture_is_held_before_it_is_sent(stage: Stage) -> None:
    picture = ImageFactory(file=ContentFile(jpeg(size=(1600, 1200)), name="a.jpg"))
    copy = sized_copy(picture, PICTURE)
    body = [{"type": "picture", "value": {"image": picture.pk, "caption": ""}}]
    page = publish_page(
        make_resource(stage.editor, stage.committee, body=body), make_editor(stage.committee, Role.REVIEWER)
    )
    course = make_course(stage, items=[CourseItem(page=page)])
    made = pack_of(get_pack_subject_for(stage.secretary, "course", course.pk), stage.secretary, films=True)
    copy.file.storage.delete(copy.file.name)
    with pytest.raises(FileNotFoundError):
        list(made.archive.stream())
