"""What a report may be about: rooms above register how a kind is found, so that their own doors decide."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import Http404
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.feedback.enums import OF_FILMS, OF_THE_SITE, Category
from cms.organisations.models import Organisation
from cms.organisations.queries import home_organisation

SITE = "site"
BRANCH = "branch"
# Where suggestions are welcome: they are about no single thing.
FOR_SUGGESTIONS = frozenset({SITE, BRANCH})


@dataclass(frozen=True)
class Subject:
    """The thing a report is about, as the person who reports may see it."""

    kind: str
    pk: str
    label: str
    url: str
    organisation: Organisation | None


@dataclass(frozen=True)
class TakenDown:
    """What a report is about was taken down; `url` is where the person may allow it again, or empty."""

    url: str


Finder = Callable[[User | AnonymousUser, str], Subject]
Look = Callable[[User, str], TakenDown | None]
_finders: dict[str, Finder] = {}
_looks: dict[str, Look] = {}
_problems: dict[str, tuple[Category, ...]] = {}


def reportable(
    kind: str, finder: Finder, *, problems: tuple[Category, ...] = OF_FILMS, look: Look | None = None
) -> None:
    """Register how (person, id) finds a subject of the kind; the finder raises Http404 for what is not theirs to see.

    `problems` are offered to who reports, the usual one first. `look` says to somebody on duty whether it was taken
    down; nothing of the kind ever is where there is no look.
    """
    _finders[kind] = finder
    _problems[kind] = problems
    if look is not None:
        _looks[kind] = look


def problems_with(kind: str) -> tuple[Category, ...]:
    """Return what can be wrong with things of the kind, the usual one first."""
    return OF_THE_SITE if kind in FOR_SUGGESTIONS else _problems.get(kind, OF_FILMS)


def taken_down(user: User, kind: str, pk: str) -> TakenDown | None:
    """Return that the subject was taken down and where the person may allow it again, or None."""
    look = _looks.get(kind)
    return look(user, pk) if look else None


def branch_of(user: User | AnonymousUser) -> Subject:
    """Return the person's own organisation as a subject; raises Http404 for somebody who belongs nowhere."""
    home = home_organisation(user) if isinstance(user, User) else None
    if home is None:
        raise Http404
    return Subject(BRANCH, str(home.pk), home.name, "", home)


def find_subject(user: User | AnonymousUser, kind: str, pk: str) -> Subject:
    """Return the subject; raises Http404 for an unknown kind and for what the person may not see."""
    if kind == SITE:
        return Subject(SITE, "", _("This website"), "", Organisation.get_first_root_node())
    if kind == BRANCH:
        return branch_of(user)
    finder = _finders.get(kind)
    if finder is None:
        raise Http404
    return finder(user, pk)
