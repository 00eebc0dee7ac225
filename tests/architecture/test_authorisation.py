"""Every address × every role: who gets in is written down, and a new address must be added there.

authorisation.txt has our own addresses by name, admin.txt the admin and Wagtail's files by path. A line is: address,
method, then what each role gets. `in` = sent to sign in; a number is the status; `302` = done, or sent on.
"""

from http import HTTPStatus
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import get_resolver, resolve

from tests.architecture.asking import (
    ADMIN_ROLES,
    ADMIN_TABLE,
    SHUT,
    TABLE,
    Visitor,
    addresses,
    full_name,
    our_addresses,
    our_admin_views,
    outcome,
    table,
    undrawn,
)
from tests.architecture.county import ROLES, County

pytestmark = pytest.mark.wide

# Shut for everybody in the county, each for a reason that has tests of its own.
NEVER_OPEN = {
    "portal:readyz",  # no worker runs in a test
    "portal:metrics",  # needs the operator's token
    "api:api-root",  # ninja's placeholder
    "mfa_view_recovery_codes",  # nobody has recovery codes
    "mfa_download_recovery_codes",
}


def test_every_address_stands_in_the_table() -> None:
    assert our_addresses() == {name for name, _method in table(TABLE)} - {"wagtailadmin_home"}


def test_every_row_lets_somebody_in() -> None:
    shut = {name for (name, _method), row in table(TABLE).items() if set(row) <= SHUT | {"503"}}
    assert shut == NEVER_OPEN


@pytest.mark.timeout(600)
def test_each_role_gets_what_the_table_says(county: County) -> None:
    visitors = [Visitor(county, role) for role in ROLES]
    with undrawn():
        got = {key: [visitor.ask(*key) for visitor in visitors] for key in table(TABLE)}
    assert got == table(TABLE)


def test_a_method_that_does_not_stand_in_the_table_lets_nobody_in(county: County) -> None:
    written, owner, secretary = table(TABLE), Visitor(county, "member"), Visitor(county, "secretary")
    # The API has one address with several methods, each under a name of its own.
    names = sorted(name for name in our_addresses() if not name.startswith("api:"))
    others = [(name, method) for name in names for method in ("GET", "POST") if (name, method) not in written]
    with undrawn():
        opened = [key for key in others for visitor in (owner, secretary) if visitor.ask(*key) not in SHUT]
    assert opened == []


def test_every_view_of_ours_in_the_admin_has_a_row(county: County) -> None:
    paths = [path.format(**county.files).partition("?")[0] for path, _method in table(ADMIN_TABLE)]
    asked = {full_name(resolve(unquote(path)).func) for path in paths}
    assert {view: route for view, route in our_admin_views().items() if view not in asked} == {}


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_admin_documents_and_pictures_open_for_whom_the_table_says(county: County) -> None:
    visitors = [Visitor(county, role) for role in ADMIN_ROLES]
    with undrawn():
        got = {
            (path, method): [outcome(visitor.send(method, path.format(**county.files))) for visitor in visitors]
            for path, method in table(ADMIN_TABLE)
        }
    assert got == table(ADMIN_TABLE)


@pytest.mark.parametrize("role", ["anonymous", "member"])
def test_nothing_of_the_admin_opens_for_somebody_without_a_duty(county: County, role: str) -> None:
    client = Client(raise_request_exception=False)
    if role != "anonymous":
        client.force_login(county.people[role])
    plain = {
        f"/{route}"
        for _name, route in addresses(get_resolver())
        if route.startswith("admin/") and "<" not in route and "^" not in route
    }
    # The sign-in door itself, and what carries no content: words and icons of the admin's scripts.
    open_to_all = {"/admin/login/", "/admin/jsi18n/", "/admin/password_reset/", "/admin/sprite/"}
    opened = {path for path in sorted(plain - open_to_all) if client.get(path).status_code == HTTPStatus.OK}
    assert opened == set()
