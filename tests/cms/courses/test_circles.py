"""A course that would come before itself is refused in the admin's form, at the row that leads there; all that was typed stays."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.urls import reverse

from cms.courses.models import CoursePage, Prerequisite
from tests.factories.admin import in_admin
from tests.factories.courses import make_course
from tests.factories.lessons import Stage, make_stage
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db
NOTHING = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "60"}


@dataclass
class Catalogue:
    """A course, one that needs it, one that needs that one, and one that needs nothing; and who edits them."""

    stage: Stage
    courses: dict[str, CoursePage]


def make_catalogue() -> Catalogue:
    stage = make_stage()
    first = make_course(stage, title="甲")
    second = make_course(stage, title="乙", needs=(first,))
    third = make_course(stage, title="丙", needs=(second,))
    return Catalogue(stage, {"甲": first, "乙": second, "丙": third, "丁": make_course(stage, title="丁")})


catalogue = standing_scene(make_catalogue)


def newest(course: CoursePage) -> CoursePage:
    """Return the newest draft of the course."""
    draft: CoursePage = CoursePage.objects.get(pk=course.pk).get_latest_revision_as_object()
    return draft


def typed(course: CoursePage, needed: list[CoursePage]) -> dict[str, Any]:
    """Return what the browser sends for the course with these courses before it, and a new heading."""
    fields = {"title": "改过的标题", "lead": "改过的导语", "organisation": course.organisation_id, "licence": "own"}
    fields |= {"visibility": "public", "visible_role": "", "body-count": "0"}
    for name in ("comments", "items", "questions", "prerequisites"):
        fields |= {f"{name}-{key}": value for key, value in NOTHING.items()}
    fields["prerequisites-TOTAL_FORMS"] = str(len(needed))
    for place, one in enumerate(needed):
        fields |= {f"prerequisites-{place}-needed": one.pk, f"prerequisites-{place}-ORDER": place + 1}
    return fields


@pytest.mark.parametrize(
    ("needed", "said"),
    [
        pytest.param("甲", ["课程不能把自己列为先修课程。"], id="itself"),
        pytest.param("乙", ["先修课程绕成了一圈：甲 → 乙 → 甲。请去掉其中一门。"], id="one that needs it"),
        pytest.param("丙", ["先修课程绕成了一圈：甲 → 丙 → 乙 → 甲。请去掉其中一门。"], id="around a corner"),
        pytest.param("丁丁", ["", "这门课程重复了。"], id="twice"),
        pytest.param("丁丙", ["", "先修课程绕成了一圈：甲 → 丙 → 乙 → 甲。请去掉其中一门。"], id="the second row"),
    ],
)
def test_the_row_says_why_it_cannot_be_and_what_was_typed_stays(
    catalogue: Catalogue, needed: str, said: list[str]
) -> None:
    courses = catalogue.courses
    course, chosen = courses["甲"], [courses[name] for name in needed]
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    answer = in_admin(catalogue.stage.editor).post(address, typed(course, chosen))
    assert answer.status_code == 200
    form = answer.context["form"]
    rows = form.formsets["prerequisites"].forms
    assert ["".join(row.errors.get("needed", [])) for row in rows] == said
    assert [int(row["needed"].value()) for row in rows] == [one.pk for one in chosen]
    assert (form["title"].value(), form["lead"].value()) == ("改过的标题", "改过的导语")
    assert all(sentence in answer.content.decode() for sentence in said)
    assert newest(course).title == "甲"
    assert list(Prerequisite.objects.filter(course=course)) == []


def test_courses_in_a_row_are_taken(catalogue: Catalogue) -> None:
    courses = catalogue.courses
    course, chosen = courses["丁"], [courses["丙"], courses["甲"]]
    address = reverse("wagtailadmin_pages:edit", args=[course.pk])
    assert in_admin(catalogue.stage.editor).post(address, typed(course, chosen)).status_code == 302
    assert {row.needed_id for row in newest(course).prerequisites.all()} == {one.pk for one in chosen}
