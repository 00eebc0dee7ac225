"""Places as subjects of problem reports: only what the person may see can be reported."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.core.converters import is_key
from cms.feedback.subjects import Subject
from cms.venues.permissions import get_venue_for

KIND = "venue"


def reported_venue(user: User | AnonymousUser, pk: str) -> Subject:
    """Return the place as a subject. Raises Http404 for what the person may not see."""
    if not is_key(pk):
        raise Http404
    venue = get_venue_for(user, int(pk))
    return Subject(KIND, str(venue.pk), str(venue), venue.get_absolute_url(), venue.organisation)
