"""Staff without a second factor are led to set one up before anything else."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse

from cms.accounts.second_factor import lacks_second_factor, second_factor_needed

GetResponse = Callable[[HttpRequest], HttpResponse]
ALWAYS_OPEN = ("/accounts/", "/static/", "/i18n/", "/preferences/", "/help/")


class SecondFactorMiddleware:
    """Answer nothing but sign-in pages to a person whose duties need a second factor until one exists.

    Pages lead to its set-up, addresses below /api/ answer 403 as JSON. Bearer tokens are held to the same rule
    where they are read (`api_auth`).
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(ALWAYS_OPEN) or not lacks_second_factor(request.user):
            return self.get_response(request)
        if request.path.startswith("/api/"):
            refusal = second_factor_needed()
            body = {"code": refusal.code, "message": str(refusal.message), "fields": {}}
            return JsonResponse(body, status=refusal.status)
        return HttpResponseRedirect(reverse("mfa_activate_totp"))
