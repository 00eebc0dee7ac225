"""What is no key, in whatever place of an address of the admin, is the address of nothing and no server error."""

import pytest
from django.test import Client

from cms.lessons.services.groups import ensure_editor_permissions
from tests.factories.admin import in_admin
from tests.factories.assets import DocumentFactory
from tests.factories.lessons import make_published, make_stage

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
LONG = "9" * 25
LESSONS = "/admin/snippets/lessons/microlesson"


@pytest.fixture
def editor() -> Client:
    ensure_editor_permissions()
    client = in_admin(make_stage().editor)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("key", ["x", LONG, "-1", "²", "1.5", "_2F"])
@pytest.mark.parametrize(
    "path",
    [
        "/admin/snippets/choose/lessons/microlesson/chosen/{key}/",
        "/admin/snippets/choose/lessons/microlesson/chosen-multiple/?id={key}",
        "/admin/snippets/choose/lessons/microlesson/chosen-multiple/?id=1&id={key}",
        "/admin/documents/chooser/chosen/{key}/",
        "/admin/documents/chooser/chosen-multiple/?id={key}",
        "/admin/images/chooser/chosen-multiple/?id={key}",
        "/admin/bulk/lessons/microlesson/unpublish/?id={key}",
        "/admin/bulk/assets/sitedocument/delete/?id={key}",
        "/admin/api/main/documents/?offset={key}",
        "/admin/api/main/documents/?limit={key}",
        LESSONS + "/edit/{key}/",
        LESSONS + "/history/{key}/revisions/compare/live...latest/",
        LESSONS + "/usage/{key}/",
    ],
)
def test_no_key_is_404(editor: Client, path: str, key: str) -> None:
    assert editor.get(path.format(key=key)).status_code == 404


@pytest.mark.parametrize("key", ["x", LONG])
def test_saying_that_one_edits_nothing_is_404(editor: Client, key: str) -> None:
    assert editor.post(f"/admin/editing-sessions/ping/lessons/microlesson/{key}/1/").status_code == 404


def test_what_is_a_key_goes_on_as_ever() -> None:
    ensure_editor_permissions()
    stage = make_stage()
    lesson, document = make_published(stage), DocumentFactory(uploaded_by_user=stage.editor)
    client = in_admin(stage.editor)
    answers = [
        client.get(f"{LESSONS}/history/{lesson.pk}/revisions/compare/live...latest/"),
        client.get(f"/admin/snippets/choose/lessons/microlesson/chosen/{lesson.pk}/"),
        client.get(f"/admin/documents/chooser/chosen-multiple/?id={document.pk}"),
        client.get(f"/admin/bulk/lessons/microlesson/unpublish/?id={lesson.pk}"),
        client.get("/admin/bulk/lessons/microlesson/unpublish/?id=all"),
        client.get("/admin/api/main/documents/?offset=0&limit=20"),
    ]
    assert [answer.status_code for answer in answers] == [200] * 6
