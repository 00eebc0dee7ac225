"""Bulk pages of the admin speak only of what the person may see."""

from typing import Any

from django.db.models import Model
from django.http import HttpRequest
from django.shortcuts import get_list_or_404
from django.utils.functional import classproperty
from wagtail.permissions import policy_registry
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.models import get_snippet_models

from cms.core.converters import is_key

_kept: set[type[Model]] = set()


def keep_in_records(model: type[Model]) -> None:
    """Offer no deleting in bulk for a snippet that nobody may delete.

    Wagtail offers it to all snippets, names whatever was asked for, and has no way to take one out.
    """
    _kept.add(model)
    DeleteBulkAction.models = classproperty(lambda cls: [row for row in get_snippet_models() if row not in _kept])


class OnlyWhatIsSeen:
    """Mixin for bulk actions: keys of what the person may not see count for nothing; where none is left, it is a 404.

    Wagtail lists by name what was asked for and may not be changed, whoever asks.
    """

    request: HttpRequest
    # The action of the model's policy that lets somebody see a row.
    seen_by = "view"

    def get_queryset(self, model: type[Model], object_ids: Any) -> list[Any]:
        """Return the rows with these keys, as far as the person may see them."""
        policy = policy_registry.get_by_type(model)
        seen = policy.instances_user_has_permission_for(self.request.user, self.seen_by)
        return get_list_or_404(seen, pk__in=[key for key in object_ids if is_key(str(key))])
