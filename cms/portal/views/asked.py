"""What was searched for and not found, or found and hardly opened, in the admin."""

from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.portal.permissions import may_write_synonyms, reads_questions
from cms.portal.questions import SHOWN_FROM, Asked, found_texts, not_found, not_opened
from cms.portal.synonym_ideas import ideas_for
from cms.portal.synonym_words import fault_of
from cms.portal.synonyms import current_synonyms
from search.synonyms import Alternatives

SPANS = (30, 180)
TABS = {"missed": not_found, "unopened": not_opened, "ideas": not_found}


@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    """Show what was asked by many, in one of three lists. Raises PermissionDenied for those who neither edit nor review."""
    if not reads_questions(request.user):
        raise PermissionDenied
    chosen = request.GET.get("show", "")
    tab = chosen if chosen in TABS else "missed"
    days = SPANS[1] if request.GET.get("days") == str(SPANS[1]) else SPANS[0]
    rows = [row_of(each, tab, may_write_synonyms(request.user)) for each in TABS[tab](days)]
    if tab == "ideas":
        known = current_synonyms()
        rows = with_ideas(rows, [*found_texts(days), *known], known)
    context = {"tabs": tabs(tab, days), "spans": spans(tab, days), "rows": rows, "tab": tab, "shown_from": SHOWN_FROM}
    return render(request, "portal/admin/asked.html", context)


def tabs(chosen: str, days: int) -> list[dict[str, Any]]:
    """Return the three lists as links."""
    labels = {"missed": _("Not found"), "unopened": _("Found, but hardly opened"), "ideas": _("Ideas for synonyms")}
    return [
        {"label": label, "url": f"?{urlencode({'show': name, 'days': days})}", "on": name == chosen}
        for name, label in labels.items()
    ]


def spans(tab: str, chosen: int) -> list[dict[str, Any]]:
    """Return the spans of days as links."""
    label = _("The last %(days)s days")
    return [
        {"label": label % {"days": days}, "url": f"?{urlencode({'show': tab, 'days': days})}", "on": days == chosen}
        for days in SPANS
    ]


def row_of(each: Asked, tab: str, may_write: bool) -> dict[str, Any]:  # noqa: FBT001  # one fact of the reader
    """Return a line of the lists: what was asked, how often, and where a set of words is begun with it."""
    usable = may_write and tab != "unopened" and not fault_of(each.text)
    return {
        "text": each.text,
        "times": each.times,
        "days": each.days,
        "last": each.last,
        "search_url": f"{reverse('portal:search')}?{urlencode({'q': each.text})}",
        "new_set_url": new_set_url(each.text) if usable else "",
    }


def with_ideas(rows: list[dict[str, Any]], found: list[str], known: Alternatives) -> list[dict[str, Any]]:
    """Return the lines for which there are ideas; a word that has a set needs none."""
    told = []
    for row in rows:
        ideas = ideas_for(row["text"], found) if row["text"] not in known else ()
        if ideas:
            links = [{"word": idea, "url": row["new_set_url"] and new_set_url(idea, row["text"])} for idea in ideas]
            told.append({**row, "ideas": links})
    return told


def new_set_url(*words: str) -> str:
    """Return the address of a form that already holds the words."""
    return f"{reverse('wagtailsnippets_portal_synonymset:add')}?{urlencode({'words': chr(10).join(words)})}"
