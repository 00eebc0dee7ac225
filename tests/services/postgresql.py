"""A private PostgreSQL cluster: made, used and thrown away, never the machine's own."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.services.processes import Server, ServiceFailedError, need

# Durability costs a test suite minutes and protects nothing: the cluster is thrown away.
FAST_AND_CARELESS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")


class PostgreSQL(Server):
    """One cluster on a free port with the superuser `postgres` and no password."""

    name = "postgresql"

    def program(self, name: str) -> list[str]:
        """Return the start of an argv that runs one of the server's programs as somebody who is not root."""
        path = need(name, package="postgresql")
        if os.geteuid() != 0:
            return [path]
        return [need("runuser", package="util-linux"), "-u", "postgres", "--", path]

    def argv(self) -> Sequence[str]:
        data = self.folder / "data"
        self.make_cluster(data)
        options = [part for option in FAST_AND_CARELESS for part in ("-c", option)]
        place = ["-D", str(data), "-p", str(self.port), "-k", str(self.folder), "-c", "listen_addresses=127.0.0.1"]
        return [*self.program("postgres"), *place, *options]

    def make_cluster(self, data: Path) -> None:
        """Run initdb as the server's own person, who must own the folder."""
        if os.geteuid() == 0:
            person = pwd.getpwnam("postgres")
            os.chown(self.folder, person.pw_uid, person.pw_gid)
        initdb = [*self.program("initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8"]
        done = subprocess.run(
            [*initdb, "--locale=C.UTF-8", "-N"], cwd="/", capture_output=True, text=True, check=False, timeout=60
        )
        if done.returncode:
            raise ServiceFailedError(f"initdb: {done.stderr}")

    def is_ready(self) -> bool:
        asked = subprocess.run(
            [need("pg_isready", package="postgresql-client"), "-h", "127.0.0.1", "-p", str(self.port), "-q"],
            check=False,
            timeout=10,
        )
        return asked.returncode == 0

    def create(self, database: str) -> str:
        """Create an empty database and return its address."""
        place = ["-h", "127.0.0.1", "-p", str(self.port), "-U", "postgres"]
        subprocess.run([need("createdb", package="postgresql-client"), *place, database], check=True, timeout=30)
        return self.url(database)

    def url(self, database: str = "postgres") -> str:
        """Return the DATABASE_URL of a database in the cluster."""
        return f"postgres://postgres@127.0.0.1:{self.port}/{database}"

    def stop(self) -> None:
        """End the cluster; runuser hands the signal on, and what it leaves is ended with its group."""
        super().stop()
        shutil.rmtree(self.folder, ignore_errors=True)
