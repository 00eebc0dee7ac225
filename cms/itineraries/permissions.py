"""Who sees which route and who records that a branch went; views use only these doors."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from cms.accounts.models import User
from cms.itineraries.models import ItineraryPage
from cms.itineraries.queries import visible_routes
from cms.library.editing import EDITORS
from cms.organisations.enums import MANAGING_ROLES
from cms.organisations.queries import standing_of


def get_route_for(user: User | AnonymousUser, pk: int) -> ItineraryPage:
    """Return a published route that the person may see. Raises Http404."""
    route = visible_routes(user).select_related("organisation").filter(pk=pk).first()
    if route is None:
        raise Http404
    return route


def may_record(user: User | AnonymousUser) -> bool:
    """Return whether the person records visits for an organisation."""
    return standing_of(user).has_role(*MANAGING_ROLES)


def recording_paths(user: User | AnonymousUser) -> tuple[str, ...]:
    """Return the subtrees for which the person records visits.

    Raises PermissionDenied (403) when there is none.
    """
    paths = standing_of(user).paths_of(*MANAGING_ROLES)
    if not paths:
        raise PermissionDenied
    return paths


def reported_paths(user: User | AnonymousUser) -> tuple[str, ...] | None:
    """Return the subtrees whose routes the person looks after in the admin; None means all of them.

    Raises PermissionDenied (403) without any such duty.
    """
    if isinstance(user, User) and user.is_superuser:
        return None
    paths = standing_of(user).paths_of(*EDITORS)
    if not paths:
        raise PermissionDenied
    return paths
