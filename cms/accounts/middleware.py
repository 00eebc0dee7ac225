"""Staff without a second factor are led to set one up before anything else."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

GetResponse = Callable[[HttpRequest], HttpResponse]
ALWAYS_OPEN = ("/accounts/", "/static/", "/healthz", "/readyz", "/i18n/", "/preferences/", "/help/")


class SecondFactorMiddleware:
    """Redirect a signed-in person whose role requires a second factor to its set-up page until one exists."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            user.is_authenticated
            and user.mfa_required
            and not request.path.startswith(ALWAYS_OPEN)
            and not is_mfa_enabled(user)
        ):
            return HttpResponseRedirect(reverse("mfa_activate_totp"))
        return self.get_response(request)
