"""Who belongs where and who may act for whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Length, Substr

from cms.accounts.models import AuditEntry, User
from cms.core.clock import today
from cms.organisations.enums import MANAGING_ROLES, Role
from cms.organisations.models import DataDispute, Membership, Organisation, RoleAssignment

STEP = Organisation.steplen
# What a list to choose from may hold.
MOST_TO_CHOOSE = 300


@dataclass(frozen=True)
class Standing:
    """Where a person stands today: paths of the own organisations, and (role, path) of each duty."""

    organisation_paths: tuple[str, ...] = ()
    duties: tuple[tuple[str, str], ...] = ()

    def has_role_at(self, roles: Iterable[str], path: str) -> bool:
        """Return whether one of the roles reaches the organisation with this treebeard path."""
        wanted = set(roles)
        return any(role in wanted and path.startswith(held) for role, held in self.duties)

    def has_role(self, *roles: str) -> bool:
        """Return whether one of the roles is held anywhere."""
        return any(role in roles for role, _path in self.duties)

    def paths_of(self, *roles: str) -> tuple[str, ...]:
        """Return the roots of the subtrees in which one of the roles is held."""
        return tuple(sorted({path for role, path in self.duties if role in roles}))

    def has_role_for_all(self, *roles: str) -> bool:
        """Return whether one of the roles is held for a whole tree, not for a part of it."""
        return any(len(path) == STEP for path in self.paths_of(*roles))


def standing_of(user: User | AnonymousUser) -> Standing:
    """Return the person's standing today; read once for each user object (two queries), empty for visitors."""
    if not isinstance(user, User):
        return Standing()
    cached: Standing | None = getattr(user, "_standing", None)
    if cached is None:
        cached = read_standing(user)
        user._standing = cached  # type: ignore[attr-defined]  # noqa: SLF001  # cache for the request's user object
    return cached


def read_standing(user: User) -> Standing:
    """Read the person's standing from the database."""
    day = today()
    paths = current_memberships(day).filter(user=user).values_list("organisation__path", flat=True)
    duties = current_roles(day).filter(user=user).values_list("role", "organisation__path")
    return Standing(tuple(sorted(set(paths))), tuple(sorted(set(duties))))


def forget_standing(user: User) -> None:
    """Let the next `standing_of` read again, after a membership or role changed."""
    user.__dict__.pop("_standing", None)


def current_memberships(day: date) -> QuerySet[Membership]:
    """Return memberships in force on the day."""
    return Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


def current_roles(day: date) -> QuerySet[RoleAssignment]:
    """Return roles in force on the day."""
    return RoleAssignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


def ancestor_paths(path: str) -> list[str]:
    """Return the treebeard paths of an organisation and everything above it, root first."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def holders_of(role: Role, organisation: Organisation) -> QuerySet[User]:
    """Return active people whose role reaches the organisation (held at it or above it)."""
    holders = current_roles(today()).filter(role=role, organisation__path__in=ancestor_paths(organisation.path))
    return User.objects.filter(is_active=True, pk__in=holders.values("user"))


def keepers_of(organisation: Organisation) -> list[User]:
    """Return who keeps the organisation: its secretaries, then administrators, or those of the next above that has some."""
    reaching = current_roles(today()).filter(organisation__path__in=ancestor_paths(organisation.path))
    duties = reaching.filter(role__in=MANAGING_ROLES, user__is_active=True).select_related("user", "organisation")
    rows = sorted(duties, key=lambda duty: (-duty.organisation.depth, duty.role == Role.BRANCH_ADMIN, duty.user_id))
    return list({duty.user_id: duty.user for duty in rows if duty.organisation == rows[0].organisation}.values())


def speakers_for(organisation: Organisation) -> list[User]:
    """Return who speaks for what the organisation lends or opens to others: those who keep it, else its editors."""
    return keepers_of(organisation) or list(holders_of(Role.EDITOR, organisation))


def home_organisation(user: User) -> Organisation | None:
    """Return the organisation the person belongs to today, or None."""
    membership = current_memberships(today()).filter(user=user).select_related("organisation").first()
    return membership.organisation if membership else None


def home_organisations(users: Iterable[User]) -> dict[int, Organisation]:
    """Return the organisation that each person belongs to today, by the person's key (one query)."""
    found = current_memberships(today()).filter(user__in={user.pk for user in users}).select_related("organisation")
    return {membership.user_id: membership.organisation for membership in found}


