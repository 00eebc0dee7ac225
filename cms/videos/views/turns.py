"""Who may send bytes at this moment: a part of the process's threads, so that pages are answered meanwhile."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from cms.videos.errors import Busy

# The line that hangs and the one that goes on in its place.
EACH = 2


class Turns:
    """The requests of one process that take in bytes, counted for each person."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.held: Counter[int] = Counter()

    @contextmanager
    def taken_by(self, person: int) -> Iterator[None]:
        """Hold a turn for the block.

        Raises Busy (503) when the person, or everybody together, holds as many as there are.
        """
        self.take(person)
        try:
            yield
        finally:
            with self.lock:
                self.held[person] -= 1
                self.held += Counter()  # forgets whom nothing is left of

    def take(self, person: int) -> None:
        """Count one more."""
        with self.lock:
            if self.held[person] >= EACH or self.held.total() >= settings.UPLOAD_THREADS:
                raise Busy
            self.held[person] += 1


turns = Turns()
