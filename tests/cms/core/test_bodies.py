"""How much of a refused request is still read."""

import io
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from cms.core import bodies


class Line(io.BytesIO):
    """Counts what was taken from it."""

    def __init__(self, size: int) -> None:
        super().__init__(bytes(size))
        self.taken = 0

    def read(self, size: int | None = -1, /) -> bytes:
        block = super().read(size)
        self.taken += len(block)
        return block


def request_with(line: Any, promised: str) -> WSGIRequest:
    return RequestFactory().generic("PATCH", "/", **{"wsgi.input": line, "CONTENT_LENGTH": promised})


@pytest.mark.parametrize(("size", "taken"), [(0, 0), (10_000, 10_000), (bodies.DRAIN_BYTES + 1, bodies.DRAIN_BYTES)])
def test_the_rest_is_read_up_to_a_bound(size: int, taken: int) -> None:
    line = Line(size)
    bodies.drain(request_with(line, str(size)))
    assert line.taken == taken


def test_a_sender_that_takes_too_long_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "DRAIN_S", 0.0)
    line = Line(10_000)
    bodies.drain(request_with(line, "10000"))
    assert line.taken == 0


def test_a_line_that_broke_is_no_error() -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            raise ConnectionResetError

    bodies.drain(request_with(Broken(), "10000"))


@pytest.mark.parametrize(("told", "promised"), [("", None), ("12", 12), ("x", None), ("²", None), ("-1", None)])
def test_what_a_request_promises(told: str, promised: int | None) -> None:
    assert bodies.promised_bytes(request_with(io.BytesIO(), told)) == promised
