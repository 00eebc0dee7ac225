"""A rate limit that counts in one statement of the database, so that it holds for all processes and every cache.

Our own: the known package has been stale since 2023, and Django's database cache neither counts atomically nor keeps
the end of a window when it counts.
"""

import functools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Concatenate, ParamSpec, TypeVar

from django.db import connection
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from cms.core.addresses import client_address, network_of
from cms.core.models import RateWindow
from cms.core.views import too_many_requests

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
Request = TypeVar("Request", bound=HttpRequest)

COUNT = """
    INSERT INTO core_ratewindow ("key", hits, ends_at_s) VALUES (%(key)s, 1, %(end)s)
    ON CONFLICT ("key") DO UPDATE SET
        hits = CASE WHEN core_ratewindow.ends_at_s <= %(now)s THEN 1 ELSE core_ratewindow.hits + 1 END,
        ends_at_s = CASE WHEN core_ratewindow.ends_at_s <= %(now)s THEN %(end)s ELSE core_ratewindow.ends_at_s END
    RETURNING hits, ends_at_s
"""


@dataclass(frozen=True)
class Window:
    """What was counted so far and how many seconds the window is still open."""

    hits: int
    seconds_left: int


def stored_key(scope: str, key: str) -> str:
    """Return the key of the row: the scope in words, who asks as a hash."""
    return f"{scope}:{salted_hmac('weike.ratelimit', key).hexdigest()}"


def count_request(scope: str, key: str, *, seconds: int) -> Window:
    """Count one request; the first one opens a window of `seconds`, and the first after its end the next."""
    now = math.floor(time.time())
    values: dict[str, str | int] = {"key": stored_key(scope, key), "now": now, "end": now + seconds}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        hits, ends_at_s = cursor.fetchone()
    return Window(hits, max(1, ends_at_s - now))


def is_over_limit(scope: str, key: str, *, limit: int, seconds: int) -> bool:
    """Count one request for the key and tell whether it is beyond `limit` within `seconds`."""
    return count_request(scope, key, seconds=seconds).hits > limit


def is_at_limit(scope: str, key: str, *, limit: int) -> bool:
    """Tell, without counting, whether the next request would be beyond `limit`."""
    open_windows = RateWindow.objects.filter(ends_at_s__gt=math.floor(time.time()))
    return open_windows.filter(key=stored_key(scope, key), hits__gte=limit).exists()


def forget_requests(scope: str, key: str) -> None:
    """Begin to count anew for the key."""
    RateWindow.objects.filter(key=stored_key(scope, key)).delete()


def forget_old_windows() -> int:
    """Delete windows that have ended and return how many there were."""
    return RateWindow.objects.filter(ends_at_s__lte=math.floor(time.time())).delete()[0]


def who_asks(request: HttpRequest) -> str:
    """Return under which name a request is counted: the person, else the address."""
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"u{user.pk}"
    return f"a{network_of(client_address(request))}"


def limited(
    scope: str, *, limit: int, seconds: int = 60, methods: tuple[str, ...] = ("POST",)
) -> Callable[
    [Callable[Concatenate[Request, Parameters], Answer]],
    Callable[Concatenate[Request, Parameters], Answer | HttpResponseBase],
]:
    """Decorate a view: more than `limit` requests of these methods a window get 429 with Retry-After."""

    def decorate(
        view: Callable[Concatenate[Request, Parameters], Answer],
    ) -> Callable[Concatenate[Request, Parameters], Answer | HttpResponseBase]:
        @functools.wraps(view)
        def guarded(
            request: Request, /, *args: Parameters.args, **kwargs: Parameters.kwargs
        ) -> Answer | HttpResponseBase:
            if request.method in methods:
                window = count_request(scope, who_asks(request), seconds=seconds)
                if window.hits > limit:
                    return refuse(request, window.seconds_left)
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def refuse(request: HttpRequest, seconds: int) -> HttpResponseBase:
    """Answer 429 as JSON below /api/ and as a page elsewhere."""
    if request.path.startswith("/api/"):
        message = _("Too many requests. Please wait a moment and try again.")
        body = {"code": "too_many_requests", "message": message, "fields": {}}
        return JsonResponse(body, status=429, headers={"Retry-After": str(seconds)})
    return too_many_requests(request, seconds)
