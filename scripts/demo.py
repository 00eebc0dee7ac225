#!/usr/bin/env python
"""./demo: set the demonstration up, run web and worker until Ctrl-C, or walk through it once with --smoke."""

import argparse
import contextlib
import ipaddress
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from scripts.shell import without_settings  # noqa: E402  # the checkout is not installed as a package

STAMP = "demo-stamp.json"
MADE_BY_US = (
    "weike.sqlite3*",
    "search.sqlite3*",
    "media",
    "uploads",
    "work",
    "static",
    "log",
    "metrics",
    "access-log",
    STAMP,
)
THIS_COMPUTER = frozenset({"127.0.0.1", "::1", "localhost"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104  # only compared
READY_S = 120
# The worker gives its own children ten seconds.
STOP_S = 13


class StopError(Exception):
    """Somebody asked the demonstration to end."""


def say(text: str = "") -> None:
    """Speak to the person; the last line of --smoke on standard output stays the result."""
    print(text, file=sys.stderr, flush=True)


def read_options() -> argparse.Namespace:
    """Return the options of ./demo."""
    parser = argparse.ArgumentParser(prog="./demo", description="Run Weike 微课 with demonstration data.")
    parser.add_argument("--port", type=int, default=8000, help="port of the site (8000)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (this computer only)")
    parser.add_argument("--reset", action="store_true", help="throw the demonstration's data away and build it again")
    parser.add_argument("--smoke", action="store_true", help="walk the persons' story over HTTP once, then exit")
    options = parser.parse_args()
    if not 1 <= options.port <= 65535:  # noqa: PLR2004  # the range of TCP ports
        parser.error("--port is a number from 1 to 65535")
    return options


def is_loopback(host: str) -> bool:
    """Tell whether only this computer can reach the address."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    return host == "localhost"


def site_address(host: str, port: int) -> str:
    """Return the address to open; this computer goes by its name, since passkeys work with no bare number."""
    if host in THIS_COMPUTER | EVERYWHERE:
        host = "localhost"
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def listening_hosts(host: str) -> list[str]:
    """Return the addresses to listen on: for this computer both that its name may stand for."""
    if host in THIS_COMPUTER:
        return ["127.0.0.1", "::1"] if can_listen("::1", 0) else ["127.0.0.1"]
    return [host]


def environment(options: argparse.Namespace, data: Path) -> dict[str, str]:
    """Return the environment of every process of the demonstration: of the shell's settings none but the folder."""
    hosts = ["127.0.0.1", "localhost", "[::1]", "testserver"]
    if not is_loopback(options.host):
        # Asked for in so many words: whoever reaches this address may use any of its names.
        hosts = ["*"]
    return {
        **without_settings(),
        "DJANGO_SETTINGS_MODULE": "cms.settings.dev",
        "PYTHONPATH": str(ROOT),
        "WEIKE_DATA_DIR": str(data),
        "WEIKE_ALLOWED_HOSTS": ",".join(hosts),
        "WEIKE_SITE_ADDRESS": site_address(options.host, options.port),
    }


def can_listen(host: str, port: int) -> bool:
    """Tell whether a server could listen there now."""
    try:
        family, kind, protocol, _name, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError:
        return False
    return True


def free_port() -> int:
    """Return a port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def remove_data(data: Path) -> None:
    """Remove what the demonstration made in its folder, and nothing else."""
    for pattern in MADE_BY_US:
        for path in data.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def holds_another_site(data: Path) -> bool:
    """Tell whether people's accounts lie in the folder that no demonstration made: a site somebody works with."""
    file = data / "weike.sqlite3"
    if (data / STAMP).exists() or not file.is_file():
        return False
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as database:
        try:
            return database.execute("SELECT 1 FROM accounts_user LIMIT 1").fetchone() is not None
        except sqlite3.OperationalError:
            # No such table yet: nobody works with it.
            return False


class Servers:
    """Web and worker as one process group, apart from the terminal's, so that Ctrl-C reaches only us."""

    def __init__(self, options: argparse.Namespace, data: Path) -> None:
        self.options, self.data = options, data
        self.environment = environment(options, data)
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def command(self, name: str) -> list[str]:
        """Return the argv of one child."""
        if name == "worker":
            return [sys.executable, "manage.py", "worker"]
        hosts = [f"[{host}]" if ":" in host else host for host in listening_hosts(self.options.host)]
        return [
            *(sys.executable, "-m", "gunicorn", "cms.wsgi"),
            *(f"--bind={host}:{self.options.port}" for host in hosts),
            # Threads stream uploads while pages are answered; preloading reads the code once for both processes.
            *("--worker-class", "cms.web_worker.PatientWorker", "--workers", "2", "--threads", "8"),
            *("--preload", "--no-control-socket"),
            *("--timeout", "120", "--graceful-timeout", "5", "--keep-alive", "5"),
            # A Han character takes nine bytes in an address, so that the usual 4,094 end within a pasted sentence.
            *("--limit-request-line", "8190"),
        ]

    def start(self) -> None:
        """Start the children."""
        (self.data / "log").mkdir(parents=True, exist_ok=True)
        # What a former start counted is over.
        shutil.rmtree(self.data / "metrics", ignore_errors=True)
        (self.data / "metrics").mkdir()
        for name in ("web", "worker"):
            self.start_child(name)

    def start_child(self, name: str) -> None:
        """Start one child; its words go to a log file."""
        leader = next(iter(self.children.values()), None)
        with (self.data / "log" / f"{name}.log").open("wb") as log:
            self.children[name] = subprocess.Popen(
                self.command(name),
                cwd=ROOT,
                # Two web processes count, and /metrics adds them up; commands count for themselves and leave no files.
                env={**self.environment, "PROMETHEUS_MULTIPROC_DIR": str(self.data / "metrics")},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                process_group=leader.pid if leader else 0,
            )

    def dead_child(self) -> str | None:
        """Return the name of a child that ended by itself."""
        return next((name for name, child in self.children.items() if child.poll() is not None), None)

    def wait_ready(self) -> bool:
        """Wait for /readyz; tell why when it does not come."""
        address = f"{site_address(self.options.host, self.options.port)}/readyz"
        # A proxy of the shell's environment has no way to this computer's own ports.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        end, answer = time.monotonic() + READY_S, "no answer"
        while time.monotonic() < end and self.dead_child() is None:
            try:
                with opener.open(address, timeout=5):
                    return True
            except urllib.error.HTTPError as error:
                answer = error.read(500).decode(errors="replace")
            except OSError as error:
                answer = str(error)
            time.sleep(0.1)
        dead = self.dead_child()
        say(f"The {dead} process ended by itself:" if dead else f"The site did not become ready: {answer}")
        self.show_logs(dead)
        return False

    def show_logs(self, only: str | None = None) -> None:
        """Print the end of the children's logs."""
        for name in self.children:
            if only in {None, name}:
                log = (self.data / "log" / f"{name}.log").read_text(errors="replace")
                say(f"--- {name}.log\n{log[-3000:]}")

    def stop(self) -> None:
        """End the children politely, then whatever is left of their group."""
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        end = time.monotonic() + STOP_S
        for child in self.children.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(max(0.1, end - time.monotonic()))
        leader = next(iter(self.children.values()), None)
        if leader is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(leader.pid, signal.SIGKILL)
        for child in self.children.values():
            child.wait()


@contextlib.contextmanager
def running(options: argparse.Namespace, data: Path) -> Iterator[Servers]:
    """Run the servers for the block and leave no process behind, however it ends."""
    servers = Servers(options, data)
    try:
        servers.start()
        yield servers
    finally:
        # From here on a second Ctrl-C must not interrupt the tidying.
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        servers.stop()


def set_up_site(options: argparse.Namespace, data: Path) -> None:
    """Bring database, static files and demonstration data up to date in a process of their own."""
    argv = [sys.executable, "scripts/set_up_site.py", str(data / STAMP)]
    if options.smoke:
        # The story makes its own clip and lesson; the others' forty would only cost time.
        argv.append("--people-only")
    # What each step tells the log is for operators, also that one of the clips fails, as it shall.
    quiet = {**environment(options, data), "WEIKE_LOG_LEVEL": "ERROR"}
    if subprocess.run(argv, cwd=ROOT, env=quiet, check=False, stdout=sys.stderr).returncode:
        sys.exit("The demonstration could not be set up; the reason stands above.")


def print_accounts(servers: Servers) -> None:
    """Print one account for each role with the second-factor code of this moment."""
    argv = [sys.executable, "manage.py", "demo_accounts", "--json"]
    told = subprocess.run(argv, cwd=ROOT, env=servers.environment, capture_output=True, text=True, check=False)
    if told.returncode:
        say(told.stderr[-2000:])
        return
    accounts = json.loads(told.stdout.strip().splitlines()[-1])
    say(f"  {'role':<18}{'sign-in name':<24}{'password':<38}code now")
    for account in accounts:
        say(f"  {account['role']:<18}{account['username']:<24}{account['password']:<38}{account['totp'] or '–'}")
    say("\n  Codes change every 30 seconds; new ones: .venv/bin/python manage.py demo_accounts")


def serve(options: argparse.Namespace, data: Path) -> int:
    """Run the site until somebody stops it; return the exit status."""
    with running(options, data) as servers:
        if not servers.wait_ready():
            return 1
        say(f"\n  Weike 微课 is ready: {site_address(options.host, options.port)}\n")
        print_accounts(servers)
        if not is_loopback(options.host):
            say("\n  Others in your network can reach it, and these passwords are public: demonstration only.")
        say("\n  Ctrl-C ends it.")
        while servers.dead_child() is None:
            time.sleep(0.3)
        say(f"The {servers.dead_child()} process ended by itself:")
        servers.show_logs(servers.dead_child())
        return 1


def smoke(options: argparse.Namespace) -> int:
    """Walk through the site once on a free port with fresh data; the story's last line is the result."""
    options.host, options.port = "127.0.0.1", free_port()
    with tempfile.TemporaryDirectory(prefix="weike-smoke-") as folder:
        data = Path(folder)
        started = time.monotonic()
        set_up_site(options, data)
        say(f"site set up: {time.monotonic() - started:.1f} s")
        with running(options, data) as servers:
            if not servers.wait_ready():
                return 1
            say(f"ready: {time.monotonic() - started:.1f} s")
            base_url = site_address(options.host, options.port)
            argv = [sys.executable, "manage.py", "smoke", "--base-url", base_url]
            status = subprocess.run(argv, cwd=ROOT, env=servers.environment, check=False).returncode
            if status:
                servers.show_logs()
            return status


def on_signal(number: int, frame: FrameType | None) -> None:
    """Leave the main loop through its tidying block."""
    raise StopError


def main() -> int:
    """Run ./demo; return its exit status."""
    options = read_options()
    if os.environ.get("DJANGO_SETTINGS_MODULE", "").endswith(".production"):
        sys.exit(
            "These are production settings; the demonstration does not run with them. Unset DJANGO_SETTINGS_MODULE."
        )
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        if options.smoke:
            return smoke(options)
        if not all(can_listen(host, options.port) for host in listening_hosts(options.host)):
            sys.exit(
                f"Nobody can listen on {options.host}:{options.port}: it is in use or not ours. Try ./demo --port N."
            )
        data = Path(os.environ.get("WEIKE_DATA_DIR") or ROOT / "var").resolve()
        data.mkdir(parents=True, exist_ok=True)
        if holds_another_site(data):
            sys.exit(f"{data} holds a site of its own, which stays as it is. Name another folder in WEIKE_DATA_DIR.")
        if options.reset:
            remove_data(data)
        set_up_site(options, data)
        return serve(options, data)
    except StopError:
        say("\n  Ended.")
        return 0


if __name__ == "__main__":
    sys.exit(main())
