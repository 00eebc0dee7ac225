"""Editorial pages of every kind as subjects of problem reports: only what the person may see can be reported."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.core.converters import is_key
from cms.feedback.subjects import Subject, TakenDown
from cms.library.models import ContentPage
from cms.library.permissions import get_page_for, way_back

KIND = ContentPage.report_kind


def reported_page(user: User | AnonymousUser, pk: str) -> Subject:
    """Return the page as a subject. Raises Http404 for what the person may not see."""
    if not is_key(pk):
        raise Http404
    page = get_page_for(user, int(pk))
    return Subject(KIND, str(page.pk), page.title, page.get_url() or "", page.organisation)


def page_taken_down(user: User, pk: str) -> TakenDown | None:
    """Return that the page was taken down and where the person may allow it again, or None."""
    gone = ContentPage.objects.filter(taken_down_at__isnull=False)
    page = gone.filter(pk=int(pk)).first() if is_key(pk) else None
    return TakenDown(way_back(user, page)) if page else None
