"""The way out of the admin."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods


@require_http_methods(["GET", "HEAD", "POST"])
def leave_admin(request: HttpRequest) -> HttpResponse:
    """Lead to the site's one way out: an address that was only opened is asked there first, the menu's form signs out.

    Wagtail's own view ends a session before it looks at the method, so that a picture with this address would.
    """
    return HttpResponseRedirect(reverse("account_logout"), preserve_request=request.method == "POST")
