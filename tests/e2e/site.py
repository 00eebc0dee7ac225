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
from tests.e2e.signposts import read as read_signposts
from tests.suite_database import copy_migrated

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Site:
    """Where the site is reached, through which line, and where its files lie."""

    address: str
    line: Line
    data: Path
    servers: Servers
    signposts: dict[str, str]

    @property
    def originals(self) -> Path:
        """The folder of what people sent."""
        return self.data / "media" / "originals"

    def let_pass(self, booking: str) -> None:
        """Let the hours of a lesson pass; `booking` is the path of its request."""
        run(self.servers, "tests.e2e.past", booking.strip("/").split("/")[-1])


@contextlib.contextmanager
def running_site(data: Path) -> Iterator[Site]:
    """Run web and worker for the block, and leave no process behind."""
    port = free_port()
    with Line(port) as line:
        servers = Servers(argparse.Namespace(host="127.0.0.1", port=port), data)
        # Passkeys work with a name, not with a bare number.
        address = f"http://localhost:{line.port}"
        servers.environment["WEIKE_SITE_ADDRESS"] = address
        copy_migrated(data / "weike.sqlite3")
        run(servers, "tests.e2e.furnish")
        try:
            servers.start()
            # A machine that does other things as well gets more time than ./demo gives.
            assert servers.wait_ready() or servers.wait_ready()
            yield Site(address, line, data, servers, read_signposts(data))
        finally:
            servers.stop()


def run(servers: Servers, module: str, *arguments: str) -> None:
    """Run a module of ours in a process of its own that works on the site's data."""
    done = subprocess.run(
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        env=servers.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-5000:]
