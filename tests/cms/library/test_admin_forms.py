"""The form of a page in the admin: drawn once, and as Wagtail's own templates would draw it."""

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import RequestFactory, override_settings
from wagtail.admin.telepath import JSContext

from cms.accounts.models import User
from cms.courses.models import GuidePage
from tests.cms.core.test_admin_templates import OWN
from tests.cms.core.test_widgets import in_words
from tests.factories.courses import guide_draft
from tests.factories.lessons import Stage, make_published, make_stage
from tests.standing_rows import standing_scene

SETS = ("items", "files", "questions", "related_lessons", "comments")
WRONG = {
    **{f"{name}-{count}_FORMS": "0" for name in SETS for count in ("TOTAL", "INITIAL", "MIN_NUM", "MAX_NUM")},
    "title": "",
    "month": "soon",
    "body-count": "0",
    "items-TOTAL_FORMS": "1",
    "items-0-minutes": "-1",
}
pytestmark = [pytest.mark.django_db, pytest.mark.long]


stage = standing_scene(make_stage)


@pytest.fixture
def guide(stage: Stage) -> GuidePage:
    # Of the text, the names of its paragraphs are drawn anew each time.
    return guide_draft(stage, make_published(stage), body=[])


def bound(page: GuidePage, person: User, data: dict[str, Any] | None = None) -> Any:
    """Return the form of a page for a person, as it is or with what was typed."""
    request = RequestFactory().get("/")
    request.user = User.objects.get(pk=person.pk)
    panel = type(page).get_edit_handler()
    form = panel.get_form_class()(data, instance=page, for_user=request.user)
    return panel.get_bound_panel(instance=page, request=request, form=form)


@pytest.mark.parametrize("data", [None, WRONG], ids=["as it is", "with what is wrong"])
def test_a_form_says_the_same_as_with_wagtail_s_own_templates(
    stage: Stage, guide: GuidePage, data: dict[str, Any] | None
) -> None:
    ours = in_words(bound(guide, stage.editor, data).render_form_content())
    with override_settings(TEMPLATES=[{**settings.TEMPLATES[0], "DIRS": OWN}]):
        theirs = in_words(bound(guide, stage.editor, data).render_form_content())
    assert (ours, "请填写这一项。" in ours) == (theirs, data is not None)


def test_a_form_names_its_fields_to_the_browser_without_drawing_them_again(stage: Stage, guide: GuidePage) -> None:
    told = json.dumps(JSContext().pack(bound(guide, stage.editor)))
    assert ('"fieldName": "lead", "widget": {}' in told, "wagtail.widgets" in told) == (True, False)
