"""A person's language and view, carried to a device on which nothing was chosen yet."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from cms.accounts.models import User
from cms.core.context_processors import ELDER_COOKIE

YEAR_S = 60 * 60 * 24 * 365


def remember(response: HttpResponse, name: str, value: str, *, httponly: bool) -> None:
    """Set a preference cookie for a year."""
    response.set_cookie(
        name, value, max_age=YEAR_S, samesite="Lax", httponly=httponly, secure=settings.SESSION_COOKIE_SECURE
    )


def remember_preferences(response: HttpResponse, user: User) -> None:
    """Set both cookies to what the person chose in the settings."""
    remember(response, ELDER_COOKIE, "1" if user.elder_view else "0", httponly=True)
    if user.language:
        remember(response, settings.LANGUAGE_COOKIE_NAME, user.language, httponly=False)
    else:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME, samesite="Lax")


def bring_preferences(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """Set the language cookie after sign-in unless this device already has one."""
    if user.language and settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        remember(response, settings.LANGUAGE_COOKIE_NAME, user.language, httponly=False)
