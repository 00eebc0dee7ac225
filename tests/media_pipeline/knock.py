"""Knocks at the addresses it is given and tells what it was answered, and how it is locked in; started by test_launch."""

import json
import socket
import sys
from pathlib import Path


def answered(family: socket.AddressFamily, address: str | tuple[str, int]) -> str:
    """Return "open", or the name of the error."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as line:
            line.settimeout(2)
            line.connect(address)
    except OSError as error:
        return type(error).__name__
    return "open"


port, path = next(argument for argument in sys.argv if argument.startswith("knock=")).removeprefix("knock=").split(":")
status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
sys.stderr.write(
    json.dumps(
        {
            "tcp": answered(socket.AF_INET, ("127.0.0.1", int(port))),
            "unix": answered(socket.AF_UNIX, path),
            "network": str(Path("/proc/self/ns/net").readlink()),
            "no_new_rights": status["NoNewPrivs"],
            "filtered": status["Seccomp"],
        }
    )
)
