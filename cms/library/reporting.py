"""Editorial pages of every kind as subjects of problem reports: only what the person may see can be reported."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.core.converters import is_key
from cms.feedback.subjects import Subject
from cms.library.permissions import get_page_for

KIND = "page"


def reported_page(user: User | AnonymousUser, pk: str) -> Subject:
    """Return the page as a subject. Raises Http404 for what the person may not see."""
    if not is_key(pk):
        raise Http404
    page = get_page_for(user, int(pk))
    return Subject(KIND, str(page.pk), page.title, page.get_url() or "", page.organisation)
