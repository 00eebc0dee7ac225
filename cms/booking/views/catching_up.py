"""After a lesson: the list that the branch names for those who missed it, and where they find it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.booking.forms import CatchUpForm
from cms.booking.permissions import get_asked_booking_for
from cms.booking.queries import lists_of_branch, missed_lessons
from cms.booking.services import name_catch_up
from cms.booking.views.booking import ACTS_AN_HOUR, show
from cms.core.errors import DomainError
from cms.core.ratelimit import limited

MOST_ROWS = 50


@login_required
@require_POST
@limited("booking.act", limit=ACTS_AN_HOUR, seconds=3600)
def name_it(request: SignedInRequest, public_id: UUID) -> HttpResponse:
    """Name the list, or take it back."""
    found = get_asked_booking_for(request.user, public_id)
    form = CatchUpForm(request.POST, playlists=lists_of_branch(found))
    if not form.is_valid():
        return show(request, found, catch_up_form=form, status=400)
    try:
        name_catch_up(found, actor=request.user, playlist=form.cleaned_data["playlist"])
    except DomainError as error:
        again = get_asked_booking_for(request.user, public_id)
        return show(request, again, refusal=error, status=error.status)
    messages.success(request, _("Saved."))
    return HttpResponseRedirect(found.get_absolute_url())


@login_required
@never_cache
@require_safe
def missed(request: SignedInRequest) -> HttpResponse:
    """List lessons of the own branch that can be caught up with."""
    return render(request, "booking/missed.html", {"rows": missed_lessons(request.user)[:MOST_ROWS]})