def below(paths: Iterable[str], prefix: str = "") -> Q:
    """Return the filter for organisations at or below the paths; matches nothing when there is none."""
    wanted = Q(pk__in=[])
    for path in paths:
        wanted |= Q(**{f"{prefix}path__startswith": path})
    return wanted


def organisations_below(paths: Iterable[str]) -> QuerySet[Organisation]:
    """Return the active organisations at or below the paths, in the order of the tree."""
    found: QuerySet[Organisation] = Organisation.objects.filter(below(paths), is_active=True).order_by("path")
    return found


def holding(rows: QuerySet[Any], *, most: int = MOST_TO_CHOOSE) -> QuerySet[Organisation]:
    """Return the organisations at which, or below which, rows with an `organisation` stand, in the order of the tree.

    At most so many, the higher levels first and each level whole: a province has tens of thousands of branches, and
    nobody finds one in such a list. One query for each level, however many rows there are.
    """
    paths: set[str] = set()
    level, depth = set[str](), 1
    while depth == 1 or level:
        deep = rows.order_by().filter(organisation__depth__gte=depth)
        above = deep.annotate(held_below=Substr("organisation__path", 1, STEP * depth)).values_list(
            "held_below", flat=True
        )
        level = set(above.distinct()[: most - len(paths) + 1])
        if len(paths) + len(level) > most:
            break
        paths |= level
        depth += 1
    found: QuerySet[Organisation] = Organisation.objects.filter(path__in=paths).order_by("path")
    return found


def tree_below(paths: Iterable[str], *, words: str = "") -> QuerySet[Organisation]:
    """Return the organisations at or below the paths in the order of the tree, closed ones too.

    Each has `members` (how many people belong to it today) and `above` (the name of the one above, or None). `words` look
    into names and codes.
    """
    here = current_memberships(today()).filter(organisation=OuterRef("pk"), user__is_active=True)
    counted = here.order_by().values("organisation").annotate(number=Count("pk")).values("number")
    above = Organisation.objects.filter(path=Substr(OuterRef("path"), 1, Length(OuterRef("path")) - STEP))
    found = Organisation.objects.filter(below(paths)).annotate(
        members=Coalesce(Subquery(counted), 0), above=Subquery(above.values("name"))
    )
    if words:
        found = found.filter(Q(name__icontains=words) | Q(short_name__icontains=words) | Q(code__icontains=words))
    ordered: QuerySet[Organisation] = found.order_by("path")
    return ordered


def past_of(organisation: Organisation) -> QuerySet[AuditEntry]:
    """Return what was done to the organisation itself, the latest first."""
    kind = organisation._meta.label_lower
    return AuditEntry.objects.filter(target_kind=kind, target_id=str(organisation.pk)).order_by("-at", "-pk")


def history_of(user: User) -> QuerySet[Membership]:
    """Return all memberships of the person with their organisations, in the order of the model."""
    return Membership.objects.filter(user=user).select_related("organisation")


def duties_of(user: User) -> QuerySet[RoleAssignment]:
    """Return the duties that the person holds today, with their organisations."""
    return current_roles(today()).filter(user=user).select_related("organisation")


def directly_below(organisation: Organisation) -> QuerySet[Organisation]:
    """Return the next level below, as `tree_below` does."""
    return tree_below([organisation.path]).filter(depth=organisation.depth + 1)


