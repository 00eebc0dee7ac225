"""Asking for a lecturer in three steps: what, when, where and who.

The steps before the last are addresses, so that going back loses nothing; only the last one writes.
"""

import uuid
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.requests import SignedInRequest
from cms.booking.forms import WhatForm, WhereForm, week_from
from cms.booking.permissions import get_lecturer_to_ask, require_asker
from cms.booking.queries import branches_of
from cms.booking.services import Order, request_booking
from cms.booking.services.placing import AT_PLACES
from cms.core.clock import today
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.lecturers.models import Lecturer
from cms.lecturers.queries import free_slots
from cms.organisations.queries import home_organisation
from cms.venues.queries import visible_venues

WEEK = timedelta(days=7)
WHAT_FIELDS = ("offer", "topic", "minutes", "mode")
WHAT, WHEN, WHERE = 1, 2, 3


@login_required
@require_http_methods(["GET", "POST"])
@limited("booking.ask", limit=60, seconds=3600)
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lead through the steps; whoever keeps no branch cannot ask."""
    require_asker(request.user)
    lecturer = get_lecturer_to_ask(request.user, pk)
    if request.method == "POST":
        return send(request, lecturer)
    step = request.GET.get("step", "")
    what = WhatForm(request.GET if step else None, lecturer=lecturer, initial=first_choice(request, lecturer))
    if not step or not what.is_valid():
        return show_what(request, lecturer, what)
    if step != str(WHERE):
        return show_when(request, lecturer, what)
    return show_where(request, lecturer, what, new_where_form(request, what))


def first_choice(request: SignedInRequest, lecturer: Lecturer) -> dict[str, Any]:
    """Return what is chosen beforehand: the lesson that the address names, else the first of the menu."""
    named = request.GET.get("offer", "")
    offers = list(lecturer.offers.filter(is_offered=True).order_by("order", "pk"))
    chosen = next((offer.pk for offer in offers if str(offer.pk) == named), offers[0].pk if offers else "")
    return {"offer": chosen, "minutes": None}


def crumbs_for(lecturer: Lecturer) -> list[tuple[str, str]]:
    """Return the way back to the lecturer's page."""
    here = _("Ask for a lesson")
    return [(_("Lecturers"), reverse("lecturers:directory")), (lecturer.name, lecturer.get_absolute_url()), (here, "")]


def steps_for(lecturer: Lecturer, what: WhatForm, start: str = "") -> list[dict[str, str]]:
    """Return the three steps; those that were passed lead back with everything that was chosen."""
    here = reverse("booking:ask", args=[lecturer.pk])
    chosen = chosen_in(what)
    back = f"{here}?{urlencode({**chosen, 'back': 1})}" if chosen else here
    when = f"{here}?{urlencode({**chosen, 'step': WHEN})}" if start else ""
    return [
        {"label": _("What"), "url": back},
        {"label": _("When"), "url": when},
        {"label": _("Where and who"), "url": ""},
    ]


def chosen_in(what: WhatForm) -> dict[str, str]:
    """Return the first step's fields as they were given."""
    return {name: str(what.data.get(name, "")) for name in WHAT_FIELDS} if what.is_bound else {}


def show_what(request: SignedInRequest, lecturer: Lecturer, what: WhatForm) -> HttpResponse:
    """Show the first step, with what was chosen."""
    context = {
        "lecturer": lecturer,
        "crumbs": crumbs_for(lecturer),
        "form": what,
        "steps": steps_for(lecturer, what),
        "start": request.GET.get("start", "")[:40],
    }
    return render(request, "booking/ask_what.html", context, status=400 if what.errors else 200)


def show_when(
    request: SignedInRequest, lecturer: Lecturer, what: WhatForm, *, errors: Sequence[str] = ()
) -> HttpResponse:
    """Show a week of free times for a lesson of this length, with why the time that was given could not be taken."""
    minutes = what.cleaned_data["minutes"]
    monday = chosen_week(request.GET.get("week", ""), lecturer, minutes)
    here = reverse("booking:ask", args=[lecturer.pk])
    query = {**chosen_in(what), "step": WHEN}
    context = {
        "lecturer": lecturer,
        "crumbs": crumbs_for(lecturer),
        "what": what.cleaned_data,
        "hidden": chosen_in(what),
        "days": days_of(lecturer, monday, minutes),
        "steps": steps_for(lecturer, what),
        "monday": monday,
        "sunday": monday + WEEK - timedelta(days=1),
        "earlier": f"{here}?{urlencode({**query, 'week': (monday - WEEK).isoformat()})}"
        if monday > week_from("")
        else "",
        "later": f"{here}?{urlencode({**query, 'week': (monday + WEEK).isoformat()})}",
        "errors": errors,
    }
    return render(request, "booking/ask_when.html", context, status=400 if errors else 200)


