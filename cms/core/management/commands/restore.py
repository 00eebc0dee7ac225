"""Put a backup back in the place of what is there now."""

import json
import shutil
import sqlite3
import subprocess
import tarfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from cms.core.management.commands.backup import FORMAT, facts, media_roots, postgresql_environment


class Command(BaseCommand):
    help = "Put a backup back: database and media are replaced as a whole. Stop web and worker first."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="A folder that `backup` made.")
        parser.add_argument("--yes", action="store_true", help="What is there now may be replaced.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Check everything before the first byte is replaced."""
        folder: Path = options["folder"].resolve()
        manifest = read_manifest(folder)
        if not options["yes"]:
            raise CommandError("This replaces the database and all media. Say --yes if that is what you want.")
        restore_database(folder / manifest["database"]["name"])
        count = unpack_media(folder / manifest["media"]["name"])
        self.stdout.write(json.dumps({"folder": str(folder), "made_at": manifest["made_at"], "files": count}))


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return the manifest of a backup that is whole and fits this database.

    Raises CommandError with the reason when it does not.
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError) as error:
        raise CommandError(f"{folder} holds no backup: {error}") from error
    if manifest.get("format") != FORMAT:
        raise CommandError("This backup was made by another version; restore it with that one.")
    if manifest["database"]["vendor"] != connection.vendor:
        raise CommandError(f"The backup is of {manifest['database']['vendor']}, the site runs on {connection.vendor}.")
    for part in ("database", "media"):
        path = folder / manifest[part]["name"]
        if not path.is_file() or facts(path) != {key: manifest[part][key] for key in ("bytes", "sha256")}:
            raise CommandError(f"{path.name} is missing or damaged; nothing was changed.")
    return manifest


def restore_database(source: Path) -> None:
    """Replace every row. Raises CommandError when pg_restore fails."""
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        with sqlite3.connect(source) as copy:
            copy.backup(connection.connection)
        copy.close()
        connection.close()
        return
    connection.close()
    argv = ["pg_restore", "--clean", "--if-exists", "--no-owner", "--no-privileges", "--single-transaction"]
    environment = postgresql_environment()
    done = subprocess.run(
        [*argv, f"--dbname={environment['PGDATABASE']}", str(source)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise CommandError(f"pg_restore failed, and the database is as it was: {done.stderr.strip()}")


def unpack_media(source: Path) -> int:
    """Replace the files of every storage that is a folder here; return how many came back."""
    roots = media_roots()
    drafts = {alias: root.with_name(f".{root.name}.restore") for alias, root in roots.items()}
    for draft in drafts.values():
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(parents=True)
    count = 0
    with tarfile.open(source) as archive:
        for member in archive:
            alias, _slash, name = member.name.partition("/")
            if alias in drafts and member.isfile():
                member.name = name
                # The filter refuses names that lead out of the folder, links and devices.
                archive.extract(member, drafts[alias], filter="data")
                count += 1
    for alias, root in roots.items():
        shutil.rmtree(root, ignore_errors=True)
        drafts[alias].rename(root)
    return count
