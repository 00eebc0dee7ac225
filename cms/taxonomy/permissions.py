"""Who writes topics, audiences and teaching methods."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy

from cms.organisations.enums import Role
from cms.organisations.queries import standing_of


class LabelPolicy(ModelPermissionPolicy):
    """Lessons of all organisations hang on these, so that only editors of the whole tree write them; others read."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if not super().user_has_permission(user, action):
            return False
        return action == "view" or user.is_superuser or standing_of(user).has_role_for_all(Role.EDITOR)