def objections_of(user: User) -> QuerySet[DataDispute]:
    """Return the person's own objections, in the order of the model."""
    return DataDispute.objects.filter(user=user)


def names_of_organisations(codes: Iterable[str]) -> dict[str, str]:
    """Return the present names of the organisations with these codes."""
    return dict(Organisation.objects.filter(code__in=codes).values_list("code", "name"))


def names_of_people(keys: Iterable[int]) -> dict[int, str]:
    """Return the names of the people with these keys, as far as there are accounts."""
    return dict(User.objects.filter(pk__in=keys).values_list("pk", "name"))


def members_below(
    paths: Iterable[str], *, words: str = "", organisation: Organisation | None = None
) -> QuerySet[Membership]:
    """Return today's memberships at or below the paths with person and organisation, sorted by tree and name.

    `words` look into the name, or name a staff number; phones are not searched, because they would stand in addresses.
    """
    found = current_memberships(today()).filter(below(paths, "organisation__"), user__is_active=True)
    if organisation is not None:
        found = found.filter(organisation__path__startswith=organisation.path)
    if words:
        found = found.filter(Q(user__name__icontains=words) | Q(user__staff_number__iexact=words))
    return found.select_related("user", "organisation").order_by("organisation__path", "user__name", "user__pk")


def people_of(organisation: Organisation) -> QuerySet[User]:
    """Return the active people who belong to exactly this organisation today, by name."""
    here = current_memberships(today()).filter(organisation=organisation)
    return User.objects.filter(is_active=True, pk__in=here.values("user")).order_by("name", "pk")


def accounts_of(organisation: Organisation) -> QuerySet[User]:
    """Return everybody who belongs to exactly this organisation today, closed accounts as well: what they sent is here."""
    return User.objects.filter(pk__in=current_memberships(today()).filter(organisation=organisation).values("user"))


def people_in_reach(paths: Iterable[str], *, words: str = "") -> QuerySet[User]:
    """Return everybody who belongs to or holds a duty at or below the paths; whoever reaches a root reaches all.

    Accounts without any membership exist only for the county, so they stand under every root.
    """
    paths = tuple(paths)
    people = User.objects.all()
    if not any(len(path) == STEP for path in paths):
        belongs = current_memberships(today()).filter(below(paths, "organisation__"), user=OuterRef("pk"))
        on_duty = current_roles(today()).filter(below(paths, "organisation__"), user=OuterRef("pk"))
        people = people.filter(Exists(belongs) | Exists(on_duty)) if paths else people.none()
    if words:
        people = people.filter(Q(name__icontains=words) | Q(username__iexact=words) | Q(staff_number__iexact=words))
    return people.order_by("name", "pk")


def handlers_of_disputes(user: User) -> QuerySet[User]:
    """Return who looks into a person's objections: the branch's administrators, else the security officers."""
    home = home_organisation(user)
    roles = current_roles(today())
    if home is not None:
        near = roles.filter(role__in=MANAGING_ROLES, organisation__path__in=ancestor_paths(home.path))
        handlers = User.objects.filter(is_active=True, pk__in=near.values("user")).exclude(pk=user.pk)
        if handlers.exists():
            return handlers
    officers = roles.filter(role=Role.SECURITY_OFFICER)
    return User.objects.filter(is_active=True, pk__in=officers.values("user")).exclude(pk=user.pk)


def disputes_in_reach(paths: Iterable[str]) -> QuerySet[DataDispute]:
    """Return the disputes of people at or below the paths, open ones first."""
    people = people_in_reach(paths)
    return (
        DataDispute.objects.filter(user__in=people.order_by())
        .select_related("user", "answered_by")
        .order_by("-status", "-created_at")
    )


def with_duties(people: QuerySet[User]) -> QuerySet[User]:
    """Return the people with `duties`: today's roles and their organisations, in one further query."""
    roles = current_roles(today()).select_related("organisation")
    return people.prefetch_related(Prefetch("role_assignments", queryset=roles, to_attr="duties"))
