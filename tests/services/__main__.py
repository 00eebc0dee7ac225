"""Start the servers of the many-machine shape by hand: python -m tests.services [postgresql|redis|elasticsearch|all]."""

import contextlib
import signal
import sys

from tests.services.elasticsearch_server import Elasticsearch
from tests.services.postgresql import PostgreSQL
from tests.services.processes import ServiceMissingError
from tests.services.redis_server import Redis


def main() -> int:
    """Run until Ctrl-C; print how to reach what runs."""
    wanted = sys.argv[1] if len(sys.argv) > 1 else "all"
    kinds: dict[str, type[PostgreSQL | Redis | Elasticsearch]] = {
        "postgresql": PostgreSQL,
        "redis": Redis,
        "elasticsearch": Elasticsearch,
    }
    if wanted not in {*kinds, "all"}:
        print(__doc__, file=sys.stderr)
        return 64
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.ExitStack() as stack, contextlib.suppress(KeyboardInterrupt):
        for name in kinds if wanted == "all" else [wanted]:
            try:
                server = kinds[name]()
                stack.enter_context(server)
            except ServiceMissingError as missing:
                print(missing, file=sys.stderr)
                return 1
            print(f"{name}: {server.url()}", flush=True)
        signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main())
