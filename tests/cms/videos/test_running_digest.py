"""The SHA-256 of a file that comes in pieces, put down and taken up again anywhere."""

import hashlib
import os
import subprocess
import sys

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from cms.videos import running_digest
from cms.videos.running_digest import RunningDigest

CUTS = st.lists(st.binary(max_size=200), max_size=8)


def begun() -> RunningDigest:
    digest = RunningDigest.at(0, "")
    assert digest is not None
    return digest


@given(CUTS)
def test_it_is_hashlibs_however_the_file_is_cut_and_whoever_goes_on(pieces: list[bytes]) -> None:
    state, length = "", 0
    for piece in pieces:
        digest = RunningDigest.at(length, state)
        assert digest is not None
        digest.update(piece)
        length += len(piece)
        state = digest.state()
    last = RunningDigest.at(length, state)
    assert last is not None
    assert last.hexdigest() == hashlib.sha256(b"".join(pieces)).hexdigest()


def test_asking_for_the_digest_so_far_changes_nothing() -> None:
    digest = begun()
    digest.update(b"a" * 100)
    assert digest.hexdigest() == hashlib.sha256(b"a" * 100).hexdigest()
    digest.update(b"b" * 100)
    assert digest.hexdigest() == hashlib.sha256(b"a" * 100 + b"b" * 100).hexdigest()


def test_a_file_of_many_gigabytes_is_counted_in_more_than_32_bits() -> None:
    digest = begun()
    length = (5 << 30) + 3
    digest.context.bits_high, digest.context.bits_low = (length * 8) >> 32, (length * 8) & 0xFFFFFFFF
    state = digest.state()
    again = RunningDigest.at(length, state)
    assert again is not None
    assert (digest.length, again.length, again.state()) == (length, length, state)


def test_another_process_goes_on_with_it() -> None:
    digest = begun()
    digest.update(b"a" * 1000)
    code = (
        "import sys; from cms.videos.running_digest import RunningDigest as R; "
        "d = R.at(1000, sys.argv[1]); d.update(b'b' * 77); print(d.hexdigest())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, digest.state()],
        env={**os.environ, "PYTHONPATH": str(settings.BASE_DIR)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.strip() == hashlib.sha256(b"a" * 1000 + b"b" * 77).hexdigest()


@pytest.mark.parametrize(
    ("length", "state"),
    [(100, ""), (99, "{}"), (100, "2{}"), (100, "1:00:100:"), (100, "1:zz"), (100, "1:a:100:"), (100, "x" * 200)],
)
def test_a_state_of_something_else_is_none(length: int, state: str) -> None:
    digest = begun()
    digest.update(b"a" * 100)
    assert RunningDigest.at(length, state.replace("{}", digest.state())) is None


class Another:
    """A library without these functions."""


def test_a_library_that_cannot_do_it_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running_digest, "libraries", lambda: [Another()])
    running_digest.library.cache_clear()
    try:
        assert RunningDigest.at(0, "") is None
    finally:
        monkeypatch.undo()
        running_digest.library.cache_clear()
