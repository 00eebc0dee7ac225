"""How long the server takes for a page, and nothing else."""

import statistics
import time
from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.test import Client, RequestFactory

ROUNDS = 20


def median_ms(client: Client, address: str, rounds: int = ROUNDS) -> float:
    """Return the server's time in milliseconds for a page that was asked for before, as the client's person.

    The client itself would copy the context of each of a thousand templates to show them to a test: a fifth of the time
    of a page of the admin, for which nobody waits.
    """
    site, times = WSGIHandler(), []
    asked = RequestFactory()
    asked.cookies = client.cookies
    for _round in range(rounds + 1):
        request = asked.get(address)
        # Bytes as letters, as a server hands them over; Django has put the letters themselves in their place.
        environ = request.environ | {"PATH_INFO": request.path_info.encode().decode("latin-1")}
        started = time.monotonic()
        status = answer(site, environ)
        times.append((time.monotonic() - started) * 1000)
        assert status == "200 OK", address
    return statistics.median(times[1:])


def answer(site: WSGIHandler, environ: dict[str, Any]) -> str:
    """Ask as a server does, take all of the answer, return its status line."""
    said: list[str] = []

    def start(status: str, _headers: object, _problem: object = None, /) -> Callable[[bytes], object]:
        said.append(status)
        return bytes  # what a server would give for writing the old way; Django does not

    response = site(environ, start)
    for _part in response:
        pass
    response.close()
    return said[0]
