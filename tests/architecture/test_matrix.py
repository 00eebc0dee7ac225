"""Every address that names a thing × every role × own or other organisation × published or not.

matrix.txt is written from the table of addresses: authorisation.txt says who opens the own county's things as they are;
here the same is asked for things that were taken offline, for those of a county elsewhere, and for those of it that were
taken offline. A new address without rows fails. `WEIKE_WRITE_MATRIX=1 pytest tests/architecture/test_matrix.py -n 0`
writes the file anew: read what changed before you keep it.
"""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models

from tests.architecture.asking import ADMIN_ROLES, ADMIN_TABLE, SHUT, TABLE, Visitor, outcome, table, undrawn
from tests.architecture.county import ROLES, County, make_county
from tests.architecture.tree import ROOT

pytestmark = [pytest.mark.wide, pytest.mark.timeout(1200)]

MATRIX = ROOT / "tests/architecture/matrix.txt"
WRITE = "WEIKE_WRITE_MATRIX"
HEAD = (
    "# Who may open what of others, and of what is not published; see test_matrix.py, which writes this file.\n"
    f"# Columns: address method variant {' '.join(ROLES)}; words as in authorisation.txt\n"
    f"# Paths, with the names of county.py in braces: {' '.join(ADMIN_ROLES)}\n"
)
# Opened by whoever holds the secret in the address, wherever that person belongs.
BY_SECRET = {"accounts:qr", "booking:calendar", "evaluations:mark", "notices:confirm", "videos:rendition"}
# The arguments name no thing of an organisation, or one of the person's own.
OF_NOBODY = {
    *("portal:help", "portal:about", "ledger:export", "assets:site_file", "organisations:dispute"),
    *("mfa_edit_webauthn", "mfa_remove_webauthn"),
}
# Videos, quizzes and files have no state of publishing: what uses them sets their visibility, and here it was left open.
BY_VISIBILITY = {"api:begin", "quizzes:answer", "watching:add_note", "{published_file}"}
# The sections of the tree and the library's collection of files are one for all editors.
SHARED = {
    *("/admin/pages/{home_page}/", "/admin/pages/{section}/", "/admin/pages/{section}/edit/"),
    *("/admin/pages/{section}/add_subpage/", "/admin/pages/add/library/resourcepage/{section}/"),
    "/admin/documents/edit/{library_document}/",
    "/admin/api/main/documents/{library_document}/",
    # Rules of counting hours are the site's.
    "/admin/snippets/ledger/hourrule/edit/{rule}/",
    # So are words that search takes for the same; what came along is never deleted.
    "/admin/snippets/portal/synonymset/edit/{synonyms}/",
    "/admin/snippets/portal/synonymset/delete/{synonyms}/",
    "/admin/bulk/portal/synonymset/delete/?id={synonyms}",
    # Files on disks are the site's; whoever looks after a whole tree has them examined, and is shown none.
    "portal:mend_video",
    # So is what workers could not do, and what search could not take.
    "portal:retry_job",
    "portal:index_again",
}
# What is sent is looked at before the thing is looked for; without it nobody learns more than that it was empty.
READ_FIRST = {"api:counter_booking"}
# Answers with the names of those that are offered: of nothing, where nothing is (see the last test).
NAMES_OFFERED = {
    "/admin/keeper_chooser/chosen-multiple/?id={owner}",
    "/admin/lesson_documents/chosen-multiple/?id={private_document}",
    "/admin/choose-page/chosen-multiple/?id={page_elsewhere}",
    *(
        f"/admin/snippets/choose/{kind}/chosen-multiple/?id={{{name}}}"
        for kind, name in (
            ("lessons/microlesson", "draft"),
            ("lecturers/lecturer", "lecturer"),
            ("venues/venue", "venue"),
        )
    ),
}
# A site has one tree: who is security officer at a root looks after every account, also of people who belong nowhere.
OF_ALL_ROOTS = {
    f"organisations:{act}"
    for act in (
        *("account", "answer_dispute", "close_account", "grant_role", "reopen_account", "reset_factor"),
        *("set_password", "unlock_account"),
    )
}

