"""A fuse before a server that may be away: once it has blown, only a thread of its own asks the server until it answers.

Whoever waits for an answer is told at once that there is none, so that a server which hangs costs a few people a moment
and nobody after them anything.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import structlog

from search.engines.protocol import EngineAway

logger = structlog.get_logger(__name__)

Answer = TypeVar("Answer")

FAILURES = 3
# Failures count together within this time: a server that fails now and then would never fail three times in a row.
WITHIN_S = 30.0
# An answer that took longer counts as none, though it is given.
SLOW_S = 1.0
OPEN_S = 5.0
# It stays open longer each time when it opens again soon after it closed.
LONGEST_OPEN_S = 60.0
SOON_S = 60.0


@dataclass
class Breaker:
    """Keeps count of failures; `probe` asks the server as a person would, and raises EngineAway."""

    probe: Callable[[], object]
    open_s: float = OPEN_S
    failed_at: deque[float] = field(default_factory=lambda: deque(maxlen=FAILURES))
    is_open: bool = False
    closed_at: float = float("-inf")
    stays_open_s: float = 0.0
    lock: threading.Lock = field(default_factory=threading.Lock)
    stopped: threading.Event = field(default_factory=threading.Event)

    def ask(self, question: Callable[[], Answer]) -> Answer | None:
        """Return the server's answer, or None at once while the fuse has blown, and when it does not answer now."""
        if self.is_open:
            return None
        began = time.monotonic()
        try:
            answer = question()
        except EngineAway as error:
            self.note_failure(str(error))
            return None
        except Exception as error:
            # Whoever asked gets an answer from elsewhere, whatever is wrong here.
            logger.exception("search.shared_failed")
            self.note_failure(str(error))
            return None
        if time.monotonic() - began > SLOW_S:
            self.note_failure("slow")
        return answer

    def note_failure(self, why: str) -> None:
        """Count a failure; the third within half a minute opens."""
        with self.lock:
            now = time.monotonic()
            self.failed_at.append(now)
            if self.is_open or len(self.failed_at) < FAILURES or now - self.failed_at[0] > WITHIN_S:
                return
            again = now - self.closed_at < SOON_S
            self.stays_open_s = min(2 * self.stays_open_s, LONGEST_OPEN_S) if again else self.open_s
            self.is_open = True
        logger.warning("search.breaker_opened", error=why, retry_in_s=self.stays_open_s)
        threading.Thread(target=self.watch, name="search-probe", daemon=True).start()

    def watch(self) -> None:
        """Ask the server now and then, and close when it answers as fast as it should."""
        while not self.stopped.wait(self.stays_open_s):
            if self.answers():
                with self.lock:
                    self.failed_at.clear()
                    self.closed_at = time.monotonic()
                    self.is_open = False
                logger.info("search.breaker_closed")
                return

    def answers(self) -> bool:
        """Ask the server once."""
        began = time.monotonic()
        try:
            self.probe()
        except EngineAway:
            return False
        except Exception:
            logger.exception("search.probe_failed")
            return False
        return time.monotonic() - began <= SLOW_S

    def stop(self) -> None:
        """End the watching, as for a test that is over."""
        self.stopped.set()
