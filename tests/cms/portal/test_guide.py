import pytest
from django.test import Client

from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups
from cms.organisations.enums import Role
from cms.portal.guide import as_html, chapters
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory


def test_what_the_guide_uses_becomes_html_and_everything_is_escaped() -> None:
    text = "第一段\n接着。\n\n- **一**：<b>\n- 二\n\n1. 做\n2. 完\n\n### 小题\n\n`manage.py`"
    assert as_html(text) == (
        "<p>第一段 接着。</p>\n<ul><li><b>一</b>：&lt;b&gt;</li><li>二</li></ul>\n<ol><li>做</li><li>完</li></ol>\n"
        "<h3>小题</h3>\n<p><code>manage.py</code></p>"
    )


def test_every_chapter_has_a_title_and_says_something() -> None:
    assert len(chapters()) >= 10
    assert [chapter.key for chapter in chapters() if not chapter.title or not chapter.body] == []
    assert not [chapter.title for chapter in chapters() if "**" in chapter.body or "](" in chapter.body]


@pytest.mark.django_db
def test_the_guide_is_read_inside_the_admin_by_who_works_there(client: Client) -> None:
    assert client.get("/admin/guide/")["Location"] == "/accounts/login/?next=/admin/guide/"
    client.force_login(UserFactory())
    assert client.get("/admin/guide/").status_code in {302, 403, 404}
    ensure_editor_permissions()
    editor = UserFactory(second_factor=True)
    RoleAssignmentFactory(user=editor, organisation=OrganisationFactory(), role=Role.EDITOR)
    sync_editor_groups(editor)
    client.force_login(editor)
    page = client.get("/admin/guide/").content.decode()
    assert ("做一门课程" in page, "/admin/guide/" in client.get("/admin/").content.decode()) == (True, True)
