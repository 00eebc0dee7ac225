"""The request of a view that only signed-in people reach."""

from django.http import HttpRequest

from cms.accounts.models import User


class SignedInRequest(HttpRequest):
    """A type for views behind `login_required`: the person is known. Never made, only annotated."""

    user: User
