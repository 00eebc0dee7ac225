"""The person's notices: list, reading, choosing."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.core.ratelimit import limited
from cms.notices.forms import PreferencesForm
from cms.notices.permissions import get_notice_for
from cms.notices.queries import muted_areas, notices_of, unread_count
from cms.notices.services import mark_all_read, mark_read, mute_areas

PAGE_SIZE = 30


@login_required
@require_safe
def notice_list(request: SignedInRequest) -> HttpResponse:
    """Show the own notices, newest first."""
    page = Paginator(notices_of(request.user), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notices/list.html", {"page": page, "unread": unread_count(request.user)})


@login_required
@limited("notices", limit=240)
@require_POST
def read_one(request: SignedInRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go to the page it is about."""
    notice = get_notice_for(request.user, pk)
    mark_read(notice)
    here = reverse("notices:list")
    inside = notice.url.startswith("/") and url_has_allowed_host_and_scheme(notice.url, {request.get_host()})
    return HttpResponseRedirect(notice.url if inside else here)


@login_required
@limited("notices", limit=240)
@require_POST
def read_all(request: SignedInRequest) -> HttpResponse:
    """Mark everything as read."""
    mark_all_read(request.user)
    return HttpResponseRedirect(reverse("notices:list"))


@login_required
@limited("notice-preferences", limit=30)
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: SignedInRequest) -> HttpResponse:
    """Choose which notices one can do without."""
    form = PreferencesForm(request.POST or None, initial={"muted": sorted(muted_areas(request.user))})
    if request.method == "POST":
        # Without a tick the form posts nothing but its token, so it is bound by hand.
        form = PreferencesForm(request.POST)
        if form.is_valid():
            mute_areas(request.user, form.cleaned_data["muted"])
            messages.success(request, _("Your choice is saved."))
            return HttpResponseRedirect(reverse("notices:list"))
    return render(request, "notices/preferences.html", {"form": form}, status=400 if form.errors else 200)
