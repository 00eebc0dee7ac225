"""Digests made beside the receiving: a second thread hashes what the first one takes in, out of buffers that go round.

hashlib and OpenSSL let other threads run while they hash, so that line, disk and digests work at the same time. No more
lies between the line and the last digest than the buffers hold, however large a chunk is and whoever is slower.
"""

import mmap
import threading
from collections.abc import Sequence
from queue import SimpleQueue
from typing import Protocol, Self

# Two of them, so that one is filled while the other is hashed. Larger ones cost memory when twenty send at once, smaller
# ones time: each is a round of line, disk and locks.
ROOM_BYTES = 256 << 10
ROOMS = 2


class Digest(Protocol):
    """What takes bytes in order."""

    def update(self, block: memoryview, /) -> None: ...


class Digesting:
    """The buffers of one request, which go from whoever fills them through the digests and back."""

    def __init__(self, digests: Sequence[Digest]) -> None:
        self.digests = digests
        self.failure: Exception | None = None
        self.thread: threading.Thread | None = None
        self.free: SimpleQueue[memoryview] = SimpleQueue()
        # A buffer, and how many bytes of it count.
        self.filled: SimpleQueue[tuple[memoryview, int] | None] = SimpleQueue()
        # Pages of its own go back to the machine afterwards; of other memory each thread keeps some for later.
        memory = memoryview(mmap.mmap(-1, ROOM_BYTES * ROOMS))
        for at in range(0, len(memory), ROOM_BYTES):
            self.free.put(memory[at : at + ROOM_BYTES])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.filled.put(None)
        if self.thread is not None:
            self.thread.join()

    def room(self) -> memoryview:
        """Return a buffer to fill, once one is free; it is given back with `add`."""
        return self.free.get()

    def add(self, room: memoryview, size: int) -> None:
        """Have the first bytes of a buffer hashed, after all that came before them."""
        if self.thread is None and size == len(room) and self.digests:
            thread = threading.Thread(target=self.hash_all, name="digest", daemon=True)
            thread.start()
            self.thread = thread
        if self.thread is None:
            # What fills no buffer is hashed on the spot: a thread would cost more.
            self.hash(room, size)
        else:
            self.filled.put((room, size))

    def hash_all(self) -> None:
        """Hash what comes until the end comes."""
        while (filled := self.filled.get()) is not None:
            self.hash(*filled)

    def hash(self, room: memoryview, size: int) -> None:
        """Add a buffer to each digest and set it free; also after a failure, so that nobody waits for it for ever."""
        try:
            if size and self.failure is None:
                for digest in self.digests:
                    digest.update(room[:size])
        except Exception as failure:  # noqa: BLE001  # the door of a thread: `settle` raises it where it is of use
            self.failure = failure
        finally:
            self.free.put(room)

    def settle(self) -> None:
        """Return when the digests are of all that was added. Raises what one of them raised."""
        for room in [self.free.get() for _room in range(ROOMS)]:
            self.free.put(room)
        if self.failure is not None:
            raise self.failure
