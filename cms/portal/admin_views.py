"""The admin's views of synonym sets."""

from typing import Any

from django.core.exceptions import PermissionDenied
from wagtail.snippets.views.snippets import CreateView, DeleteView

from cms.portal.models import SynonymSet
from cms.portal.synonym_words import MOST_WORDS, words_in

LONGEST_GIVEN = 300


class SynonymCreateView(CreateView):
    """Begins a set, perhaps with the words that a report leads here with."""

    def get_initial_form_instance(self) -> SynonymSet | None:
        words = words_in(self.request.GET.get("words", "")[:LONGEST_GIVEN])
        return SynonymSet(words="\n".join(words[:MOST_WORDS])) if words else None


class SynonymDeleteView(DeleteView):
    """Deletes a set that an editor wrote; one that came along would come back, and is switched off instead."""

    def get_object(self, queryset: Any = None) -> SynonymSet:
        synonyms: SynonymSet = super().get_object(queryset)
        if not self.user_has_permission_for_instance("delete", synonyms):
            raise PermissionDenied
        return synonyms
