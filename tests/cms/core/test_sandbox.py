import io
import json

import pytest

from cms.core.sandbox import Leash, SandboxFailed, read_apart

pytestmark = pytest.mark.processes
CHILD = "tests.cms.core.sandboxed"
SHORT = Leash(cpu_s=1, wall_s=2, file_bytes=4 << 20)


def ask(text: bytes, leash: Leash = SHORT) -> bytes:
    return read_apart(CHILD, io.BytesIO(text), leash=leash)


def test_the_child_reads_the_file_and_its_output_comes_back() -> None:
    assert ask(b"turn\n" + "党员".encode(), Leash()) == "党员".encode()[::-1]


@pytest.mark.parametrize("appetite", [b"memory", b"processor", b"clock", b"disk"])
def test_whatever_it_wants_too_much_of_ends_the_child(appetite: bytes) -> None:
    with pytest.raises(SandboxFailed):
        ask(appetite)


def test_nothing_of_our_environment_reaches_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEIKE_SECRET_KEY", "secret")
    monkeypatch.setenv("DATABASE_URL", "postgres://secret")

    assert json.loads(ask(b"environment", Leash())) == ["LC_ALL", "PATH", "PYTHONPATH"]


def test_a_module_that_does_not_exist_is_a_failure() -> None:
    with pytest.raises(SandboxFailed):
        read_apart("no.such.module", io.BytesIO())
