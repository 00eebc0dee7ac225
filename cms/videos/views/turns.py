"""Who may send bytes at this moment: a part of the process's threads, so that pages are answered meanwhile.

Of the requests that send one upload only the newest counts: it may come whatever older ones hold, and once the upload is
its own they are ended, wherever they wait. So nobody waits for a line of one's own that is gone. Here the older ones of
this process are found; those of other processes ask by themselves (`Line.go_on_while`).
"""

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from django.conf import settings
from django.http import HttpRequest

from cms.core.bodies import drain
from cms.videos.errors import Busy

# Two files on their way at once.
EACH = 2


@runtime_checkable
class Line(Protocol):
    """The connection of a request, where the server has one that can be told to end (`cms.web_worker`)."""

    def break_off(self) -> None:
        """End the reading of the request, also while its thread waits in it."""

    def go_on_while(self, question: Callable[[], bool] | None) -> None:
        """Break off as soon as the question is answered with no."""


def yes() -> bool:
    """Answer for a request that has taken nothing over yet: nobody can have taken it away."""
    return True


def no() -> bool:
    """Answer for a refused request: it gives way to whoever comes."""
    return False


@dataclass(eq=False, slots=True)
class Turn:
    """One request that takes in bytes."""

    person: int
    upload: uuid.UUID | None
    line: Line | None
    is_ours: Callable[[], bool] = yes


class Turns:
    """The requests of one process that take in bytes."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.held: list[Turn] = []

    @contextmanager
    def taken_by(self, person: int, request: HttpRequest, upload: uuid.UUID | None = None) -> Iterator[Turn]:
        """Hold a turn for the block.

        Raises Busy (503) when the person, or everybody together, holds as many as there are with other uploads.
        """
        line = request.META.get("gunicorn.socket")
        turn = Turn(person, upload, line if isinstance(line, Line) else None)
        with self.lock:
            if is_full([held for held in self.held if upload is None or held.upload != upload], person):
                raise Busy
            self.held.append(turn)
        try:
            yield turn
        finally:
            with self.lock:
                # One that was ended gave its turn back then.
                self.held = [held for held in self.held if held is not turn]

    def take_over(self, turn: Turn, upload: uuid.UUID, is_ours: Callable[[], bool]) -> None:
        """Go on with an upload that was just made this request's own, and end the older ones."""
        turn.upload, turn.is_ours = upload, is_ours
        if turn.line is not None:
            turn.line.go_on_while(is_ours)
        self.end_lost(upload)

    def end_lost(self, upload: uuid.UUID) -> None:
        """End the requests whose upload was taken over or is gone; their turns are free at once."""
        with self.lock:
            for turn in list(self.held):
                if turn.upload == upload and turn.line is not None and not turn.is_ours():
                    self.held.remove(turn)
                    turn.line.break_off()

    def drain(self, turn: Turn, request: HttpRequest) -> None:
        """Read off what a refused request still sends, unless that would hold one thread more than there are turns."""
        with self.lock:
            turn.is_ours = no
            has_room = not is_full([held for held in self.held if held is not turn], turn.person)
        if has_room:
            if turn.line is not None:
                turn.line.go_on_while(None)
            drain(request)


def is_full(held: list[Turn], person: int) -> bool:
    """Return whether there is no turn left for one more request of the person."""
    own = sum(turn.person == person for turn in held)
    return own >= EACH or len(held) >= settings.UPLOAD_THREADS


turns = Turns()
