"""A private Redis that forgets everything when it ends."""

from collections.abc import Sequence

from tests.services.processes import Server, need


class Redis(Server):
    """One Redis on a free port without persistence."""

    name = "redis"

    def argv(self) -> Sequence[str]:
        place = ["--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder)]
        return [need("redis-server", package="redis-server"), *place, "--save", "", "--appendonly", "no"]

    def url(self, database: int = 0) -> str:
        """Return the address of one of its databases."""
        return f"redis://127.0.0.1:{self.port}/{database}"
