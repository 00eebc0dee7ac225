"""Who belongs where and who may act for whom."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cms.accounts.models import User
from cms.core.clock import today
from cms.organisations.enums import Role
from cms.organisations.models import Membership, Organisation, RoleAssignment

STEP = Organisation.steplen


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


def current_memberships(day: object) -> QuerySet[Membership]:
    """Return memberships in force on the day."""
    return Membership.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


def current_roles(day: object) -> QuerySet[RoleAssignment]:
    """Return roles in force on the day."""
    return RoleAssignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)


def ancestor_paths(path: str) -> list[str]:
    """Return the treebeard paths of an organisation and everything above it, root first."""
    return [path[:end] for end in range(STEP, len(path) + 1, STEP)]


def holders_of(role: Role, organisation: Organisation) -> QuerySet[User]:
    """Return active people whose role reaches the organisation (held at it or above it)."""
    holders = current_roles(today()).filter(role=role, organisation__path__in=ancestor_paths(organisation.path))
    return User.objects.filter(is_active=True, pk__in=holders.values("user"))


def home_organisation(user: User) -> Organisation | None:
    """Return the organisation the person belongs to today, or None."""
    membership = current_memberships(today()).filter(user=user).select_related("organisation").first()
    return membership.organisation if membership else None
