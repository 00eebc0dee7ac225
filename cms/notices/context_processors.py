"""The number beside the bell."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from cms.accounts.models import User
from cms.notices.queries import unread_count


def unread(request: HttpRequest) -> dict[str, object]:
    """Return `unread_notices`: how many notices wait; asked only when a template shows it, 0 for visitors."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"unread_notices": 0}
    return {"unread_notices": SimpleLazyObject(lambda: unread_count(user))}
