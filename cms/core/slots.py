"""Places on a lower room's page that upper rooms fill, so that the lower room need not know them."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString, mark_safe

Renderer = Callable[[HttpRequest, Any], str]
_fillers: dict[str, list[Renderer]] = defaultdict(list)


def fill(slot: str, renderer: Renderer) -> None:
    """Register what is shown at a place such as "lessons.watch"; an upper room calls this in apps.ready."""
    if renderer not in _fillers[slot]:
        _fillers[slot].append(renderer)


def render_slot(slot: str, request: HttpRequest, subject: Any) -> SafeString:
    """Return what the upper rooms show there about the subject, in the order of registration."""
    return mark_safe("".join(renderer(request, subject) for renderer in _fillers[slot]))  # noqa: S308  # rendered templates
