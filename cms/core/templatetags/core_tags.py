"""Template tags of the design system: icons, times, sizes and the site's navigation."""

import json
import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template import Context
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

register = template.Library()

# Addresses that stay as they are, also where a room is not installed: error pages and the header use them.
PATHS = {
    "home": "/",
    "lessons": "/lessons/",
    "lecturers": "/lecturers/",
    "courses": "/courses/",
    "guides": "/guides/",
    "library": "/library/",
    "routes": "/routes/",
    "upload": "/upload/",
    "workbench": "/workbench/",
    "me": "/me/",
    "search": "/search/",
    "suggest": "/api/v1/suggest",
    "sign_in": settings.LOGIN_URL,
    "sign_out": "/accounts/logout/",
    "suggestions": "/feedback/",
    "help": "/help/",
    "privacy": "/about/privacy/",
    "accessibility": "/about/accessibility/",
}
KILO = 1024
BINARY_UNITS = ("B", "KB", "MB", "GB", "TB")
# What `local_date` and `local_datetime` say, within a sentence.
DAY_IN_WORDS = re.compile(
    r"(?:\d{4}年\d{1,2}月\d{1,2}日 周[一二三四五六日]|[A-Z][a-z]{2} \d{1,2} [A-Z][a-z]{2} \d{4})(?: \d{2}:\d{2})?"
)
MINUTE_S = 60
HOUR_S = 3600


class NavEntry(NamedTuple):
    """One place in the header and the bar at the foot of a phone."""

    key: str
    label: str | Promise
    icon: str
    needs_workbench: bool = False
    only_in_bar: bool = False
    only_in_header: bool = False


NAVIGATION = (
    NavEntry("home", _("Home"), "home"),
    NavEntry("lessons", _("Lessons"), "film"),
    NavEntry("library", _("Library"), "book", only_in_header=True),
    NavEntry("routes", _("Routes"), "route", only_in_header=True),
    NavEntry("courses", _("Courses"), "book", only_in_header=True),
    NavEntry("upload", _("Upload"), "upload"),
    NavEntry("lecturers", _("Lecturers"), "lectern"),
    NavEntry("workbench", _("Workbench"), "inbox", needs_workbench=True),
    NavEntry("me", _("Me"), "me", only_in_bar=True),
)


@register.simple_tag
def icon(name: str, classes: str = "") -> SafeString:
    """Return the icon of the sprite; it is decoration, so its meaning must stand beside it in words."""
    css = f"icon {classes}".strip()
    return format_html('<svg class="{}" aria-hidden="true"><use href="#i-{}"/></svg>', css, name)


@register.simple_tag
def site_path(key: str) -> str:
    """Return the fixed address of a part of the site."""
    return PATHS[key]


@register.simple_tag
def demo_mark() -> SafeString:
    """Return the mark of made-up data for pages that have no foot to say so; nothing on a site in service."""
    return (
        format_html('<p class="demo-mark note">{}</p>', _("Demonstration data")) if settings.DEMO else SafeString("")
    )


@register.simple_tag(takes_context=True)
def saves_data(context: Context) -> bool:
    """Return whether the browser asks for little data; known inside `include … only` too, where the request is no variable."""
    request = getattr(context, "request", None)
    return isinstance(request, HttpRequest) and request.headers.get("Save-Data", "").strip().lower() == "on"


@register.simple_tag(takes_context=True)
def nav_links(context: Context) -> list[dict[str, object]]:
    """Return the navigation for this person, with the entry that holds the shown page marked.

    The page may say `nav_active` when its address does not begin with the entry's.
    """
    request = context.get("request")
    path = request.path if isinstance(request, HttpRequest) else ""
    entries = [entry for entry in NAVIGATION if context.get("show_workbench") or not entry.needs_workbench]
    active = context.get("nav_active") or _active_key(path)
    return [
        {
            "url": PATHS[entry.key],
            "label": entry.label,
            "icon": entry.icon,
            "only_in_bar": entry.only_in_bar,
            "only_in_header": entry.only_in_header,
            "current": _current(entry.key, active, path),
        }
        for entry in entries
    ]


