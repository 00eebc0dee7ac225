"""Error pages and switches that belong to no other room."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cms.core.context_processors import ELDER_COOKIE
from cms.core.middleware import PRIVATE

API = "/api/"
YEAR_S = 60 * 60 * 24 * 365


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Explain a lost form protection instead of Django's English page; what was typed is still in the browser."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that nothing is here; to programs in the shape of every error of the API, where no view of it was reached."""
    if request.path.startswith(API):
        return refusal("not_found", _("There is nothing here, or it is not meant for you."), 404)
    return render(request, "404.html", status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Say that the request cannot be understood; to programs as `page_not_found` does."""
    if request.path.startswith(API):
        return refusal("invalid", _("Some values cannot be used."), 400)
    return render(request, "400.html", status=400)


def refusal(code: str, message: str, status: int) -> JsonResponse:
    """Return an error as docs/api.md promises it."""
    return JsonResponse({"code": code, "message": message, "fields": {}}, status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    # Without the request: context processors ask the database, which may be what is broken.
    return HttpResponse(get_template("500.html").render(), status=500)


def too_many_requests(request: HttpRequest, seconds: int = 60) -> HttpResponse:
    """Say until when to wait; sent with Retry-After."""
    response = render(request, "429.html", {"seconds": seconds}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response


def own_page(request: HttpRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """Render a page that is the person's own: no browser cache and no proxy keeps it."""
    response = render(request, template, context, status=status)
    response["Cache-Control"] = PRIVATE
    return response


def with_way(sentence: str, label: str, url: str) -> SafeString:
    """Return a message that ends with a way; without an address it is the sentence alone."""
    if not url:
        return format_html("{}", sentence)
    return format_html('{} <a class="link" href="{}">{}</a>', sentence, url, label)


def safe_next(request: HttpRequest, default: str = "/") -> str:
    """Return the form's `next` when it is an address below this site's root, else the default.

    Send it with HttpResponseRedirect: `redirect` would take a text without a slash for the name of an address.
    """
    target = request.POST.get("next") or request.GET.get("next") or default
    allowed = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if allowed and target.startswith("/") else default


@require_POST
def switch_elder_view(request: HttpRequest) -> HttpResponse:
    """Remember the elder view in a cookie, so that it also works before sign-in."""
    response = HttpResponseRedirect(safe_next(request))
    chosen = "1" if request.POST.get("elder") == "1" else "0"
    response.set_cookie(
        ELDER_COOKIE,
        chosen,
        max_age=YEAR_S,
        samesite="Lax",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
