"""Pages around signing in."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from cms.core.views import too_many_requests

LOCKED_S = 15 * 60


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Answer after too many wrong passwords: say how long the pause lasts and which other way is open."""
    return too_many_requests(request, LOCKED_S)
