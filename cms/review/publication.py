"""The end of a review (pure: Wagtail imports it while its own models load, so it may import none)."""

from typing import Any

APPROVED, EDITOR = "approved", "editor"


def publish_approved(running: Any, user: Any = None) -> None:
    """Publish exactly the revision of the last look; Wagtail's own action would take whatever is newest.

    An editor's approval is the permission to publish; without one Wagtail asks its own. Raises PublishPermissionError
    when the person may not publish.
    """
    look = running.current_task_state.specific
    by_editor = (
        look.stage == EDITOR and look.status == APPROVED and user is not None and look.finished_by_id == user.pk
    )
    look.revision.publish(user=user, skip_permission_checks=by_editor)
