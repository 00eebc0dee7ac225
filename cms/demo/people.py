"""The county of the demonstration: its tree, its members, its role accounts; all through services."""

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from cms.accounts.models import User
from cms.core.clock import today
from cms.demo.accounts import ACCOUNTS, DemoAccount, give_known_second_factor
from cms.demo.names import make_names, phone_of
from cms.organisations.enums import MembershipKind, OrganisationKind
from cms.organisations.models import Organisation
from cms.organisations.services import create_organisation, grant_role, join

DATA = Path(__file__).parent / "data"
MEMBERS = 240
HOME_DELIVERY = 20
APPLICANTS = 8
MOBILE_SHARE = 0.1
SEED = 2026
OLDEST_JOIN = date(1986, 7, 1)

Tree = dict[str, Organisation]


def read_data(name: str) -> Any:
    """Return one of the data files."""
    return json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))


def plant_tree() -> Tree:
    """Create the organisations and return them by code."""
    tree: Tree = {}
    for node in read_data("organisations"):
        plant(node, None, tree)
    return tree


def plant(node: dict[str, Any], parent: Organisation | None, tree: Tree) -> None:
    """Create one organisation with all below it."""
    created = create_organisation(
        parent=parent,
        name=node["name"],
        short_name=node["short"],
        code=node["code"],
        kind=OrganisationKind(node["kind"]),
    )
    tree[node["code"]] = created
    for child in node.get("children", []):
        plant(child, created, tree)


def settle_members(tree: Tree) -> list[User]:
    """Create the members, spread over the branches; only role accounts have a password."""
    branches = [tree[code] for code in sorted(tree) if tree[code].kind == OrganisationKind.BRANCH]
    rng = random.Random(SEED)  # noqa: S311  # the same county at every run
    names = make_names(MEMBERS)
    members = [
        make_role_account(account, name, position)
        for position, (account, name) in enumerate(zip(ACCOUNTS, names, strict=False))
    ]
    for account, person in zip(ACCOUNTS, members, strict=True):
        join(person, tree[account.branch], starts_on=a_day(rng))
    for position in range(len(ACCOUNTS), MEMBERS):
        person = make_person(names[position], position)
        settle(person, branches[position % len(branches)], position, rng)
        members.append(person)
    return members


def make_role_account(account: DemoAccount, name: str, position: int) -> User:
    """Create a person who can sign in."""
    return User.objects.create_user(account.username, password=account.password, name=name, phone=phone_of(position))


def make_person(name: str, position: int) -> User:
    """Create a member without a password: the branch issues a code when one is needed."""
    return User.objects.create_user(
        f"yl{position:04d}", name=name, phone=phone_of(position), staff_number=f"YL{position:04d}"
    )


def settle(person: User, branch: Organisation, position: int, rng: random.Random) -> None:
    """Give the person a membership: a few applicants, some away from home, some who prefer lessons brought home."""
    applicant = position >= MEMBERS - APPLICANTS
    senior = position < len(ACCOUNTS) + HOME_DELIVERY
    join(
        person,
        branch,
        MembershipKind.APPLICANT if applicant else MembershipKind.MEMBER,
        today() - timedelta(days=rng.randrange(20, 300)) if applicant else a_day(rng),
        is_mobile=not senior and rng.random() < MOBILE_SHARE,
        needs_home_delivery=senior,
    )


def a_day(rng: random.Random) -> date:
    """Return a day of joining in the past decades."""
    return OLDEST_JOIN + timedelta(days=rng.randrange((today() - OLDEST_JOIN).days - 400))


def give_duties(tree: Tree) -> dict[str, User]:
    """Grant the role accounts their duties and second factors; return them by role."""
    people: dict[str, User] = {}
    for account in ACCOUNTS:
        person = User.objects.get(username=account.username)
        if account.duty is not None:
            grant_role(person, tree[account.scope], account.duty)
        if account.needs_second_factor:
            give_known_second_factor(person, account)
        people[account.role] = person
    return people
