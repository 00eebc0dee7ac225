"""Asking for a lecturer in three steps: what, when, where and who.

The steps before the last are addresses. What was typed in the last step goes along when somebody goes back from there:
in the body, for notes belong in no address. Only sending writes.
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
from cms.booking.queries import branches_of, waiting_for_same_hour
from cms.booking.services import Order, request_booking
from cms.booking.services.asking import KEY_REUSED
from cms.booking.services.placing import AT_PLACES
from cms.booking.views.booking import times_in
from cms.core.clock import today
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.lecturers.models import Lecturer
from cms.lecturers.queries import free_slots
from cms.organisations.queries import home_organisation
from cms.venues.queries import visible_venues

WEEK = timedelta(days=7)
WHAT_FIELDS = ("offer", "topic", "minutes", "mode")
WHERE_FIELDS = ("organisation", "venue", "place", "heads", "note", "key")
WHAT, WHEN, WHERE = "1", "2", "3"
CONFLICT = 409


@login_required
@require_http_methods(["GET", "POST"])
@limited("booking.ask", limit=120, seconds=3600)
def ask(request: SignedInRequest, pk: int) -> HttpResponse:
    """Lead through the steps; whoever keeps no branch cannot ask."""
    require_asker(request.user)
    lecturer = get_lecturer_to_ask(request.user, pk)
    given = given_in(request)
    step = given.get("step", "")
    if request.method == "POST" and step not in (WHAT, WHEN, WHERE):
        return send(request, lecturer)
    if step in ("", WHAT):
        return show_what(request, lecturer, WhatForm(lecturer=lecturer, initial=first_choice(given, lecturer)))
    what = WhatForm(given, lecturer=lecturer)
    if not what.is_valid():
        return show_what(request, lecturer, what)
    if step != WHERE:
        return show_when(request, lecturer, what)
    return show_where(request, lecturer, what, new_where_form(request, what))


def given_in(request: SignedInRequest) -> QueryDict:
    """Return what a step was given: by its address, or in the body once something was typed in the last step."""
    return request.POST if request.method == "POST" else request.GET


def typed_in(request: SignedInRequest) -> dict[str, str]:
    """Return what was typed in the last step before somebody went back from it."""
    return {name: request.POST[name] for name in WHERE_FIELDS if request.POST.get(name)}


def start_in(request: SignedInRequest) -> str:
    """Return the beginning that was chosen, as it was given."""
    return given_in(request).get("start", "")[:40]


def first_choice(given: QueryDict, lecturer: Lecturer) -> dict[str, Any]:
    """Return what is chosen beforehand: what was chosen before, else the first lesson of the menu."""
    chosen: dict[str, Any] = {name: given[name] for name in WHAT_FIELDS if name in given}
    if "offer" not in chosen:
        offers = lecturer.offers.filter(is_offered=True).order_by("order", "pk")
        chosen["offer"] = "" if chosen.get("topic") else offers.values_list("pk", flat=True).first() or ""
    return chosen


def crumbs_for(lecturer: Lecturer) -> list[tuple[str, str]]:
    """Return the way back to the lecturer's page."""
    here = _("Ask for a lesson")
    return [(_("Lecturers"), reverse("lecturers:directory")), (lecturer.name, lecturer.get_absolute_url()), (here, "")]


def steps_for(back: str = "") -> list[dict[str, str]]:
    """Return the three steps; the first leads back where an address can hold all that was chosen."""
    return [
        {"label": _("What"), "url": back},
        {"label": _("When"), "url": ""},
        {"label": _("Where and who"), "url": ""},
    ]


def chosen_in(what: WhatForm) -> dict[str, str]:
    """Return the first step's fields as they were given."""
    return {name: str(what.data.get(name, "")) for name in WHAT_FIELDS}


def show_what(request: SignedInRequest, lecturer: Lecturer, what: WhatForm) -> HttpResponse:
    """Show the first step, with what was chosen."""
    context = {
        "lecturer": lecturer,
        "crumbs": crumbs_for(lecturer),
        "form": what,
        "typed": typed_in(request),
        "steps": steps_for(),
        "start": start_in(request),
        "week": given_in(request).get("week", "")[:10],
    }
    return render(request, "booking/ask_what.html", context, status=400 if what.errors else 200)


