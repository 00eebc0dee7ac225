"""Fetch doors: a notice opens for its person."""

from django.http import Http404

from cms.accounts.models import User
from cms.notices.models import Notice
from cms.notices.queries import notices_of


def get_notice_for(user: User, pk: int) -> Notice:
    """Return an own notice. Raises Http404 for others'."""
    found = notices_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
