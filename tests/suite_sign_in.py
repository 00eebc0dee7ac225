"""How the suite signs somebody in without a password.

Django's `force_login` makes a session, throws it away for another, and has the lock-out look for wrong passwords that
nobody typed: some twenty questions to the database, a thousand times in the suite. Here one session is made; those who
listen to a sign-in (the groups of editors, the last sign-in) hear of it as before.
"""

from typing import Any
from unittest import mock

from django.conf import settings
from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import Client

sign_in_over = Client._login  # type: ignore[attr-defined]  # Django's own, which its stubs leave out


def sign_in(client: Client, user: Any, backend: str | None = None) -> None:
    """Let the client have a session in which the person is signed in; one that has a session goes Django's way."""
    if settings.SESSION_COOKIE_NAME in client.cookies:
        sign_in_over(client, user, backend)
        return
    request = HttpRequest()
    request.session = SessionStore()
    # Nobody had it before the sign-in, so it needs no other key.
    request.session.cycle_key = lambda: None  # type: ignore[method-assign]
    with mock.patch.object(settings, "AXES_ENABLED", new=False):
        login(request, user, backend)
    request.session.save()
    client._set_login_cookies(request)  # type: ignore[attr-defined]  # the same


def install() -> None:
    """Let every `force_login` of this process go this way."""
    Client._login = sign_in  # type: ignore[attr-defined]
