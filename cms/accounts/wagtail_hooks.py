"""Wagtail's bulk pages about accounts, for superusers: each account is saved by itself, so that it leaves its trace."""

from typing import Any

from wagtail import hooks
from wagtail.users.views.bulk_actions import SetActiveStateBulkAction

from cms.accounts.models import User


class SetActiveState(SetActiveStateBulkAction):
    """Closes or opens accounts; never the own one."""

    @classmethod
    def execute_action(
        cls,
        objects: list[User],
        mark_as_active: bool = False,  # noqa: FBT001, FBT002  # Wagtail's signature
        user: User | None = None,
        **_context: Any,
    ) -> tuple[int, int]:
        others = [one for one in objects if user is None or one.pk != user.pk]
        for one in others:
            one.is_active = mark_as_active
            one.save(update_fields=["is_active"])
        return len(others), 0


# Of two registrations for one act the later counts.
hooks.register("register_bulk_action", SetActiveState, order=100)
