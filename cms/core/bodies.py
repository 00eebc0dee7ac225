"""What comes with a request that nobody wants: how much of it is still taken off the line, so that an answer arrives."""

import time

from django.http import HttpRequest

# A sender that is cut off in the middle would never see the answer; one that goes on for longer does not read it either.
DRAIN_S = 2.0
DRAIN_BYTES = 8 << 20
# Small, because a thread waits for each block as long as the line allows.
DRAIN_BLOCK = 4096


def promised_bytes(request: HttpRequest) -> int | None:
    """Return how many bytes the request says that it carries; nothing when it does not say, or says no number."""
    told = request.META.get("CONTENT_LENGTH") or ""
    return int(told) if told.isascii() and told.isdigit() else None


def drain(request: HttpRequest) -> None:
    """Read the rest of a refused request and throw it away, for two seconds and 8 MB at most.

    Only for people who signed in: a stranger's bytes are not worth a thread.
    """
    left, ends = min(DRAIN_BYTES, promised_bytes(request) or 0), time.monotonic() + DRAIN_S
    while left > 0 and time.monotonic() < ends:
        try:
            block = request.read(min(DRAIN_BLOCK, left))
        except OSError:
            return
        if not block:
            return
        left -= len(block)
