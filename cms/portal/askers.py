"""That somebody asks counts once for each text and day, and afterwards nobody can tell who it was.

A mark is a hash under the salt of the day, which is random, stands in the cache alone, and gives way to that of the next
day: without it the marks say nothing. They end with the day as well.
"""

import hashlib
import hmac
import math
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from cms.core.clock import now, today
from cms.core.ratelimit import count_request, is_at_limit, who_asks
from cms.portal.permissions import reads_questions

SALT = "portal.asked.salt"
SCOPE = "asked"
DAY_S = 24 * 60 * 60
# Somebody who types nonsense all day fills nobody's list: further texts of the day are answered and not counted.
MOST_TEXTS_OF_ONE = 50


def asker_of(request: HttpRequest) -> str:
    """Return under which name somebody asks: the person, else the network; nothing where nobody does.

    That is so for HEAD, for what a browser fetches in advance or for a picture, and for what a page elsewhere sent it
    to. Nor do those count who read what was asked: they try what stands in their list.
    """
    if request.method != "GET" or is_fetched_unasked(request) or comes_from_admin(request):
        return ""
    return "" if reads_questions(request.user) else who_asks(request)


def is_fetched_unasked(request: HttpRequest) -> bool:
    """Tell whether the browser says that no person of this site opened a page; one that says nothing is believed."""
    told = request.headers
    ahead = "prefetch" in f"{told.get('Sec-Purpose', '')} {told.get('Purpose', '')}"
    elsewhere = told.get("Sec-Fetch-Site") == "cross-site"
    return ahead or elsewhere or told.get("Sec-Fetch-Dest", "document") != "document"


def comes_from_admin(request: HttpRequest) -> bool:
    """Tell whether a link of the admin led here."""
    before = request.headers.get("Referer", "").partition("://")[2]
    return before.startswith(f"{request.get_host()}{reverse('wagtailadmin_home')}")


def asks_anew(asker: str, text: str) -> bool:
    """Mark that somebody asked; return whether it is for the first time today, and not one text too many."""
    texts = _mark("texts", asker)
    if is_at_limit(SCOPE, texts, limit=MOST_TEXTS_OF_ONE):
        return False
    return _count(_mark("asked", asker, text)) == 1 and _count(texts) <= MOST_TEXTS_OF_ONE


def opens_first(asker: str, text: str) -> bool:
    """Mark that somebody opened what was found; return whether it is the first thing today for a text the same asked."""
    asked = is_at_limit(SCOPE, _mark("asked", asker, text), limit=1)
    return asked and _count(_mark("opened", asker, text)) == 1


def forget_salt() -> None:
    """Throw the salt away unless it is that of today."""
    if (kept := cache.get(SALT)) and kept[0] != today():
        cache.delete(SALT)


def _mark(act: str, asker: str, text: str = "") -> str:
    return hmac.new(salt_of_today(), f"{act} {asker} {text}".encode(), hashlib.sha256).hexdigest()


def salt_of_today() -> bytes:
    """Return the salt under which all processes mark today."""
    day = today()
    kept = cache.get(SALT)
    if not kept or kept[0] != day:
        kept = (day, secrets.token_bytes(16))
        cache.set(SALT, kept, DAY_S)
        kept = cache.get(SALT, kept)
    salt: bytes = kept[1]
    return salt


def _count(mark: str) -> int:
    # All end at the same moment, so that none says when it was made.
    end = datetime.combine(today() + timedelta(days=1), datetime.min.time(), timezone.get_default_timezone())
    return count_request(SCOPE, mark, seconds=math.ceil((end - now()).total_seconds())).hits


def after_sent(response: HttpResponse, act: Callable[[], object]) -> None:
    """Have something done once the answer is on its way, so that it waits for nothing of it."""
    response._resource_closers.append(act)  # type: ignore[attr-defined]  # noqa: SLF001  # Django's own way, for files