def chosen_week(named: str, lecturer: Lecturer, minutes: int) -> date:
    """Return the Monday that the address names, else that of the first week in which a lesson fits."""
    if named:
        return week_from(named)
    last = today() + timedelta(days=lecturer.horizon_days)
    free = free_slots(lecturer, today(), last, minutes)
    return week_from(free[0].start.date().isoformat() if free else "")


def days_of(lecturer: Lecturer, monday: date, minutes: int) -> list[dict[str, Any]]:
    """Return the seven days with the times that are free, none of which overlaps another."""
    days: dict[date, list[Any]] = {monday + timedelta(days=number): [] for number in range(7)}
    for slot in free_slots(lecturer, monday, monday + WEEK - timedelta(days=1), minutes):
        day = days[slot.start.date()]
        if not day or day[-1].end <= slot.start:
            day.append(slot)
    return [{"day": day, "slots": slots} for day, slots in days.items()]


def new_where_form(request: SignedInRequest, what: WhatForm) -> WhereForm:
    """Return the last step with the own branch and the chosen time."""
    home = home_organisation(request.user)
    initial = {"organisation": home, "key": uuid.uuid4().hex, "start": request.GET.get("start", "")[:40]}
    return where_form(request, what, initial=initial)


def where_form(request: SignedInRequest, what: WhatForm, data: QueryDict | None = None, **more: Any) -> WhereForm:
    """Return the last step with the branches and teaching places of the person; a lesson online has no place."""
    form = WhereForm(data, branches=branches_of(request.user), venues=visible_venues(request.user), **more)
    if what.cleaned_data.get("mode") not in AT_PLACES:
        del form.fields["venue"]
    return form


def show_where(
    request: SignedInRequest,
    lecturer: Lecturer,
    what: WhatForm,
    where: WhereForm,
    *,
    alternatives: list[dict[str, datetime]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show the last step with the chosen time, or with other times when that was given away."""
    try:
        start = read_start(where, lecturer)
    except ValidationError as error:
        return show_when(request, lecturer, what, errors=error.messages)
    context = {
        "lecturer": lecturer,
        "crumbs": crumbs_for(lecturer),
        "what": what.cleaned_data,
        "hidden": chosen_in(what),
        "form": where,
        "start": start,
        "end": start + timedelta(minutes=what.cleaned_data["minutes"]),
        "alternatives": alternatives,
        "steps": steps_for(lecturer, what, start.isoformat()),
        "step": WHERE,
    }
    return render(request, "booking/ask_where.html", context, status=status)


def read_start(where: WhereForm, lecturer: Lecturer) -> datetime:
    """Return the chosen beginning in the lecturer's zone; raises ValidationError when none was, or the text is no instant."""
    found: datetime = where.fields["start"].clean(where["start"].value())
    return found.astimezone(ZoneInfo(lecturer.zone))


def send(request: SignedInRequest, lecturer: Lecturer) -> HttpResponse:
    """Ask; a refusal shows the last step again with everything that was typed."""
    what = WhatForm(request.POST, lecturer=lecturer)
    if not what.is_valid():
        return show_what(request, lecturer, what)
    where = where_form(request, what, request.POST)
    if not where.is_valid():
        return show_where(request, lecturer, what, where, status=400)
    order = order_of(lecturer, what.cleaned_data, where.cleaned_data)
    try:
        booking = request_booking(order, by=request.user, key=where.cleaned_data["key"])
    except DomainError as error:
        return show_refusal(request, lecturer, what, where, error)
    messages.success(request, _("The request is sent. You get a notice as soon as it is answered."))
    return HttpResponseRedirect(booking.get_absolute_url())


def order_of(lecturer: Lecturer, what: dict[str, Any], where: dict[str, Any]) -> Order:
    """Return the order that the two forms make."""
    return Order(
        lecturer=lecturer,
        organisation=where["organisation"],
        topic=what["topic"],
        offer=what["offer"],
        mode=what["mode"],
        starts_at=where["start"],
        ends_at=where["start"] + timedelta(minutes=what["minutes"]),
        heads=where["heads"],
        venue=where.get("venue"),
        place=where["place"],
        note=where["note"],
    )


def show_refusal(
    request: SignedInRequest, lecturer: Lecturer, what: WhatForm, where: WhereForm, error: DomainError
) -> HttpResponse:
    """Put the sentence at its field, or on top, and offer the other times that are free."""
    at_fields = [name for name in error.fields if name in where.fields and name != "start"]
    where.add_error(at_fields[0] if at_fields else None, str(error.message))
    times = [
        {name: datetime.fromisoformat(text) for name, text in slot.items()}
        for slot in error.details.get("alternatives", [])
    ]
    return show_where(request, lecturer, what, where, alternatives=times, status=error.status)
