"""The real site for browsers: web and worker of the demonstration on fresh data, behind a line that can be cut."""

import argparse
import contextlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.demo import Servers, free_port
from tests.e2e.line import Line

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Site:
    """Where the site is reached, through which line, and where its files lie."""

    address: str
    line: Line
    data: Path
    servers: Servers

    @property
    def originals(self) -> Path:
        """The folder of what people sent."""
        return self.data / "media" / "originals"


@contextlib.contextmanager
def running_site(data: Path) -> Iterator[Site]:
    """Run web and worker for the block, and leave no process behind."""
    port = free_port()
    with Line(port) as line:
        servers = Servers(argparse.Namespace(host="127.0.0.1", port=port), data)
        # Passkeys work with a name, not with a bare number.
        address = f"http://localhost:{line.port}"
        servers.environment["WEIKE_SITE_ADDRESS"] = address
        furnish(servers)
        try:
            servers.start()
            # A machine that does other things as well gets more time than ./demo gives.
            assert servers.wait_ready() or servers.wait_ready()
            yield Site(address, line, data, servers)
        finally:
            servers.stop()


def furnish(servers: Servers) -> None:
    """Make database, static files, people and lessons in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.e2e.furnish"],
        cwd=ROOT,
        env=servers.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
