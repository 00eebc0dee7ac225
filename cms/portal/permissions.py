"""Who writes the words that search takes for the same, and who opens a saved search."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import Http404
from wagtail.permission_policies import BasePermissionPolicy

from cms.accounts.models import User
from cms.core.clock import today
from cms.organisations.enums import Role
from cms.organisations.queries import current_roles, standing_of
from cms.portal.models import SavedSearch, SynonymSet
from cms.portal.saved import saved_by

READERS = (Role.EDITOR, Role.REVIEWER)


def may_write_synonyms(user: Any) -> bool:
    """Return whether the person is an editor of the whole tree: everybody's questions are answered with these words."""
    return bool(user.is_superuser or standing_of(user).has_role_for_all(Role.EDITOR))


def get_saved_search_for(user: User, pk: int) -> SavedSearch:
    """Return a search that the person saved. Raises Http404 for any other."""
    found = saved_by(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def reads_questions(user: Any) -> bool:
    """Return whether the person edits or reviews: what many looked for in vain is what is to be made next."""
    return bool(user.is_superuser or standing_of(user).has_role(*READERS))


class SynonymPolicy(BasePermissionPolicy):
    """Editors of the whole tree write, others who edit or review read; what came with the platform is only switched off."""

    WRITING = frozenset({"add", "change", "delete"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        if not user.is_active or action not in self.WRITING | {"view"}:
            return False
        return may_write_synonyms(user) or (action == "view" and standing_of(user).has_role(*READERS))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: SynonymSet) -> bool:
        return self.user_has_permission(user, action) and not (action == "delete" and instance.origin)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[SynonymSet]:
        allowed = self.user_has_any_permission(user, actions)
        found = SynonymSet.objects.all() if allowed else SynonymSet.objects.none()
        return found.filter(origin="") if set(actions) == {"delete"} else found

    def users_with_any_permission(self, actions: Any) -> QuerySet[User]:
        holders = current_roles(today()).filter(role__in=READERS).values("user")
        return User.objects.filter(Q(is_superuser=True) | Q(pk__in=holders), is_active=True)
