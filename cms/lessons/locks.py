"""Why a lesson cannot be edited in the admin, besides a running review."""

from typing import Any

from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from wagtail.locks import BaseLock


class TakenDownLock(BaseLock):
    """Taken down: nobody works on it until somebody else than its author allows it again."""

    def for_user(self, user: Any) -> bool:
        return True

    def get_message(self, user: Any) -> Any:
        said = format_html("{} {}", _("This lesson was taken down."), self.object.taken_down_reason)
        # Who keeps the machine has no editor's duty: the way is not theirs.
        if self.object.author_id == user.pk or user.is_superuser:
            return said
        way = reverse("lessons:restore", args=[self.object.pk])
        return format_html('{} <a href="{}">{}</a>', said, way, _("Allow work on this lesson again"))

    def get_locked_by(self, user: Any) -> Any:
        return _("Taken down")

    def get_description(self, user: Any) -> Any:
        return _("Nobody works on it until somebody allows it again.")
