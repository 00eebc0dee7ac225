"""Asking for an address as one person, and undoing whatever that did."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import urlencode

from django.conf import settings
from django.db import transaction
from django.template.base import Template
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.county import ROLES, County
from tests.architecture.tree import ROOT

# What an address needs to be understood at all; without it even the owner would only hear "bad request".
BODIES = {
    "api:beat": {"seq": 1, "segments": [], "rate": 1, "visible": True},
    "api:save": {"seq": 1, "answer": [0]},
    "api:submit": {"uuid": "00000000-0000-4000-8000-000000000001"},
}
# Wagtail's own addresses below these are asked for in admin.txt and in bulk, or serve nothing here.
WAGTAILS = ("admin/", "documents/", "_util/")
NAMELESS = {"videos:-", "wagtail_serve"}
TABLE = ROOT / "tests/architecture/authorisation.txt"
ADMIN_TABLE = ROOT / "tests/architecture/admin.txt"
ADMIN_ROLES = ("anonymous", "member", "secretary", "editor", "reviewer", "auditor", "security_officer", "superuser")
SHUT = {"in", "401", "403", "404", "405"}
FORM = "application/x-www-form-urlencoded"


def addresses(resolver: URLResolver, route: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Yield the full name and route of every address."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or '-'}", f"{route}{pattern.pattern}"
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, f"{route}{pattern.pattern}", inner)


def our_addresses() -> set[str]:
    """Return the names of all addresses but Wagtail's own."""
    return {name for name, route in addresses(get_resolver()) if not route.startswith(WAGTAILS)} - NAMELESS


def our_admin_views() -> dict[str, str]:
    """Return the views of ours below Wagtail's addresses, each with one of the routes at which it answers."""
    return {
        view: route for route, view in views(get_resolver()) if route.startswith(WAGTAILS) and view.startswith("cms.")
    }


def views(resolver: URLResolver, route: str = "") -> Iterator[tuple[str, str]]:
    """Yield the route of every address and the view that answers there, by its full name."""
    for pattern in resolver.url_patterns:
        inner = f"{route}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield inner, full_name(pattern.callback)
        else:
            yield from views(pattern, inner)


def full_name(view: Any) -> str:
    """Return the full name of a view: of its class where it has one, of the function where something was given to it."""
    named = getattr(view, "view_class", getattr(view, "func", view))
    return f"{named.__module__}.{named.__qualname__}"


@cache
def table(path: Path) -> dict[tuple[str, str], list[str]]:
    """Return the written rules by address and method."""
    lines = [line.split() for line in path.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {(line[0], line[1]): line[2:] for line in lines}


def insider(name: str, method: str) -> str:
    """Return a role that gets through the door of the address, the most ordinary one."""
    row = dict(zip(ROLES, table(TABLE)[name, method], strict=True))
    return next((role for role in (*ROLES[1:], ROLES[0]) if row[role] not in SHUT), ROLES[0])


class Visitor:
    """One person, signed in once: each request starts from the same cookie and leaves nothing behind."""

    def __init__(self, county: County, role: str) -> None:
        self.county = county
        self.key = None if role == "anonymous" else open_session(county, role)

    def send(self, method: str, path: str, body: str | bytes = "", kind: str = FORM) -> Any:
        """Send a request and return the answer, with everything it wrote undone."""
        client = Client(raise_request_exception=False)
        if self.key:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.key
        with transaction.atomic():
            response = client.generic(method, path, body, kind, headers={"Tus-Resumable": "1.0.0"})
            b"".join(getattr(response, "streaming_content", ()))  # at its end a file is closed
            transaction.set_rollback(True)
        return response

    def ask(self, name: str, method: str) -> str:
        """Ask for an address of ours by its name and return what came of it."""
        path = reverse(name, kwargs=self.county.arguments.get(name))
        if name in self.county.questions:
            path = f"{path}?{urlencode(self.county.questions[name])}"
        if name.startswith("api:"):
            return outcome(self.send(method, path, json.dumps(BODIES.get(name, {})), "application/json"))
        body = urlencode(self.county.forms.get(name, {})) if method == "POST" else ""
        return outcome(self.send(method, path, body))


@contextmanager
def undrawn() -> Iterator[None]:
    """Leave pages empty, for who gets in is decided before: drawing thousands of them takes longer than all the questions, and says nothing about doors.

    That no page breaks while it is drawn is asked in test_odd_input, in the rooms' tests and in the browser.
    """
    with patch.object(Template, "_render", lambda _template, _context: ""):
        yield


def open_session(county: County, role: str) -> str:
    """Return the cookie of a session in which the person signed in."""
    client = Client()
    client.force_login(county.people[role])
    return str(client.cookies[settings.SESSION_COOKIE_NAME].value)


def outcome(response: Any) -> str:
    """Return what a role gets, in the table's words."""
    if response.status_code in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER} and "/accounts/login" in response["Location"]:
        return "in"
    return str(response.status_code)
