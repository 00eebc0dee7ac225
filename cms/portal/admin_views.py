"""The admin's views of synonym sets."""

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.snippets.views.snippets import DeleteView

from cms.portal.models import SynonymSet


class SynonymDeleteView(DeleteView):
    """Deletes a set that an editor wrote; one that came along would come back, and is switched off instead."""

    def get_object(self, queryset: Any = None) -> SynonymSet:
        synonyms: SynonymSet = super().get_object(queryset)
        if not self.user_has_permission_for_instance("delete", synonyms):
            raise PermissionDenied
        return synonyms
