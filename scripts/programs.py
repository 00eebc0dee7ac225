"""Programs of the system that tests need beyond Python packages: found, or installed where that is allowed."""

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from scripts import carried

ROOT = Path(__file__).resolve().parents[1]
APT = "apt-get"
APT_CACHE = "apt-cache"
HAN_FONTS = "/usr/share/fonts"
# Debian's Chromium without windows draws and plays the same with a third less work. Where it cannot be had, the other does.
BROWSER = "chromium-headless-shell"
BROWSERS = (BROWSER, "chromium")


def say(text: str) -> None:
    """Print one line at once, so that a person sees where the time goes."""
    print(text, flush=True)


def find_program(name: str) -> str | None:
    """Return the path of a program, looking also where Debian keeps servers."""
    places = [os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin", *postgresql_folders()]
    return shutil.which(name, path=os.pathsep.join(places))


def find_browser() -> str | None:
    """Return the path of the Chromium that tests drive."""
    return next(filter(None, map(find_program, BROWSERS)), None)


def postgresql_folders() -> list[str]:
    """Return the folders of installed PostgreSQL servers, newest first."""
    found = Path("/usr/lib/postgresql").glob("*/bin")
    return [str(path) for path in sorted(found, key=lambda path: float(path.parent.name), reverse=True)]


def has_han_font() -> bool:
    """Tell whether a browser could draw Chinese."""
    return any(Path(HAN_FONTS).rglob("*CJK*")) if Path(HAN_FONTS).is_dir() else False


def has_own_search() -> bool:
    """Tell whether the tests were told of an Elasticsearch that runs already."""
    return bool(os.environ.get(carried.OWN_SERVER))


# Debian package → what it is there for.
WANTED: dict[str, tuple[str, Callable[[], bool]]] = {
    BROWSER: ("browser tests", lambda: bool(find_program(BROWSER))),
    "fonts-noto-cjk": ("Chinese in browser tests", has_han_font),
    "postgresql": ("the second database", lambda: bool(find_program("initdb"))),
    "redis-server": ("the many-machine shape", lambda: bool(find_program("redis-server"))),
    "nginx-light": ("the many-machine shape", lambda: bool(find_program("nginx"))),
    "default-jre-headless": ("the second search engine", lambda: has_own_search() or bool(find_program("java"))),
    "maven": (
        "fetching the second search engine",
        lambda: has_own_search() or carried.is_unpacked() or bool(find_program("mvn")),
    ),
}


# What only Go builds: program → where its source lies, and which version of it.
BUILT: dict[str, tuple[str, str]] = {
    "versitygw": ("github.com/versity/versitygw/cmd/versitygw", "v1.8.0"),
    "tusd": ("github.com/tus/tusd/v2/cmd/tusd", "v2.9.1"),
}
# What every check needs; the others are built by the measurements that stand beside them.
ALWAYS = ("versitygw",)
# Minutes on two busy cores when nothing of it was ever compiled there, seconds afterwards.
BUILD_S = 900


class NotBuiltError(Exception):
    """A program that Go builds is not there; the message says why."""


@functools.cache
def built_program(name: str) -> Path:
    """Return the path of a program that Go builds, built now if it never was; another version is another file.

    Raises NotBuiltError.
    """
    source, version = BUILT[name]
    folder = ROOT / "var" / "bin" / f"{name}-{version}"
    program = folder / name
    if program.is_file():
        return program
    go = shutil.which("go")
    if go is None:
        raise NotBuiltError(f"{name} is not built, and there is no Go to build it with")
    say(f"     building {name} {version} ...")
    try:
        done = subprocess.run(
            # Without its symbols, which are a third of it.
            [go, "install", "-ldflags=-s -w", f"{source}@{version}"],
            env={**os.environ, "GOBIN": str(folder)},
            capture_output=True,
            text=True,
            check=False,
            timeout=BUILD_S,
        )
    except subprocess.TimeoutExpired:
        raise NotBuiltError(f"{name} was not built in {BUILD_S} s") from None
    if done.returncode or not program.is_file():
        raise NotBuiltError(f"{name} could not be built: {done.stderr.strip()[-500:]}")
    return program


def install_missing() -> dict[str, str]:
    """Install, build or fetch what is missing where that is possible; return what still is, with the reason."""
    return {**packages_missing(), **builds_missing(), **fetches_missing()}


def fetches_missing() -> dict[str, str]:
    """Fetch what only Maven has."""
    if has_own_search():
        return {}
    try:
        carried.elasticsearch_home()
    except carried.NotFetchedError as missing:
        return {"elasticsearch": str(missing)}
    return {}


def builds_missing() -> dict[str, str]:
    """Build what only Go builds."""
    reasons = {}
    for name in ALWAYS:
        try:
            built_program(name)
        except NotBuiltError as missing:
            reasons[name] = str(missing)
    return reasons


def packages_missing() -> dict[str, str]:
    """Install Debian's packages when root on a Debian-like system."""
    missing = [name for name, (_use, is_there) in WANTED.items() if not is_there()]
    if not missing:
        return {}
    if os.geteuid() != 0:
        return still_missing(missing, "not installed, and only root may install it")
    if not shutil.which(APT):
        return still_missing(missing, "not installed, and this is no Debian")
    say(f"     installing {' '.join(missing)} ...")
    apt_get("update", "-qq")
    apt_get("install", "-y", "-qq", "--no-install-recommends", *map(package, missing))
    return still_missing(missing, "apt-get could not install it")


def package(name: str) -> str:
    """Return the package to ask for: distributions that do not have the small browser have the large one."""
    known = subprocess.run([APT_CACHE, "show", name], capture_output=True, check=False).returncode == 0
    return BROWSERS[-1] if name == BROWSER and not known else name


def apt_get(*arguments: str) -> None:
    """Run apt-get, and pass on what it complains about."""
    # Run level 1 keeps the packages from starting servers of their own on the machine's usual ports.
    calm = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    done = subprocess.run([APT, *arguments], env=calm, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        print(done.stderr[-1500:], file=sys.stderr)


def still_missing(names: Iterable[str], reason: str) -> dict[str, str]:
    """Return what is not there, with the reason; any browser is as good as the one that was wanted."""
    return {name: reason for name in names if not WANTED[name][1]() and not (name == BROWSER and find_browser())}
