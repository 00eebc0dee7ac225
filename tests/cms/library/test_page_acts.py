"""What staff change on pages in the admin leaves an entry in the audit log, whichever of Wagtail's views did it."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import AuditEntry, User
from cms.library.models import ResourcePage
from cms.library.services import ensure_sections
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.admin import in_admin
from tests.factories.library import make_editor, make_resource, publish_page
from tests.factories.organisations import OrganisationFactory

pytestmark = pytest.mark.django_db


@dataclass
class Stage:
    admin: Client
    page: ResourcePage


@pytest.fixture
def stage() -> Stage:
    town = OrganisationFactory()
    admin: User = UserFactory(is_superuser=True, is_staff=True, mfa_required=True)
    give_second_factor(admin)
    return Stage(in_admin(admin), make_resource(make_editor(town), town, title="巡线手册"))


def acts_of(stage: Stage, path: str, form: dict[str, Any]) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Send the form as the site's keeper and return what was written down: act, before, after."""
    seen = AuditEntry.objects.count()
    assert stage.admin.post(path, form).status_code == 302
    rows = AuditEntry.objects.order_by("pk")[seen:]
    return [(row.action, row.before, row.after) for row in rows]


def test_a_page_that_is_deleted_is_written_down_with_what_it_was(stage: Stage) -> None:
    path = reverse("wagtailadmin_pages:delete", args=[stage.page.pk])
    ((act, before, after),) = acts_of(stage, path, {})
    assert (act, before["title"], after) == ("library.delete_page", "巡线手册", {})
    assert not ResourcePage.objects.exists()


def test_many_pages_deleted_at_once_are_written_down_each(stage: Stage) -> None:
    other = make_resource(stage.page.owner, stage.page.organisation, title="扳手手册")
    path = f"/admin/bulk/wagtailcore/page/delete/?id={stage.page.pk}&id={other.pk}&next=/admin/"
    titles = [before["title"] for act, before, _after in acts_of(stage, path, {}) if act == "library.delete_page"]
    assert titles == ["巡线手册", "扳手手册"]


def test_a_page_is_not_published_past_the_review_not_even_by_the_sites_keeper(stage: Stage) -> None:
    stage.admin.post(f"/admin/bulk/wagtailcore/page/publish/?id={stage.page.pk}&next=/admin/")
    assert not ResourcePage.objects.get(pk=stage.page.pk).live


def test_a_page_is_hidden_in_bulk_by_nobody_who_was_not_asked_why(stage: Stage) -> None:
    shown = publish_page(stage.page, make_editor(stage.page.organisation))
    stage.admin.post(f"/admin/bulk/wagtailcore/page/unpublish/?id={shown.pk}&next=/admin/")
    assert ResourcePage.objects.get(pk=shown.pk).live


def test_a_page_stays_below_its_own_section(stage: Stage) -> None:
    elsewhere = ensure_sections()["announcements"].pk
    stage.admin.post(reverse("wagtailadmin_pages:move_confirm", args=[stage.page.pk, elsewhere]))
    stage.admin.post(f"/admin/bulk/wagtailcore/page/move/?id={stage.page.pk}&next=/admin/", {"chooser": elsewhere})
    assert ResourcePage.objects.get(pk=stage.page.pk).path == stage.page.path


def test_a_draft_that_grows_leaves_no_entry(stage: Stage) -> None:
    seen = AuditEntry.objects.count()
    stage.page.save_revision()
    assert AuditEntry.objects.count() == seen
