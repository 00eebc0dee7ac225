"""Fetch doors: an entry opens for its person, a dispute for those responsible in the own branch; who writes rules."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from wagtail.permission_policies import BasePermissionPolicy

from cms.accounts.models import User
from cms.core.clock import today
from cms.ledger.models import HourDispute, HourEntry, HourRule
from cms.ledger.queries import HANDLING_ROLES, disputes_for
from cms.organisations.enums import Role
from cms.organisations.queries import current_roles, standing_of

# Rules count for everybody, so a duty for the whole tree is needed; editors make what is counted and only read them.
RULE_WRITERS = (Role.REVIEWER,)
RULE_READERS = (Role.REVIEWER, Role.EDITOR)


def get_entry_for(user: User, pk: int) -> HourEntry:
    """Return the person's own entry (never a correction row); raises Http404 for anybody else's."""
    entry = HourEntry.objects.select_related("rule").filter(pk=pk, user_id=user.pk, corrects__isnull=True).first()
    if entry is None:
        raise Http404
    return entry


def get_dispute_for(user: User, pk: int) -> HourDispute:
    """Return a dispute the person is responsible for; raises Http404 otherwise, also for the own one."""
    dispute = disputes_for(user).filter(pk=pk).first()
    if dispute is None:
        raise Http404
    return dispute


def may_handle_disputes(user: User) -> bool:
    """Return whether the person holds a duty that answers questions about hours."""
    return standing_of(user).has_role(*HANDLING_ROLES)


def may_write_rules(user: User) -> bool:
    """Return whether the person is a reviewer for the whole tree, or looks after the site."""
    return user.is_superuser or standing_of(user).has_role_for_all(*RULE_WRITERS)


class HourRulePolicy(BasePermissionPolicy):
    """Reviewers of the whole tree date new rules and end old ones; editors read them; nobody deletes one."""

    WRITING = frozenset({"add", "change"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        if not user.is_active or action not in self.WRITING | {"view"}:
            return False
        if may_write_rules(user):
            return True
        return action == "view" and standing_of(user).has_role(*RULE_READERS)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: HourRule) -> bool:
        return self.user_has_permission(user, action)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[HourRule]:
        return HourRule.objects.all() if self.user_has_any_permission(user, actions) else HourRule.objects.none()

    def users_with_any_permission(self, actions: Any) -> QuerySet[User]:
        holders = current_roles(today()).filter(role__in=RULE_READERS).values("user")
        return User.objects.filter(Q(is_superuser=True) | Q(pk__in=holders), is_active=True)
