"""Values every template may use."""

from django.conf import settings
from django.http import HttpRequest

ELDER_COOKIE = "elder"
THEME_COOKIE = "theme"
THEMES = ("light", "dark")


def site(request: HttpRequest) -> dict[str, object]:
    """Return whether this is the demonstration and whether the person reads in elder view."""
    user = getattr(request, "user", None)
    chosen = request.COOKIES.get(ELDER_COOKIE)
    elder = chosen == "1" if chosen else bool(getattr(user, "elder_view", False))
    theme = request.COOKIES.get(THEME_COOKIE, "")
    return {"DEMO": settings.DEMO, "elder_view": elder, "theme": theme if theme in THEMES else ""}