Row = tuple[str, str, str]


def models_with_a_state() -> Iterator[type[models.Model]]:
    """Yield every model of ours whose rows are published or not."""
    for model in apps.get_models():
        try:
            model._meta.get_field("live")
        except FieldDoesNotExist:
            continue
        yield model


def take_offline() -> None:
    """Take everything offline that may be published, whatever room it belongs to."""
    for model in models_with_a_state():
        model._default_manager.filter(live=True).exclude(pk__in=roots(model)).update(live=False)


def roots(model: type[models.Model]) -> list[int]:
    """Return the keys of Wagtail's own first pages, without which no page is served."""
    return [1, 2] if model._meta.label == "wagtailcore.Page" else []


def ask_all(county: County, variant: str) -> dict[Row, list[str]]:
    """Return what each role gets at every address that names a thing."""
    visitors = [Visitor(county, role) for role in ROLES]
    named = [(name, method) for name, method in table(TABLE) if county.arguments.get(name)]
    return {(name, method, variant): [one.ask(name, method) for one in visitors] for name, method in named}


def ask_paths(county: County, variant: str) -> dict[Row, list[str]]:
    """Return what each role gets of the admin, of files and of pages that name a thing."""
    visitors = [Visitor(county, role) for role in ADMIN_ROLES]
    named = [(path, method) for path, method in table(ADMIN_TABLE) if "{" in path]
    return {
        (path, method, variant): [outcome(one.send(method, path.format(**county.files))) for one in visitors]
        for path, method in named
    }


def everything(county: County) -> dict[Row, list[str]]:
    """Return the whole matrix; the people are those of the first county throughout."""
    elsewhere = replace(make_county(), people=county.people)
    found = ask_all(elsewhere, "other") | ask_paths(elsewhere, "other")
    take_offline()
    for place, variant in ((county, "offline"), (elsewhere, "other-offline")):
        found |= ask_all(place, variant) | ask_paths(place, variant)
    return found


def written() -> dict[Row, list[str]]:
    """Return the rows of the file."""
    lines = [line.split() for line in MATRIX.read_text().splitlines() if line and not line.startswith("#")]
    return {(line[0], line[1], line[2]): line[3:] for line in lines}


def write(found: dict[Row, list[str]]) -> None:
    """Write the file anew, sorted, in columns."""
    rows = [
        f"{name:<32} {method:<5} {variant:<13} {' '.join(f'{one:<4}' for one in got)}".rstrip()
        for (name, method, variant), got in sorted(found.items())
    ]
    MATRIX.write_text(HEAD + "\n".join(rows) + "\n")


# Wagtail leaves the temporary file of a new rendition to the garbage collector.
@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_each_role_gets_what_the_matrix_says(county: County) -> None:
    with undrawn():
        found = everything(county)
    if os.environ.get(WRITE):
        write(found)
    known = written()
    assert found.keys() ^ known.keys() == set()
    assert {row: got for row, got in found.items() if got != known[row]} == {}


def is_open(name: str, got: list[str]) -> bool:
    """Return whether anybody but the superuser gets in; the admin sends who may not to its first page."""
    if "{" in name:
        return not set(got[:-1]) <= SHUT | {"302"}
    return not set(got) <= SHUT | {"412"}


def test_things_elsewhere_that_are_not_published_open_for_nobody_here() -> None:
    rows = written().items()
    opened = {name for (name, _method, variant), got in rows if variant == "other-offline" and is_open(name, got)}
    allowed = BY_SECRET | OF_NOBODY | BY_VISIBILITY | SHARED | READ_FIRST | OF_ALL_ROOTS | NAMES_OFFERED
    assert opened - allowed == set()


@pytest.mark.parametrize("role", ["editor", "reviewer"])
def test_windows_of_the_admin_name_nothing_elsewhere_that_is_not_published(county: County, role: str) -> None:
    elsewhere = make_county()
    take_offline()
    visitor = Visitor(county, role)
    named = {path: visitor.send("GET", path.format(**elsewhere.files)).json()["result"] for path in NAMES_OFFERED}
    assert {path: names for path, names in named.items() if names} == {}
