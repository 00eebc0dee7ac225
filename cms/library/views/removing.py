"""Taking a page out of sight, and allowing work on it again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from cms.accounts.requests import SignedInRequest
from cms.core.errors import DomainError
from cms.core.faults import BAD_REQUEST, posted, tell
from cms.core.ratelimit import limited
from cms.core.views import own_page, with_way
from cms.lessons.forms import ReasonForm
from cms.library import services
from cms.library.models import ContentPage
from cms.library.permissions import cares_for, get_guarded_for, guards, may_restore, way_back
from cms.library.views.reviewing import GET_POST

Act = Callable[..., None]


def confirmed(request: SignedInRequest, page: ContentPage, act: Act, words: dict[str, Any]) -> HttpResponse:
    """Ask for the reason; POST acts and says so."""
    form = ReasonForm(posted(request))
    status = 200
    if request.method == "POST":
        status = BAD_REQUEST
        if form.is_valid():
            try:
                act(page, actor=request.user, reason=form.cleaned_data["reason"])
                messages.success(request, words["done"])
                return HttpResponseRedirect("/workbench/")
            except DomainError as error:
                status = tell(form, error)
    return own_page(request, "library/remove.html", {"page": page, "form": form, **words}, status=status)


@login_required
@limited("library.remove", limit=20)
@require_http_methods(GET_POST)
def unpublish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show the page no longer."""
    page = get_guarded_for(request.user, pk)
    if not cares_for(request.user, page):
        raise Http404
    words = {
        "heading": _("Show this page no longer"),
        "text": _("It disappears from the site and from search; editors can go on working on it."),
        "verb": _("Show it no longer"),
        "done": _("The page is no longer shown."),
    }
    return confirmed(request, page, services.unpublish_page, words)


@login_required
@limited("library.remove", limit=20)
@require_http_methods(GET_POST)
def take_down(request: SignedInRequest, pk: int) -> HttpResponse:
    """Remove the page with its files at once."""
    page = get_guarded_for(request.user, pk)
    if not guards(request.user, page):
        raise Http404
    words = {
        "heading": _("Take this page down"),
        "text": _("The page, its files and its search entry are gone at once. The reason is kept."),
        "verb": _("Take it down"),
        "done": with_way(
            _("The page was taken down."), _("Allow work on this page again"), way_back(request.user, page)
        ),
    }
    return confirmed(request, page, services.take_down_page, words)


@login_required
@limited("library.remove", limit=20)
@require_http_methods(GET_POST)
def restore(request: SignedInRequest, pk: int) -> HttpResponse:
    """Allow work on a page that was taken down."""
    page = get_guarded_for(request.user, pk)
    if not may_restore(request.user, page):
        raise Http404
    words = {
        "heading": _("Allow work on this page again"),
        "text": _("It stays hidden until it is reviewed again."),
        "verb": _("Allow it"),
        "done": _("The page may be worked on again."),
    }
    return confirmed(request, page, services.restore_page, words)
