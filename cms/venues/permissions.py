"""Who sees which place, who keeps it, who agrees visits; views and the admin use only these doors."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404
from wagtail.permission_policies import BasePermissionPolicy

from cms.accounts.models import User
from cms.core.clock import today
from cms.core.offered import offers
from cms.organisations.enums import MANAGING_ROLES, Role
from cms.organisations.queries import below, current_roles, standing_of
from cms.review.models import ReviewTaskState
from cms.review.permissions import get_review_for
from cms.venues.models import Region, Venue, VenueVisit
from cms.venues.queries import guests_below, has_places, visible_venues, visits_below, with_hours

KEEPERS = (Role.EDITOR,)
READERS = (Role.EDITOR, Role.REVIEWER)
HOSTS = (*sorted(MANAGING_ROLES), *KEEPERS)


def get_venue_for(user: User | AnonymousUser, pk: int) -> Venue:
    """Return a published place that is open to the person, with all that its page shows. Raises Http404."""
    venue = with_hours(visible_venues(user)).prefetch_related("topics").filter(pk=pk).first()
    if venue is None:
        raise Http404
    return venue


def get_reviewable_for(user: User | AnonymousUser, pk: int) -> tuple[ReviewTaskState, Venue]:
    """Return a look that is the person's duty and the place as handed in for it. Raises Http404."""
    state = get_review_for(user, pk)
    if not isinstance(state.workflow_state.content_object, Venue):
        raise Http404
    handed_in: Venue = state.revision.as_object()
    return state, handed_in


def get_draft_for(user: User | AnonymousUser, pk: int) -> Venue:
    """Return a place as it was written last, for those who see it in the admin. Raises Http404."""
    venue = Venue.objects.select_related("organisation").filter(pk=pk).first()
    if venue is None or not user.is_authenticated or not reads(venue, user):
        raise Http404
    written_last: Venue = venue.get_latest_revision_as_object()
    return written_last


def visiting_paths(user: User | AnonymousUser) -> tuple[str, ...]:
    """Return the subtrees for which the person agrees visits.

    Raises PermissionDenied (403) when there is none.
    """
    paths = standing_of(user).paths_of(*MANAGING_ROLES)
    if not paths:
        raise PermissionDenied
    return paths


def may_agree_visits(user: User | AnonymousUser) -> bool:
    """Return whether the person agrees visits for an organisation."""
    return standing_of(user).has_role(*MANAGING_ROLES)


def get_visit_for(user: User | AnonymousUser, pk: int) -> VenueVisit:
    """Return a visit of an organisation that the person looks after.

    Raises PermissionDenied without any such duty and Http404 for others' visits.
    """
    visit = visits_below(visiting_paths(user)).filter(pk=pk).first()
    if visit is None:
        raise Http404
    return visit


def hosting_paths(user: User | AnonymousUser) -> tuple[str, ...]:
    """Return the subtrees whose places the person looks after: who manages an organisation or writes its places.

    Raises PermissionDenied (403) when there is none.
    """
    paths = standing_of(user).paths_of(*HOSTS)
    if not paths:
        raise PermissionDenied
    return paths


def get_guest_for(user: User | AnonymousUser, pk: int) -> VenueVisit:
    """Return a visit to a place that the person looks after.

    Raises PermissionDenied without any such duty and Http404 for visits elsewhere or long ago.
    """
    visit = guests_below(hosting_paths(user)).filter(pk=pk).first()
    if visit is None:
        raise Http404
    return visit


def is_host(user: User | AnonymousUser) -> bool:
    """Return whether the person looks after an organisation that keeps a place."""
    paths = standing_of(user).paths_of(*HOSTS)
    return bool(paths) and has_places(paths)


def keeps(venue: Venue, user: Any) -> bool:
    """Return whether the person writes the place in the admin: an editor responsible for its organisation."""
    return user.is_superuser or standing_of(user).has_role_at(KEEPERS, venue.organisation.path)


def may_write(user: User | AnonymousUser, venue: Venue) -> bool:
    """Return whether the place's page leads the person to its form in the admin."""
    return user.is_authenticated and keeps(venue, user)


def reads(venue: Venue, user: Any) -> bool:
    """Return whether the person sees the place in the admin, drafts too."""
    return user.is_superuser or standing_of(user).has_role_at(READERS, venue.organisation.path)


class VenuePolicy(BasePermissionPolicy):
    """The admin's rule: editors write places of the organisations they are responsible for; nobody deletes one.

    Nobody publishes by button, the review's last approval does: the admin's views never do what "publish" allows but
    showing a place no longer.
    """

    WRITE = frozenset({"add", "change", "publish", "lock", "unlock"})

    def user_has_permission(self, user: Any, action: str) -> bool:
        if not user.is_active or action not in self.WRITE | {"view"}:
            return False
        roles = READERS if action == "view" else KEEPERS
        return bool(user.is_superuser or standing_of(user).has_role(*roles))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Venue) -> bool:
        if not self.user_has_permission(user, action):
            return False
        return keeps(instance, user) if action in self.WRITE else reads(instance, user)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Venue]:
        if not self.user_has_any_permission(user, actions):
            return Venue.objects.none()
        paths = standing_of(user).paths_of(*READERS)
        return Venue.objects.all() if user.is_superuser else Venue.objects.filter(below(paths, "organisation__"))

    def users_with_any_permission(self, actions: Any) -> QuerySet[User]:
        holders = current_roles(today()).filter(role__in=READERS).values("user")
        return User.objects.filter(Q(is_superuser=True) | Q(pk__in=holders), is_active=True)


class RegionPolicy(BasePermissionPolicy):
    """Places of all organisations hang on regions: editors of the whole tree write them, others read."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if not user.is_active or action not in {"add", "change", "view"}:
            return False
        if user.is_superuser:
            return True
        standing = standing_of(user)
        return standing.has_role(*READERS) if action == "view" else standing.has_role_for_all(*KEEPERS)

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> QuerySet[Region]:
        return Region.objects.all() if self.user_has_any_permission(user, actions) else Region.objects.none()

    def users_with_any_permission(self, actions: Any) -> QuerySet[User]:
        holders = current_roles(today()).filter(role__in=READERS).values("user")
        return User.objects.filter(Q(is_superuser=True) | Q(pk__in=holders), is_active=True)


@offers(Venue)
def venues_offered(user: User) -> QuerySet[Venue]:
    """Return the places to which the person may lead from a route: those looked after, and those shown to the person."""
    kept = VenuePolicy(Venue).instances_user_has_permission_for(user, "view").order_by().values("pk")
    return Venue.objects.filter(Q(pk__in=kept) | Q(pk__in=visible_venues(user).order_by().values("pk")))
