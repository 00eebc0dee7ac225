"""A fixed-window rate limit on the shared cache (our own: the known package has been stale since 2023)."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec, TypeVar

from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _

from cms.core.views import too_many_requests

Parameters = ParamSpec("Parameters")
Answer = TypeVar("Answer")
Request = TypeVar("Request", bound=HttpRequest)


def client_address(request: HttpRequest) -> str:
    """Return the address the request came from, as the trusted proxy (if any) told it."""
    return str(request.META.get("REMOTE_ADDR", ""))


def is_over_limit(scope: str, key: str, *, limit: int, seconds: int) -> bool:
    """Count one request for the key and tell whether it is beyond `limit` within `seconds`."""
    name = f"rate:{scope}:{key}"
    if cache.add(name, 1, seconds):
        return False
    try:
        return int(cache.incr(name)) > limit
    except ValueError:
        # The window ended between add and incr: this request opens the next one.
        cache.set(name, 1, seconds)
        return False


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
            user = getattr(request, "user", None)
            key = f"u{user.pk}" if user is not None and user.is_authenticated else f"a{client_address(request)}"
            if request.method in methods and is_over_limit(scope, key, limit=limit, seconds=seconds):
                return refuse(request, seconds)
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
