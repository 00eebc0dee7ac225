"""Hour rules in the admin: who reads them, who writes them, and what the audit log keeps."""

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import AuditEntry, User
from cms.ledger.models import HourRule
from cms.lessons.services.groups import ensure_editor_permissions, sync_editor_groups
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from tests.factories.accounts import UserFactory
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory

pytestmark = pytest.mark.django_db
LIST = "/admin/snippets/ledger/hourrule/"
ADD = reverse("wagtailsnippets_ledger_hourrule:add")
NEW = {
    "name": "微课学时规则（新）",
    "slug": "lesson-2027",
    "kind": "lesson",
    "valid_from": "2027-01-01",
    "minutes_per_hour": 40,
}


def signed_in(role: Role, organisation: Organisation) -> Client:
    ensure_editor_permissions()
    person: User = UserFactory(second_factor=True)
    RoleAssignmentFactory(user=person, organisation=organisation, role=role)
    sync_editor_groups(person)
    client = Client()
    client.force_login(User.objects.get(pk=person.pk))
    return client


def test_a_reviewer_of_the_whole_tree_writes_a_rule_and_the_log_keeps_its_figures() -> None:
    client = signed_in(Role.REVIEWER, OrganisationFactory(parent=None))
    assert client.post(ADD, NEW).status_code == 302
    rule = HourRule.objects.get(slug="lesson-2027")
    entry = AuditEntry.objects.get(action="ledger.rule")
    assert (entry.target_id, entry.before, entry.after["minutes_per_hour"]) == (str(rule.pk), {}, "40")
    address = reverse("wagtailsnippets_ledger_hourrule:edit", args=[rule.pk])
    client.post(address, NEW | {"valid_to": "2027-12-31"})
    entry = AuditEntry.objects.filter(action="ledger.rule").latest("pk")
    assert (entry.before["valid_to"], entry.after["valid_to"]) == (None, "2027-12-31")


@pytest.mark.parametrize("role", [Role.EDITOR, Role.REVIEWER])
def test_others_of_the_admin_read_the_rules_and_write_none(role: Role) -> None:
    root = OrganisationFactory(parent=None)
    client = signed_in(role, OrganisationFactory(parent=root) if role == Role.REVIEWER else root)
    page = client.get(LIST)
    assert (page.status_code, "微课学时规则" in page.content.decode()) == (200, True)
    assert client.get(ADD).status_code == 302
    assert client.post(ADD, NEW).status_code == 302
    assert not HourRule.objects.filter(slug="lesson-2027").exists()


def test_a_rule_is_never_deleted() -> None:
    client = signed_in(Role.REVIEWER, OrganisationFactory(parent=None))
    rule = HourRule.objects.get(kind="lesson")
    client.post(reverse("wagtailsnippets_ledger_hourrule:delete", args=[rule.pk]))
    assert HourRule.objects.filter(pk=rule.pk).exists()
