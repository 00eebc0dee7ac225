"""No page of the admin tells an editor of a draft that was never handed in, or one of elsewhere of anything."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cms.accounts.models import User
from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups
from cms.organisations.enums import Role
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.lessons import Stage, make_draft, make_stage, make_submitted
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
SECRET = "绝密草稿甲乙丙"
HOLE = re.compile(r"<[^>]*>")


def routes(resolver: URLResolver, prefix: str = "") -> list[str]:
    """Return every address as a text with holes for its arguments."""
    found: list[str] = []
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        found += [path] if isinstance(pattern, URLPattern) else routes(pattern, path)
    return found


def admin_pages(pk: int) -> list[str]:
    """Return every address of the admin, asked for with this key; addresses written as expressions are left out."""
    pages = [route for route in routes(get_resolver()) if route.startswith("admin/") and "^" not in route]
    # Wagtail keeps an address that always breaks, to try what a broken page looks like.
    pages.remove("admin/failwhale/")
    return sorted({"/" + HOLE.sub(str(pk), page) for page in pages})


def in_admin(person: User) -> Client:
    sync_editor_groups(person)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def pages_that_tell(client: Client, pk: int) -> list[str]:
    told = []
    for page in admin_pages(pk):
        answer = client.get(page)
        assert answer.status_code < 500, page
        body = b"".join(answer) if getattr(answer, "streaming", False) else answer.content
        if SECRET in body.decode(errors="replace"):
            told.append(page)
    return told


@pytest.fixture
def stage() -> Stage:
    ensure_editor_permissions()
    return make_stage()


def test_no_page_tells_the_editor_of_a_draft_that_was_never_handed_in(stage: Stage) -> None:
    draft = make_draft(stage, title=SECRET)
    assert pages_that_tell(in_admin(stage.editor), draft.pk) == []


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_no_page_tells_people_of_elsewhere_of_what_is_in_review(stage: Stage, role: Role) -> None:
    lesson = make_submitted(stage, title=SECRET)
    stranger: User = UserFactory()
    give_second_factor(stranger)
    RoleAssignmentFactory(user=stranger, organisation=OrganisationFactory(), role=role)
    assert pages_that_tell(in_admin(stranger), lesson.pk) == []
