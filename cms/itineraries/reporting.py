"""Routes as subjects of problem reports: only what the person may see can be reported."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.core.converters import is_key
from cms.feedback.subjects import Subject
from cms.itineraries.models import ItineraryPage
from cms.itineraries.permissions import get_route_for

KIND = ItineraryPage.report_kind


def reported_route(user: User | AnonymousUser, pk: str) -> Subject:
    """Return the route as a subject. Raises Http404 for what the person may not see."""
    if not is_key(pk):
        raise Http404
    route = get_route_for(user, int(pk))
    return Subject(KIND, str(route.pk), route.title, route.get_url() or "", route.organisation)
