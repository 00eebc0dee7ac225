"""The admin's views of synonym sets."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from wagtail.snippets.views.snippets import CreateView, DeleteView, EditView

from cms.portal.models import SynonymSet
from cms.portal.synonym_words import MOST_WORDS, words_in

LONGEST_GIVEN = 300


def hold_synonyms() -> None:
    """Make everybody else who writes a set wait until this transaction ends."""
    # SQLite holds its only writer already; the sets that came along are always there to be held.
    list(SynonymSet.objects.select_for_update().order_by("pk").values_list("pk"))


class SynonymCreateView(CreateView):
    """Begins a set, perhaps with the words that a report leads here with."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            hold_synonyms()
            answer: HttpResponse = super().post(request, *args, **kwargs)
            return answer

    def get_initial_form_instance(self) -> SynonymSet | None:
        words = words_in(self.request.GET.get("words", "")[:LONGEST_GIVEN])
        return SynonymSet(words="\n".join(words[:MOST_WORDS])) if words else None


class SynonymEditView(EditView):
    """Changes a set; what it is compared with stays as it is until it is saved."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with transaction.atomic():
            hold_synonyms()
            answer: HttpResponse = super().post(request, *args, **kwargs)
            return answer


class SynonymDeleteView(DeleteView):
    """Deletes a set that an editor wrote; one that came along would come back, and is switched off instead."""

    def get_object(self, queryset: Any = None) -> SynonymSet:
        synonyms: SynonymSet = super().get_object(queryset)
        if not self.user_has_permission_for_instance("delete", synonyms):
            raise PermissionDenied
        return synonyms
