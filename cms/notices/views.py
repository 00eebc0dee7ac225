"""The person's notices: list, reading, choosing, and the e-mail address for them."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cms.accounts.models import User
from cms.accounts.requests import SignedInRequest
from cms.core.ratelimit import limited
from cms.notices.enums import Channel
from cms.notices.forms import AddressForm, MailForm, PreferencesForm
from cms.notices.models import MailSetting
from cms.notices.permissions import get_notice_for
from cms.notices.queries import mail_setting_of, muted_areas, notices_of, unread_count
from cms.notices.services import (
    confirm_address,
    forget_address,
    mark_all_read,
    mark_read,
    mute_areas,
    set_address,
    set_mail_times,
)
from cms.notices.services.choosing import setting_behind

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
    return show_preferences(request, form=form)


def show_preferences(request: SignedInRequest, **forms: forms.Form) -> HttpResponse:
    """Show all choices; a form that was filled in wrongly stands as it was sent."""
    kept = mail_setting_of(request.user)
    context = {
        "form": PreferencesForm(initial={"muted": sorted(muted_areas(request.user))}),
        "mail_offered": settings.MAIL_IS_SENT,
        "mail": kept,
        "address_form": AddressForm(),
        "mail_form": mail_form_of(request.user, kept) if kept else None,
        **forms,
    }
    status = 400 if any(form.errors for form in forms.values()) else 200
    return render(request, "notices/preferences.html", context, status=status)


def mail_form_of(user: User, kept: MailSetting) -> MailForm:
    """Return the form as the person last saved it."""
    muted = sorted(muted_areas(user, Channel.EMAIL))
    times = {"quiet_from": kept.quiet_from, "quiet_to": kept.quiet_to}
    return MailForm(initial={"mail_muted": muted, "daily": kept.daily, **times})


@login_required
@limited("notice-address", limit=5, seconds=3600)
@require_POST
def address(request: SignedInRequest) -> HttpResponse:
    """Keep an e-mail address and send it the link that confirms it."""
    if not settings.MAIL_IS_SENT:
        raise Http404
    form = AddressForm(request.POST)
    if not form.is_valid():
        return show_preferences(request, address_form=form)
    set_address(request.user, form.cleaned_data["address"])
    messages.success(request, _("We have sent a link to this address. Open it within three days."))
    return HttpResponseRedirect(reverse("notices:preferences"))


@login_required
@limited("notice-preferences", limit=30)
@require_POST
def mail_times(request: SignedInRequest) -> HttpResponse:
    """Choose what comes by e-mail and in which hours none comes."""
    form = MailForm(request.POST)
    if not form.is_valid():
        return show_preferences(request, mail_form=form)
    given = form.cleaned_data
    mute_areas(request.user, given["mail_muted"], channel=Channel.EMAIL)
    set_mail_times(request.user, daily=given["daily"], quiet_from=given["quiet_from"], quiet_to=given["quiet_to"])
    messages.success(request, _("Your choice is saved."))
    return HttpResponseRedirect(reverse("notices:preferences"))


@login_required
@limited("notice-preferences", limit=30)
@require_POST
def forget(request: SignedInRequest) -> HttpResponse:
    """Delete the own e-mail address."""
    if forget_address(request.user):
        messages.success(request, _("The address is deleted. No e-mail will come."))
    return HttpResponseRedirect(reverse("notices:preferences"))


@never_cache
@limited("notice-confirm", limit=60, seconds=3600, methods=("GET", "POST"))
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether the address is right, and use it from then on; programs that only look at links confirm nothing."""
    kept = confirm_address(token) if request.method == "POST" else setting_behind(token)
    state = "gone" if kept is None else "done" if kept.verified_at else "ask"
    return render(request, "notices/confirm.html", {"state": state}, status=404 if state == "gone" else 200)
