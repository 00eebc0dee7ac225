"""One request: its page, and what either side does with it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from cms.accounts.requests import SignedInRequest
from cms.booking.cards import end_words, page_context
from cms.booking.forms import AnotherTimeForm, CatchUpForm, CorrectionForm, DeliveryForm, MessageForm, ReasonForm
from cms.booking.models import BookingRequest, Delivery
from cms.booking.permissions import (
    get_asked_booking_for,
    get_booking_for,
    get_disclosed_booking_for,
    may_answer,
    may_correct,
)
from cms.booking.queries import lists_of_branch
from cms.booking.services import accept, cancel, contacts_for, correct_delivery, counter, decline, deliver, keep, say
from cms.core.errors import DomainError
from cms.core.ratelimit import limited

ACTS_AN_HOUR = 240
Act = Callable[[], object]


@login_required
@never_cache
@require_GET
def booking(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the request with its story and the one next action."""
    return show(request, get_booking_for(request.user, public_id))


def show(request: SignedInRequest, found: BookingRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    """Show the page, with a form that was refused or contacts that were asked for."""
    context = {**page_context(found, request.user), "message_form": MessageForm(), **more}
    held = getattr(found, "delivery", None)
    if context["asks"] and held is not None and "catch_up_form" not in context:
        context["catch_up_form"] = CatchUpForm(
            playlists=lists_of_branch(found), initial={"playlist": held.catch_up_id}
        )
    return render(request, "booking/booking.html", context, status=status)


@login_required
@require_POST
@limited("booking.act", limit=ACTS_AN_HOUR, seconds=3600)
def accept_it(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Say yes."""
    found = get_booking_for(request.user, public_id)
    return do(request, found, lambda: accept(found, actor=request.user, proposed=proposed_in(request)))


def do(request: SignedInRequest, found: BookingRequest, act: Act) -> HttpResponse:
    """Do what needs no form; a refusal is said on the page as it stands by now."""
    try:
        act()
    except DomainError as error:
        again = get_booking_for(request.user, found.public_id)
        return show(request, again, refusal=error, refusal_times=times_in(error), status=error.status)
    return HttpResponseRedirect(found.get_absolute_url())


def proposed_in(request: SignedInRequest) -> datetime | None:
    """Return which beginning the page showed on which the answer was given; None where it says nothing readable."""
    try:
        return parse_datetime(request.POST.get("proposed", ""))
    except ValueError:
        return None


def times_in(error: DomainError) -> list[dict[str, datetime]]:
    """Return the other times that a refusal offers."""
    offered = error.details.get("alternatives", [])
    return [{name: datetime.fromisoformat(text) for name, text in slot.items()} for slot in offered]


@login_required
@require_http_methods(["GET", "POST"])
@limited("booking.act", limit=ACTS_AN_HOUR, seconds=3600)
def decline_it(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Say no, with a reason."""
    found = get_booking_for(request.user, public_id)
    if request.method == "GET" and not may_answer(request.user, found):
        return HttpResponseRedirect(found.get_absolute_url())
    form = ReasonForm(request.POST or None)
    return ask_and_do(
        request,
        found,
        form,
        lambda: decline(found, actor=request.user, reason=form.cleaned_data["reason"], proposed=proposed_in(request)),
        title=_("Decline the request"),
        text=_("The branch is told at once and can ask somebody else."),
        verb=_("Decline"),
    )


@login_required
@require_http_methods(["GET", "POST"])
@limited("booking.act", limit=ACTS_AN_HOUR, seconds=3600)
def counter_it(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Propose another time."""
    found = get_booking_for(request.user, public_id)
    if request.method == "GET" and not may_answer(request.user, found):
        return HttpResponseRedirect(found.get_absolute_url())
    form = AnotherTimeForm(request.POST or None)
    return ask_and_do(
        request,
        found,
        form,
        lambda: counter(
            found,
            starts_at=form.start_in(found.lecturer.zone),
            actor=request.user,
            reason=form.cleaned_data["reason"],
            proposed=proposed_in(request),
        ),
        title=_("Propose another time"),
        text=_("The lesson stays as long as it is. The other side is asked whether the time suits."),
        verb=_("Propose this time"),
    )


@login_required
@require_http_methods(["GET", "POST"])
@limited("booking.act", limit=ACTS_AN_HOUR, seconds=3600)
def cancel_it(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Call it off, or say that it did not take place, with a reason."""
    found = get_booking_for(request.user, public_id)
    form = ReasonForm(request.POST or None)
    verb, text = end_words(found)
    return ask_and_do(
        request,
        found,
        form,
        lambda: cancel(found, actor=request.user, reason=form.cleaned_data["reason"]),
        title=verb,
        text=text,
        verb=verb,
    )


@login_required
@require_http_methods(["GET", "POST"])
@limited("booking.act", limit=ACTS_AN_HOUR, seconds=3600)
def deliver_it(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Write down what was held, or correct what was written."""
    found = get_asked_booking_for(request.user, public_id)
    held = getattr(found, "delivery", None)
    # Recorded twice by a double click it has no reason, and is no correction.
    if held is not None and (request.method == "GET" or "reason" in request.POST):
        return correct_it(request, found, held)
    form = DeliveryForm(request.POST or None, initial={"heads": found.heads, "minutes": found.minutes})
    return ask_and_do(
        request,
        found,
        form,
        lambda: deliver(found, actor=request.user, **form.cleaned_data),
        title=_("Record the lesson"),
        text=_("The minutes become teaching hours of the lecturer. Who listened stays in the branch."),
        verb=_("Record"),
    )


def correct_it(request: SignedInRequest, found: BookingRequest, held: Delivery) -> HttpResponse:
    """Correct the figures of a lesson that was recorded, with a reason."""
    if request.method == "GET" and not may_correct(request.user, found):
        return HttpResponseRedirect(found.get_absolute_url())
    form = CorrectionForm(request.POST or None, initial={"heads": held.heads, "minutes": held.minutes})
    return ask_and_do(
        request,
        found,
        form,
        lambda: correct_delivery(found, actor=request.user, **form.cleaned_data),
        title=_("Correct the figures"),
        text=_(
            "The hours in the ledger follow by a counter-entry, and the lecturer is told. Where more slips were printed"
            " than people listened, the unused ones end; please print new ones."
        ),
        verb=_("Correct"),
    )


def ask_and_do(
    request: SignedInRequest,
    found: BookingRequest,
    form: forms.Form,
    act: Act,
    *,
    title: str,
    text: str,
    verb: str,
) -> HttpResponse:
    """Show the form, or do what was filled in; a refusal shows the form again with what was typed."""
    status = 200
    if request.method == "POST":
        status = 400
        if form.is_valid():
            try:
                act()
            except DomainError as error:
                form.add_error(None, str(error.message))
                status = error.status
            else:
                return HttpResponseRedirect(found.get_absolute_url())
    context = {"booking": found, "form": form, "title": title, "text": text, "verb": verb}
    return render(request, "booking/act.html", context, status=status)


@login_required
@require_POST
@limited("booking.act", limit=ACTS_AN_HOUR, seconds=3600)
def keep_it(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Decide that an agreed lesson takes place all the same."""
    found = get_booking_for(request.user, public_id)
    return do(request, found, lambda: keep(found, actor=request.user))


@login_required
@require_POST
@limited("booking.act", limit=ACTS_AN_HOUR, seconds=3600)
def say_it(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Write to the other side."""
    found = get_booking_for(request.user, public_id)
    form = MessageForm(request.POST)
    if not form.is_valid():
        return show(request, found, message_form=form, status=400)
    try:
        say(found, actor=request.user, text=form.cleaned_data["text"])
    except DomainError as error:
        form.add_error(None, str(error.message))
        return show(request, get_booking_for(request.user, public_id), message_form=form, status=error.status)
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@never_cache
@require_POST
@limited("contact", limit=60, seconds=3600)
def show_contact(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Show the contacts of an agreed lesson; each look is written down."""
    found = get_disclosed_booking_for(request.user, public_id)
    return show(request, found, contacts=contacts_for(request.user, found))
