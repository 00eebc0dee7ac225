"""The workbench: one list of what waits for me."""

from collections import Counter
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.clock import today
from cms.organisations.queries import home_organisation
from cms.portal.inbox import InboxItem, group_by_time, inbox_of
from cms.portal.workbench_tabs import may_enter_workbench, workbench_tabs


@require_safe
@login_required
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show what waits for the person; without any duty there is no workbench."""
    user = request.user
    if not may_enter_workbench(user):
        raise Http404
    items = inbox_of(user)
    chosen = request.GET.get("kind", "")
    shown = [item for item in items if not chosen or item.slug == chosen]
    context = {
        "today": today(),
        "total": len(items),
        "organisation": home_organisation(user),
        "tabs": workbench_tabs(user, current="portal:workbench"),
        "chips": kind_chips(items, chosen),
        "groups": [
            (title, job_rows(rows, first=not index)) for index, (title, rows) in enumerate(group_by_time(shown))
        ],
    }
    return render(request, "portal/workbench.html", context)


def kind_chips(items: list[InboxItem], chosen: str) -> list[dict[str, Any]]:
    """Return the filter chips with counts; one kind alone needs no filter."""
    counts = Counter(item.slug for item in items)
    labels = {item.slug: item.kind for item in items}
    if len(counts) < 2:  # noqa: PLR2004  # a choice needs two
        return []
    chips = [
        {"label": label, "url": f"?{urlencode({'kind': slug})}", "on": slug == chosen, "count": counts[slug]}
        for slug, label in labels.items()
    ]
    return [{"label": _("All"), "url": "?", "on": not chosen, "count": len(items)}, *chips]


def job_rows(items: list[InboxItem], *, first: bool) -> list[dict[str, Any]]:
    """Return rows for the job component; the very first gets the one red button."""
    return [
        {**asdict(item), "due": item.due, "urgent": item.urgent, "first": first and not position}
        for position, item in enumerate(items)
    ]