def _active_key(path: str) -> str:
    if path == PATHS["home"]:
        return "home"
    return next((e.key for e in NAVIGATION if e.key != "home" and path.startswith(PATHS[e.key])), "")


def _current(key: str, active: str, path: str) -> str:
    if key != active:
        return ""
    return "page" if path == PATHS[key] else "true"


@register.filter
def duration(seconds: float | timedelta | None) -> str:
    """Return seconds as 6:40 or 1:02:03; nothing for an unknown length."""
    if seconds is None:
        return ""
    total = int(seconds.total_seconds() if isinstance(seconds, timedelta) else seconds)
    hours, rest = divmod(max(total, 0), HOUR_S)
    minutes, left = divmod(rest, MINUTE_S)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


@register.filter
def moment(seconds: float | None) -> str:
    """Return a place in a video as 03:12 or 1:02:03, always with two digits of minutes."""
    text = duration(seconds)
    return f"0{text}" if len(text) == len("3:12") else text


@register.filter
def duration_words(seconds: float | None) -> str:
    """Return a length for reading and hearing: 6 分 40 秒."""
    if seconds is None:
        return ""
    minutes, left = divmod(round(seconds), MINUTE_S)
    if not minutes:
        return gettext("%(seconds)s s") % {"seconds": left}
    if not left:
        return gettext("%(minutes)s min") % {"minutes": minutes}
    return gettext("%(minutes)s min %(seconds)s s") % {"minutes": minutes, "seconds": left}


def _chinese() -> bool:
    return (get_language() or settings.LANGUAGE_CODE).startswith("zh")


@register.filter("plain_date")
def local_date(value: date | datetime | None) -> str:
    """Return a day in the site's zone with its weekday: 2026年12月3日 周四, or Thu 3 Dec 2026."""
    if value is None:
        return ""
    day = timezone.localtime(value) if isinstance(value, datetime) else value
    if not _chinese():
        return date_format(day, "D j M Y")
    return f"{day.year}年{day.month}月{day.day}日 周{'一二三四五六日'[day.weekday()]}"


@register.filter("plain_datetime")
def local_datetime(value: datetime | None) -> str:
    """Return an instant in the site's zone: 2026年12月3日 周四 14:00."""
    if value is None:
        return ""
    return f"{local_date(value)} {timezone.localtime(value):%H:%M}"


def whole(text: str) -> SafeString:
    """Return the text as one piece that no line's end divides; nothing stays nothing."""
    return format_html('<span class="unbroken">{}</span>', text) if text else SafeString("")


@register.filter("local_date")
def shown_date(value: date | datetime | None) -> SafeString:
    """Return `local_date` for a page, in one piece; attributes and files take `plain_date`."""
    return whole(local_date(value))


@register.filter("local_datetime")
def shown_datetime(value: datetime | None) -> SafeString:
    """Return `local_datetime` for a page, in one piece; attributes and files take `plain_datetime`."""
    return whole(local_datetime(value))


@register.filter
def keep_dates(text: object) -> SafeString:
    """Return a sentence in which each day, with its hour, is one piece."""
    escaped = conditional_escape(str(text))
    return mark_safe(DAY_IN_WORDS.sub(lambda found: whole(found[0]), escaped))  # noqa: S308  # escaped above


@register.filter
def local_time(value: datetime | None) -> str:
    """Return the wall time in the site's zone: 14:00."""
    return "" if value is None else f"{timezone.localtime(value):%H:%M}"


@register.filter
def file_size(size: int | None) -> str:
    """Return bytes as 46 KB or 1.2 GB."""
    if size is None:
        return ""
    amount, unit = float(size), 0
    while amount >= KILO and unit < len(BINARY_UNITS) - 1:
        amount, unit = amount / KILO, unit + 1
    digits = 1 if unit > 1 and amount < 10 else 0  # noqa: PLR2004  # 1.2 MB but 46 MB
    return f"{amount:.{digits}f} {BINARY_UNITS[unit]}"


@register.filter
def json_text(value: object) -> SafeString:
    """Return the text as a JSON string that is safe inside a script element."""
    text = json.dumps(str(value), ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(text)  # noqa: S308  # markup characters were replaced above
