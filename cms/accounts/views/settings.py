"""The person's own settings."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from cms.accounts.cookies import remember_preferences
from cms.accounts.forms import SettingsForm
from cms.accounts.queries import factor_counts
from cms.accounts.requests import SignedInRequest
from cms.accounts.second_factor import needs_second_factor
from cms.accounts.services import choose_preferences, end_all_sessions
from cms.core.ratelimit import limited


@login_required
@limited("settings", limit=30)
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: SignedInRequest) -> HttpResponse:
    """Show and store preferences; lead to password, second factor and passkeys."""
    user = request.user
    form = SettingsForm(request.POST or None, initial={"elder_view": user.elder_view, "language": user.language})
    if request.method == "POST" and form.is_valid():
        choose_preferences(user, **form.cleaned_data)
        response = HttpResponseRedirect(reverse("accounts:settings"))
        remember_preferences(response, user)
        messages.success(request, _("Your settings are saved."))
        return response
    context = {
        "form": form,
        "factors": factor_counts(user),
        "factor_needed": needs_second_factor(user),
        "has_password": user.has_usable_password(),
    }
    return render(request, "accounts/settings.html", context, status=400 if request.method == "POST" else 200)


@login_required
@limited("end-sessions", limit=10)
@require_POST
def sign_out_elsewhere(request: SignedInRequest) -> HttpResponse:
    """End every other session and keep this one."""
    end_all_sessions(request.user, actor=request.user)
    update_session_auth_hash(request, request.user)
    messages.success(request, _("You are signed out on all other devices; tokens of scripts have ended too."))
    return HttpResponseRedirect(reverse("accounts:settings"))
