"""The SHA-256 of a file that comes in pieces, to any process, days apart: its state can be kept and taken up again.

Python's hashlib keeps the state of a digest to itself. OpenSSL's own functions, which hashlib stands on, leave it to the
caller, so they are called directly, on the same library. What is kept is the state as FIPS 180-4 has it and not as the
library lays it out, so that it outlives both library and machine. Where the library does not have these functions, or
does not do with them what hashlib does, there is no state: whoever needs the digest then reads the file.
"""

import _hashlib
import ctypes
import functools
import hashlib
import re
import struct
from collections.abc import Iterator
from ctypes.util import find_library
from typing import Any, Self

WORDS, BLOCK_BYTES, DIGEST_BYTES = 8, 64, 32
# The first figure is the version.
STATE = re.compile(r"1:(?P<words>[0-9a-f]{64}):(?P<length>[0-9]{1,18}):(?P<rest>[0-9a-f]*)")


class Context(ctypes.Structure):
    """What the library works on (SHA256_CTX): eight words, the number of bits, the rest that fills no block yet."""

    _fields_ = (
        ("words", ctypes.c_uint32 * WORDS),
        ("bits_low", ctypes.c_uint32),
        ("bits_high", ctypes.c_uint32),
        ("rest", ctypes.c_ubyte * BLOCK_BYTES),
        ("rest_bytes", ctypes.c_uint),
        ("digest_bytes", ctypes.c_uint),
    )


class RunningDigest:
    """A SHA-256 so far."""

    def __init__(self, library: Any, context: Context) -> None:
        self.library, self.context = library, context

    @classmethod
    def at(cls, length: int, state: str) -> Self | None:
        """Return the digest of a file's first `length` bytes, of which this is the state; nothing when it is not."""
        made = library()
        if made is None:
            return None
        return cls(made, begun(made)) if length == 0 else cls.taken_up(made, length, state)

    @classmethod
    def taken_up(cls, made: Any, length: int, state: str) -> Self | None:
        """Return the digest whose state this is, unless it is a state of something else."""
        found = STATE.fullmatch(state)
        if found is None or int(found["length"]) != length or len(found["rest"]) != length % BLOCK_BYTES * 2:
            return None
        context, bits, rest = begun(made), length * 8, bytes.fromhex(found["rest"])
        context.words[:] = struct.unpack(f">{WORDS}I", bytes.fromhex(found["words"]))
        context.bits_high, context.bits_low = bits >> 32, bits & 0xFFFFFFFF
        context.rest[: len(rest)] = rest
        context.rest_bytes = len(rest)
        return cls(made, context)

    @property
    def length(self) -> int:
        """How many bytes it is of."""
        return int((self.context.bits_high << 32) | self.context.bits_low) // 8

    def update(self, block: bytes | memoryview) -> None:
        """Add bytes; other threads go on meanwhile."""
        at = block if isinstance(block, bytes) else ctypes.byref(ctypes.c_char.from_buffer(block))
        self.library.SHA256_Update(ctypes.byref(self.context), at, ctypes.c_size_t(len(block)))

    def state(self) -> str:
        """Return what is to be kept."""
        words = struct.pack(f">{WORDS}I", *self.context.words)
        rest = bytes(self.context.rest[: self.length % BLOCK_BYTES])
        return f"1:{words.hex()}:{self.length}:{rest.hex()}"

    def hexdigest(self) -> str:
        """Return the digest of all that came; more can be added afterwards."""
        context, found = Context.from_buffer_copy(self.context), (ctypes.c_ubyte * DIGEST_BYTES)()
        self.library.SHA256_Final(found, ctypes.byref(context))
        return bytes(found).hex()


def begun(made: Any) -> Context:
    """Return the context of nothing."""
    context = Context()
    made.SHA256_Init(ctypes.byref(context))
    return context


@functools.cache
def library() -> Any:
    """Return the library that does it right, or nothing."""
    return next((found for found in libraries() if is_right(found)), None)


def libraries() -> Iterator[Any]:
    """Return what may have the functions: the library behind hashlib, and the system's."""
    for name in (getattr(_hashlib, "__file__", None), find_library("crypto")):
        if name:
            yield ctypes.CDLL(name)


def is_right(found: Any) -> bool:
    """Tell whether a digest that is put down and taken up again is hashlib's."""
    try:
        first = RunningDigest(found, begun(found))
        first.update(b"abc" * 50)
        second = RunningDigest.taken_up(found, first.length, first.state())
        if second is None:
            return False
        second.update(b"d" * 100)
    except AttributeError:
        return False
    return second.hexdigest() == hashlib.sha256(b"abc" * 50 + b"d" * 100).hexdigest()
