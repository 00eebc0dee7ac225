import json
import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT, files, shown

LOCKS = ("base", "cluster", "dev")
# Where the project lies in its own image; its files may say so.
IMAGE = Path("/srv/weike")
BUILT_OR_MEDIA = {
    *(".mp4", ".mov", ".m4a", ".mp3", ".webm", ".ts.map", ".mo", ".pyc", ".sqlite3", ".whl", ".zip", ".tar", ".gz"),
    *(
        ".woff",
        ".woff2",
        ".ttf",
        ".otf",
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".webp",
        ".so",
        ".min.js",
        ".min.css",
        ".map",
    ),
}


def pinned(lock: str) -> dict[str, str]:
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==([^ ;\\]+)", text, re.MULTILINE))


def tracked() -> list[str]:
    """Return the committed paths; a copy without its history has the same files, less what is made at set-up."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return [shown(path) for path in files("", suffix="") if path.is_file()]
    told = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [name for name in told.split("\0") if name]


def test_an_environment_for_the_tests_also_serves_the_demonstration() -> None:
    for small, large in (("base", "cluster"), ("cluster", "dev")):
        assert pinned(small).items() <= pinned(large).items()


def test_each_extra_asks_for_locked_packages_of_its_own() -> None:
    tables = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["dynamic"]
    extras = {name: lines_of(*table["file"]) for name, table in tables["optional-dependencies"].items()}
    assert extras["s3"] | extras["elasticsearch"] <= extras["cluster"]
    assert not extras["s3"] & extras["elasticsearch"]
    # Another file named in one ("-r") would be more than setuptools reads.
    asked = {re.split(r"[\[<>=]", line)[0] for line in extras["cluster"]}
    assert asked <= pinned("cluster").keys()
    assert not asked & pinned("base").keys()


def lines_of(*paths: str) -> set[str]:
    """Return the requirements that stand in some files."""
    lines = {line for path in paths for line in (ROOT / path).read_text().splitlines()}
    return {line for line in lines if line and not line.startswith("#")}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_locked_package_carries_hashes_and_no_address(lock: str) -> None:
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert [package.split()[0] for package in packages if package.strip() and "--hash=sha256:" not in package] == []
    assert re.findall(r"https?://|--index-url|--find-links", text) == []


def test_the_front_end_lock_carries_hashes_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    locked = {name: package for name, package in packages.items() if name}
    assert [name for name, package in locked.items() if "integrity" not in package] == []
    assert [name for name, package in locked.items() if "resolved" in package] == []


def test_the_front_end_lock_belongs_to_its_manifest() -> None:
    manifest = json.loads((ROOT / "package.json").read_text())
    root = json.loads((ROOT / "package-lock.json").read_text())["packages"][""]
    for kind in ("dependencies", "devDependencies"):
        assert root[kind] == manifest[kind]


def test_nothing_built_and_no_media_is_committed() -> None:
    assert [name for name in tracked() if any(name.endswith(suffix) for suffix in BUILT_OR_MEDIA)] == []


def test_nothing_third_party_is_committed() -> None:
    assert [name for name in tracked() if "node_modules/" in name or "/vendor/" in name or ".venv/" in name] == []


def test_no_file_names_the_machine_it_was_written_on() -> None:
    here = {ROOT, Path.home()} - {Path("/"), IMAGE}
    places = re.compile("|".join([r"/home/[a-z]+/", *(re.escape(f"{place}/") for place in sorted(here))]))
    named = []
    for name in tracked():
        path = ROOT / name
        if path.is_file() and path.suffix not in BUILT_OR_MEDIA:
            text = path.read_text(encoding="utf-8", errors="replace")
            named += [f"{name}: {found}" for found in places.findall(text)]
    assert named == []
