"""The suite's SQLite database, migrated once for each state of the migrations and copied from then on.

Replaying some 230 migrations takes a dozen seconds, which every part and every parallel process of the suite would spend again.
"""

import ast
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings

OURS = ("cms", "media_pipeline", "search")
# Where ./check says which database of a PostgreSQL server is migrated already; each process of the suite copies it.
MIGRATED = "SUITE_MIGRATED"


def template_path() -> Path:
    """Return where the migrated database for the present migrations lies."""
    digest = hashlib.sha256()
    migrations = []
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for file in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label}/{file.name}".encode() + file.read_bytes())
            migrations.append(file)
    for file in sorted(imported_by(migrations)):
        digest.update(str(file.relative_to(settings.BASE_DIR)).encode() + file.read_bytes())
    return Path(settings.BASE_DIR, "var", "suite", f"{digest.hexdigest()[:20]}.sqlite3")


def imported_by(migrations: Iterable[Path]) -> set[Path]:
    """Return the files of ours that the migrations import, directly or not: a change of one changes what they do."""
    found: set[Path] = set()
    waiting = list(migrations)
    while waiting:
        new = files_of(imports_of(waiting.pop())) - found
        found |= new
        waiting += new
    return found


def imports_of(file: Path) -> Iterator[str]:
    """Yield the dotted names that a file imports, of modules of ours."""
    source = file.read_text()
    # Hundreds of migrations are Django's and Wagtail's own; parsing them would take longer than copying the database.
    if not any(name in source for name in OURS):
        return
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] in OURS)


def files_of(names: Iterable[str]) -> set[Path]:
    """Return the files in which those modules stand; what is no module (a class, a function) has none."""
    places = [Path(settings.BASE_DIR, *name.split(".")) for name in names]
    files = {path for place in places for path in (place.with_suffix(".py"), place / "__init__.py")}
    return {file for file in files if file.is_file()}


def copy_migrated(target: Path) -> None:
    """Put a migrated database at `target`; the first process that comes makes it, others wait for it."""
    template = template_path()
    template.parent.mkdir(parents=True, exist_ok=True)
    with (template.parent / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not template.is_file():
            make_template(template)
    shutil.copyfile(template, target)


def make_template(template: Path) -> None:
    """Migrate an empty database in a process of its own, and keep it as the only template."""
    for old in template.parent.glob("*.sqlite3*"):
        old.unlink()
    made = template.with_suffix(".part")
    made.unlink(missing_ok=True)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "cms.settings.test", "DATABASE_URL": f"sqlite:///{made}"},
        stdin=subprocess.DEVNULL,
        check=True,
    )
    made.rename(template)
