"""What a set of words would change, shown beside its form in the admin."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.core.ratelimit import limited
from cms.portal.forms import ComparisonForm
from cms.portal.permissions import may_write_synonyms
from cms.portal.search_terms import KIND_LABELS
from cms.portal.synonym_words import faults_beside, words_in
from cms.portal.synonyms import Side, compare, groups_in_use
from cms.taxonomy.queries import viewer_for
from search.synonyms import SynonymGroup


@require_safe
@limited("portal.synonyms", limit=240, methods=("GET",))
def comparison(request: HttpRequest) -> HttpResponse:
    """Show the first hits before and after what is typed; nothing is stored. Raises PermissionDenied for non-editors."""
    if not may_write_synonyms(request.user):
        raise PermissionDenied
    form = ComparisonForm(request.GET)
    if form.is_valid():
        context = compared(form.cleaned_data, request)
    else:
        context = {"faults": [sentence for errors in form.errors.values() for sentence in errors]}
    return render(request, "portal/admin/comparison.html", context)


def compared(typed: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """Return the two sides for the page, or the sentences that say why there are none."""
    group = SynonymGroup(words_in(typed["words"]), one_way=typed["one_way"])
    others = list(groups_in_use(without=typed["set"] or 0))
    if faults := faults_beside(group, others if typed["active"] else ()):
        return {"faults": faults}
    text = typed["q"] or group.words[0]
    before, after = compare(
        text, viewer_for(request.user), groups_in_use(), [*others, group] if typed["active"] else others
    )
    sides = [
        (_("As it is now"), side_rows(before, only_here=_("will be gone"))),
        (_("With this set"), side_rows(after, only_here=_("new here"))),
    ]
    return {"text": text, "sides": sides, "totals": (before.total, after.total)}


def side_rows(side: Side, *, only_here: str) -> dict[str, Any]:
    """Return one side as the template reads it."""
    words = {"same": "", "moved": _("another place"), "only here": only_here}
    rows = [
        {"title": place.title, "kind": KIND_LABELS.get(place.kind, place.kind), "state": words[place.state]}
        for place in side.places
    ]
    return {"total": side.total, "rows": rows, "expanded": side.expanded}
