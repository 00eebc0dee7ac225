"""Signing in with a code or QR that the branch issued."""

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from cms.accounts.codes import digest_of
from cms.accounts.forms import CodeForm
from cms.accounts.models import User
from cms.accounts.queries import find_open_qr
from cms.accounts.services import redeem_digits, redeem_qr
from cms.core.ratelimit import is_over_limit, limited, refuse
from cms.core.views import safe_next

TRIES_A_NAME = 10
NAME_WINDOW_S = 600


@never_cache
@sensitive_post_parameters("code")
@limited("sign-in-code", limit=30, seconds=300)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_with_code(request: HttpRequest) -> HttpResponse:
    """Ask for name and six digits; every wrong answer reads the same."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(safe_next(request))
    form = CodeForm(request.POST or None)
    wrong = False
    if request.method == "POST" and form.is_valid():
        name, code = form.cleaned_data["name"], form.cleaned_data["code"]
        if is_over_limit("code-name", digest_of(name.lower()), limit=TRIES_A_NAME, seconds=NAME_WINDOW_S):
            return refuse(request, NAME_WINDOW_S)  # type: ignore[return-value]  # a page, as the path is not below /api/
        user = redeem_digits(name, code)
        if user is not None:
            return welcome(request, user)
        wrong = True
    context = {"form": form, "wrong": wrong, "next": safe_next(request, "")}
    return render(request, "accounts/code.html", context, status=400 if request.method == "POST" else 200)


@never_cache
@limited("sign-in-qr", limit=60, seconds=300)
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_with_qr(request: HttpRequest, token: str) -> HttpResponse:
    """Show whose account the QR opens and ask to confirm; only the confirmation uses it up.

    Messengers and scanners fetch addresses for a preview: a GET must not spend the code.
    """
    if request.user.is_authenticated:
        return render(request, "accounts/qr_signed_in.html")
    if request.method == "POST":
        user = redeem_qr(token)
        if user is not None:
            return welcome(request, user)
    code = find_open_qr(token)
    return render(request, "accounts/qr.html", {"code": code}, status=200 if code else 410)


def welcome(request: HttpRequest, user: User) -> HttpResponse:
    """Sign the person in through allauth's stages, so that a second factor of one's own is still asked for."""
    record_authentication(request, user, method="branch_code")
    response: HttpResponse = perform_login(request, Login(user=user, redirect_url=safe_next(request)))
    return response
