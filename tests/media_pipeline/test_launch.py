"""Programs that read strangers' files are started where there is nobody to talk to."""

import ctypes
import json
import os
import socket
import struct
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from media_pipeline import launch, run

KNOCK = Path(__file__).with_name("knock.py")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What a program in ffmpeg's place finds when it knocks at two open doors of this test."""
    program = tmp_path / "ffmpeg"
    program.write_text(f"#!{sys.executable} -S\n{KNOCK.read_text()}")
    program.chmod(0o755)
    monkeypatch.setattr(run, "ffmpeg_binary", lambda: str(program))
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as unix:
        unix.bind(str(tmp_path / "door"))
        unix.listen()
        finished = run.run([f"knock={tcp.getsockname()[1]}:{tmp_path / 'door'}"])
        for door in (tcp, unix):
            door.setblocking(False)
            with pytest.raises(BlockingIOError):
                door.accept()
    return dict(json.loads(finished.stderr))


def test_what_runs_in_ffmpeg_s_place_reaches_nobody(told: dict[str, str]) -> None:
    assert (told["tcp"], told["unix"]) == ("PermissionError", "PermissionError")
    assert (told["no_new_rights"], told["filtered"]) == ("1", "2")


def test_it_has_a_network_of_its_own_where_the_kernel_gives_one(told: dict[str, str]) -> None:
    assert (told["network"] != str(Path("/proc/self/ns/net").readlink())) == kernel_gives_networks()


def kernel_gives_networks() -> bool:
    child = os.fork()
    if not child:
        kernel = ctypes.CDLL(None)
        own = kernel.unshare(launch.CLONE_NEWNET) and kernel.unshare(launch.CLONE_NEWUSER | launch.CLONE_NEWNET)
        os._exit(own != 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@pytest.mark.parametrize("machine", launch.CALLS)
@pytest.mark.parametrize("call", ["refused", "allowed", "another machine's", "of another width"])
def test_the_filter_says_no_to_sockets_and_to_calls_in_disguise(machine: str, call: str) -> None:
    mark, refused = launch.CALLS[machine]
    program = launch.socket_filter(mark, refused)
    calls = {
        "refused": [(number, mark) for number in refused],
        "allowed": [(number, mark) for number in range(500) if number not in refused],
        "another machine's": [(1, mark ^ 1)],
        "of another width": [(launch.OTHER_NUMBERS | refused[0], mark), (launch.OTHER_NUMBERS, mark)],
    }[call]

    wanted = launch.ALLOW if call == "allowed" else launch.REFUSE

    assert {verdict(program, *asked) for asked in calls} == {wanted}


@pytest.mark.parametrize(("largest", "filters"), [(2**63 - 1, 1), (2**31 - 1, 0)])
def test_programs_of_32_bits_are_spared_a_filter_that_would_refuse_them_everything(
    monkeypatch: pytest.MonkeyPatch, largest: int, filters: int
) -> None:
    kernel = Mock()
    monkeypatch.setattr(os, "uname", lambda: Mock(machine="x86_64"))
    monkeypatch.setattr(sys, "maxsize", largest)

    launch._refuse_sockets(kernel)

    assert kernel.prctl.call_count == filters


def verdict(program: bytes, number: int, mark: int) -> int:
    """Run a filter as the kernel does."""
    rows: list[tuple[int, ...]] = [struct.unpack_from("=HBBI", program, at) for at in range(0, len(program), 8)]
    at = held = 0
    while True:
        what, yes, no, value = rows[at]
        at += 1
        if what == launch.RETURN:
            return value
        if what == launch.LOAD:
            held = {launch.NUMBER_AT: number, launch.MARK_AT: mark}[value]
        else:
            at += yes if (held == value if what == launch.EQUAL else held >= value) else no
