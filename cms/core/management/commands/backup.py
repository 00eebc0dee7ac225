"""Copy everything that cannot be made again into one folder."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

STORES = ("default", "originals", "renditions")
BLOCK = 1 << 20
FORMAT = 1
# They say who asked for something lately, hashed; what a backup keeps, it keeps for years.
PASSING = ("core_ratewindow", "site_cache")


class Command(BaseCommand):
    help = "Copy the database and all media into a new folder, with a manifest of sizes and hashes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="A folder that does not exist yet.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the backup beside its name first, so that a folder of that name is always whole."""
        target: Path = options["folder"].resolve()
        if target.exists():
            raise CommandError(f"{target} exists already; a backup never overwrites another.")
        draft = target.with_name(f".{target.name}.part")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True, mode=0o700)
        # The database first: a file without its row is swept later, a row without its file would be a broken lesson.
        database = dump_database(draft)
        media = pack_media(draft / "media.tar")
        manifest = {
            "format": FORMAT,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": {"name": database.name, "vendor": connection.vendor, **facts(database)},
            "media": {"name": "media.tar", "files": media, **facts(draft / "media.tar")},
        }
        (draft / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=1))
        draft.rename(target)
        report = {"folder": str(target), "database_bytes": manifest["database"]["bytes"], "files": media}  # type: ignore[index]  # of our own dict
        self.stdout.write(json.dumps(report, ensure_ascii=False))


def facts(path: Path) -> dict[str, Any]:
    """Return size and SHA-256 of a file."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            found.update(block)
    return {"bytes": path.stat().st_size, "sha256": found.hexdigest()}


def dump_database(folder: Path) -> Path:
    """Write one consistent picture of the database while people go on working; return its file.

    Raises CommandError when pg_dump fails.
    """
    if connection.vendor == "sqlite":
        target = folder / "database.sqlite3"
        connection.ensure_connection()
        with sqlite3.connect(target) as copy:
            connection.connection.backup(copy)
            empty_passing(copy)
        copy.close()
        return target
    target = folder / "database.dump"
    passing = [f"--exclude-table-data={table}" for table in PASSING]
    argv = ["pg_dump", "--format=custom", "--no-owner", "--no-privileges", *passing, f"--file={target}"]
    done = subprocess.run(argv, env=postgresql_environment(), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"pg_dump failed: {done.stderr.strip()}")
    return target


def empty_passing(copy: sqlite3.Connection) -> None:
    """Leave out of a copy what only the next minutes or hours need, and write zeros where it stood."""
    copy.execute("PRAGMA secure_delete = ON")
    known = {name for (name,) in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    for table in known.intersection(PASSING):
        copy.execute(f"DELETE FROM {table}")  # noqa: S608  # names of ours


def postgresql_environment() -> dict[str, str]:
    """Return the environment in which PostgreSQL's own programs find our database; no password in an argv."""
    known = connection.settings_dict
    told = {
        "PGDATABASE": known["NAME"],
        "PGHOST": known["HOST"],
        "PGPORT": str(known["PORT"] or ""),
        "PGUSER": known["USER"],
        "PGPASSWORD": known["PASSWORD"],
    }
    return {**os.environ, **{name: value for name, value in told.items() if value}}


def pack_media(target: Path) -> int:
    """Write all files of the storages that are folders here into one archive; return their number."""
    count = 0
    with tarfile.open(target, "w") as archive:
        for alias in STORES:
            storage = storages[alias]
            if not isinstance(storage, FileSystemStorage):
                continue
            root = Path(storage.location)
            for path in sorted(root.rglob("*")):
                # Names that begin with a point are drafts which somebody is still writing.
                if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
                    archive.add(path, arcname=f"{alias}/{path.relative_to(root).as_posix()}", recursive=False)
                    count += 1
    return count


def media_roots() -> dict[str, Path]:
    """Return the folder of each storage that is one."""
    found = {alias: storages[alias] for alias in STORES if alias in settings.STORAGES}
    return {
        alias: Path(storage.location) for alias, storage in found.items() if isinstance(storage, FileSystemStorage)
    }
