"""Every address × every role: who gets in is written down in authorisation.txt, and a new address must be added there.

A line is: name of the address, method, then what each role gets. `in` = sent to sign in; a number is the status; `302` = done, or sent on.
"""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.architecture.county import ROLES, County, make_county
from tests.architecture.tree import ROOT

TABLE = ROOT / "tests/architecture/authorisation.txt"
# Wagtail's own addresses below these are asked for in bulk further down, or serve nothing here.
# What an address needs to be understood at all; without it even the owner would only hear "bad request".
BODIES = {
    "api:beat": {"seq": 1, "segments": [], "rate": 1, "visible": True},
    "api:save": {"seq": 1, "answer": [0]},
    "api:submit": {"uuid": "00000000-0000-4000-8000-000000000001"},
}
WAGTAILS = ("admin/", "documents/", "_util/")


def addresses(resolver: URLResolver, route: str = "", space: str = "") -> Iterator[tuple[str, str]]:
    """Yield the full name and route of every address."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name or '-'}", f"{route}{pattern.pattern}"
        else:
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from addresses(pattern, f"{route}{pattern.pattern}", inner)


def table() -> dict[tuple[str, str], list[str]]:
    """Return the written rules by address and method."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {(line[0], line[1]): line[2:] for line in lines}


def outcome(response: Any) -> str:
    """Return what a role gets, in the table's words."""
    if response.status_code in {HTTPStatus.FOUND, HTTPStatus.SEE_OTHER} and "/accounts/login" in response["Location"]:
        return "in"
    return str(response.status_code)


def ask(county: County, role: str, name: str, method: str) -> str:
    """Ask for one address as one role and undo whatever it did."""
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(county.people[role])
    with transaction.atomic():
        address = reverse(name, kwargs=county.arguments.get(name))
        body = json.dumps(BODIES.get(name, {})) if name.startswith("api:") else ""
        kind = "application/json" if name.startswith("api:") else "application/x-www-form-urlencoded"
        found = outcome(client.generic(method, address, body, kind, headers={"Tus-Resumable": "1.0.0"}))
        transaction.set_rollback(True)
    return found


def test_every_address_stands_in_the_table() -> None:
    ours = {name for name, route in addresses(get_resolver()) if not route.startswith(WAGTAILS)}
    unnamed = {"videos:-", "wagtail_serve"}
    assert ours - unnamed == {name for name, _method in table()} - {"wagtailadmin_home"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_what_the_table_says(role: str) -> None:
    county, column = make_county(), ROLES.index(role)
    got = {key: ask(county, role, *key) for key in table()}
    assert got == {key: row[column] for key, row in table().items()}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["anonymous", "member"])
def test_nothing_of_the_admin_opens_for_somebody_without_a_duty(role: str) -> None:
    county = make_county()
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(county.people[role])
    plain = {
        f"/{route}"
        for _name, route in addresses(get_resolver())
        if route.startswith("admin/") and "<" not in route and "^" not in route
    }
    # The sign-in door itself, and what carries no content: words and icons of the admin's scripts.
    open_to_all = {"/admin/login/", "/admin/jsi18n/", "/admin/password_reset/", "/admin/logout/", "/admin/sprite/"}
    opened = {path for path in sorted(plain - open_to_all) if client.get(path).status_code == HTTPStatus.OK}
    assert opened == set()
