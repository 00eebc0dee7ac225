"""The lesson menu, kept by the lecturer and by those who keep the pool."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.ratelimit import limited
from cms.lecturers.forms import offer_form
from cms.lecturers.permissions import get_kept_lecturer_for, get_offer_for
from cms.lecturers.services import add_offer, change_offer
from cms.lecturers.views.schedule import back_to, posted, refuse, show_form


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def new_offer(request: SignedInRequest, pk: int) -> HttpResponse:
    """Put a lesson on the menu."""
    lecturer = get_kept_lecturer_for(request.user, pk)
    form = offer_form(posted(request), None)
    if request.method == "POST" and form.is_valid():
        try:
            add_offer(lecturer, **form.cleaned_data, actor=request.user)
        except (DomainError, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("The lesson stands on the menu."))
            return back_to(request, lecturer)
    return show_form(request, form, lecturer, _("A lesson for the menu"))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@limited("lecturers.write", limit=120, seconds=3600)
def offer(request: SignedInRequest, pk: int, row: int) -> HttpResponse:
    """Change a lesson of the menu, or take it off."""
    found = get_offer_for(request.user, pk, row)
    form = offer_form(posted(request), found)
    if request.method == "POST" and form.is_valid():
        try:
            change_offer(found, **form.cleaned_data, actor=request.user)
        except (DomainError, ValidationError) as error:
            refuse(form, error)
        else:
            messages.success(request, _("Saved. What was asked for already stays as it was asked."))
            return back_to(request, found.lecturer)
    return show_form(request, form, found.lecturer, found.title)
