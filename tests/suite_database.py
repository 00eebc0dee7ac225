"""The suite's SQLite database, migrated once for each state of the migrations and copied from then on.

Replaying some 230 migrations takes a dozen seconds, which every part and every parallel process of the suite would spend again.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from django.apps import apps
from django.conf import settings

# What migrations import from us; a change of it changes what they do.
IMPORTED = ("cms/core/triggers.py",)


def template_path() -> Path:
    """Return where the migrated database for the present migrations lies."""
    digest = hashlib.sha256()
    for app in sorted(apps.get_app_configs(), key=lambda app: app.label):
        for file in sorted((Path(app.path) / "migrations").glob("*.py")):
            digest.update(f"{app.label}/{file.name}".encode() + file.read_bytes())
    for name in IMPORTED:
        digest.update((settings.BASE_DIR / name).read_bytes())
    return Path(settings.BASE_DIR, "var", "suite", f"{digest.hexdigest()[:20]}.sqlite3")


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
