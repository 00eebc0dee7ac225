"""Who has a workbench, and which pages belong to it for whom."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.organisations.enums import STAFF_ROLES, TREE_ROLES, Role
from cms.organisations.queries import standing_of

PEOPLE_ROLES = (Role.BRANCH_SECRETARY, Role.BRANCH_ADMIN)
# (address name, words, roles that need it)
TABS = (
    ("portal:workbench", _("To do"), tuple(STAFF_ROLES)),
    ("organisations:members", _("Members"), PEOPLE_ROLES),
    ("booking:overview", _("Lectures"), (*PEOPLE_ROLES, Role.EDITOR)),
    ("lecturers:keeping", _("Lecturers we lend"), (*PEOPLE_ROLES, Role.EDITOR)),
    ("organisations:tree", _("Organisations"), tuple(TREE_ROLES)),
    ("ledger:disputes", _("Questions about hours"), PEOPLE_ROLES),
    ("organisations:disputes", _("Questions about data"), (*PEOPLE_ROLES, Role.SECURITY_OFFICER)),
    ("courses:assignments", _("Courses for us"), PEOPLE_ROLES),
    ("courses:branch_guides", _("Guides of our branch"), PEOPLE_ROLES),
    ("courses:playlists", _("Topics and playlists"), PEOPLE_ROLES),
    ("feedback:reports", _("Problem reports"), (*PEOPLE_ROLES, Role.EDITOR)),
    ("evaluations:list", _("Evaluations"), PEOPLE_ROLES),
    ("organisations:accounts", _("Accounts"), (Role.SECURITY_OFFICER,)),
    ("organisations:audit", _("Audit log"), (Role.AUDITOR,)),
    ("wagtailadmin_home", _("Content admin"), (Role.EDITOR, Role.REVIEWER)),
)
# The site's own work concerns everybody's: whoever holds one of these for the whole tree may watch it.
WATCHING_ROLES = (Role.EDITOR, Role.BRANCH_ADMIN)


def may_watch_work(user: User) -> bool:
    """Return whether the person looks after the site as a whole."""
    return user.is_superuser or standing_of(user).has_role_for_all(*WATCHING_ROLES)


def may_enter_workbench(user: User) -> bool:
    """Return whether the person has any duty for others."""
    return standing_of(user).has_role(*STAFF_ROLES)


def workbench_tabs(user: User, *, current: str) -> list[dict[str, Any]]:
    """Return the tabs this person may open."""
    standing = standing_of(user)
    tabs = [(name, label) for name, label, roles in TABS if standing.has_role(*roles)]
    if may_watch_work(user):
        tabs.append(("portal:work", _("The site's work")))
    return [{"label": label, "url": reverse(name), "current": name == current} for name, label in tabs]
