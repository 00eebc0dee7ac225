"""The page after too many wrong passwords."""

from math import ceil
from typing import Any

from axes.helpers import get_client_ip_address
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.accounts.backends import lockout_name
from cms.accounts.queries import lockout_ends_at
from cms.core.clock import now


def locked_out(request: HttpRequest, response: Any = None, credentials: Any = None) -> HttpResponse:
    """Answer after too many wrong passwords: say how long the pause lasts and which other way is open."""
    name = lockout_name(request, credentials or {"username": request.POST.get("login", "")})
    ends_at = lockout_ends_at(name, str(get_client_ip_address(request)))
    seconds = max(1, ceil((ends_at - now()).total_seconds()))
    context = {"ends_at": ends_at, "minutes": ceil(seconds / 60)}
    page = render(request, "accounts/locked.html", context, status=429)
    page.headers["Retry-After"] = str(seconds)
    return page