def show_when(
    request: SignedInRequest, lecturer: Lecturer, what: WhatForm, *, errors: Sequence[str] = ()
) -> HttpResponse:
    """Show a week of free times for a lesson of this length, with why the time that was given could not be taken."""
    minutes, typed, start = what.cleaned_data["minutes"], typed_in(request), start_in(request)
    monday = chosen_week(given_in(request).get("week", "") or day_in(start), lecturer, minutes)
    here = reverse("booking:ask", args=[lecturer.pk])
    context = {
        "lecturer": lecturer,
        "crumbs": crumbs_for(lecturer),
        "what": what.cleaned_data,
        "hidden": {**chosen_in(what), **typed},
        "typed": typed,
        "days": days_of(lecturer, monday, minutes),
        "chosen": start,
        "steps": steps_for("" if typed else f"{here}?{urlencode({**chosen_in(what), 'step': WHAT, 'start': start})}"),
        "monday": monday,
        "sunday": monday + WEEK - timedelta(days=1),
        "weeks": weeks_around(here, what, monday),
        "errors": errors,
    }
    return render(request, "booking/ask_when.html", context, status=400 if errors else 200)


def weeks_around(here: str, what: WhatForm, monday: date) -> list[dict[str, str]]:
    """Return the ways to the week before, unless it is over, and to the week after."""
    query = {**chosen_in(what), "step": WHEN}
    ways = [("left", _("The week before"), monday - WEEK), ("right", _("The week after"), monday + WEEK)]
    return [
        {"icon": icon, "label": label, "week": day.isoformat(), "url": f"{here}?{urlencode({**query, 'week': day})}"}
        for icon, label, day in ways
        if day >= week_from("")
    ]


def day_in(start: str) -> str:
    """Return the day of the chosen beginning, or nothing where it cannot be read."""
    try:
        return date.fromisoformat(start[:10]).isoformat()
    except ValueError:
        return ""


def chosen_week(named: str, lecturer: Lecturer, minutes: int) -> date:
    """Return the Monday of the day that was named or chosen, else that of the first week in which a lesson fits."""
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
    """Return the last step with the own branch, the chosen time, and what was typed before somebody went back."""
    home = home_organisation(request.user)
    initial = {"organisation": home, "key": uuid.uuid4().hex, "start": start_in(request), **typed_in(request)}
    return where_form(request, what, initial=initial)


def where_form(request: SignedInRequest, what: WhatForm, data: QueryDict | None = None, **more: Any) -> WhereForm:
    """Return the last step with the branches and teaching places of the person; a lesson online has no place."""
    form = WhereForm(data, branches=branches_of(request.user), venues=visible_venues(request.user), **more)
    if what.cleaned_data.get("mode") not in AT_PLACES:
        del form.fields["venue"]
    return form


def show_where(
    request: SignedInRequest, lecturer: Lecturer, what: WhatForm, where: WhereForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    """Show the last step with the chosen time, or with other times when that cannot be."""
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
        "steps": steps_for(),
        **more,
    }
    return render(request, "booking/ask_where.html", context, status=status)


def read_start(where: WhereForm, lecturer: Lecturer) -> datetime:
    """Return the chosen beginning in the lecturer's zone; raises ValidationError when none was, or the text is no instant."""
    found: datetime = where.fields["start"].clean(where["start"].value())
    return found.astimezone(ZoneInfo(lecturer.zone))


def send(request: SignedInRequest, lecturer: Lecturer) -> HttpResponse:
    """Ask; a refusal shows the step that it concerns again, with everything that was typed."""
    what = WhatForm(request.POST, lecturer=lecturer)
    if not what.is_valid():
        return show_what(request, lecturer, what)
    where = where_form(request, what, request.POST)
    if not where.is_valid():
        return show_where(request, lecturer, what, where, status=400)
    order, key = order_of(lecturer, what.cleaned_data, where.cleaned_data), where.cleaned_data["key"]
    # Going back after sending may bring a page with a new key.
    before = (
        None if request.POST.get("again") else waiting_for_same_hour(lecturer, order.organisation, order.starts_at)
    )
    if before is not None and (before.requester, before.idempotency_key) != (request.user, key):
        return show_sent_before(request, lecturer, what, before.get_absolute_url())
    try:
        booking = request_booking(order, by=request.user, key=key)
    except DomainError as error:
        if error.code == KEY_REUSED:
            return show_sent_before(request, lecturer, what, error.details["url"])
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
    return show_where(request, lecturer, what, where, alternatives=times_in(error), status=error.status)


def show_sent_before(request: SignedInRequest, lecturer: Lecturer, what: WhatForm, sent: str) -> HttpResponse:
    """Say that the request was sent before, with the way there; sent again from here it becomes a second one."""
    given = request.POST.copy()
    given["key"] = uuid.uuid4().hex
    where = where_form(request, what, given)
    return show_where(request, lecturer, what, where, sent=sent, status=CONFLICT)
