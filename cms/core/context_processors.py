"""Values every template may use."""

from django.conf import settings
from django.http import HttpRequest

ELDER_COOKIE = "elder"
THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, object]:
    """Return whether this is the demonstration and whether the person reads in elder view."""
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {"DEMO": settings.DEMO, "elder_view": in_elder_view(request), "theme": theme if theme in THEMES else ""}


def in_elder_view(request: HttpRequest) -> bool:
    """Return what the person chose on this device, else in the settings."""
    chosen = request.COOKIES.get(ELDER_COOKIE)
    return chosen == "1" if chosen else bool(getattr(getattr(request, "user", None), "elder_view", False))
