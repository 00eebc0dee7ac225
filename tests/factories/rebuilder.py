"""One rebuild of the shared index in a process of its own: `-m tests.factories.rebuilder FILE` writes its memory and time.

It serves topics; SEARCH_ENGINE and ELASTICSEARCH_URL name the server, as for `mortal_feeder`.
"""

import json
import os
import resource
import sys
import time
from dataclasses import asdict
from pathlib import Path

import django

from tests.factories.mortal_feeder import serve_topics, stand_in_at


def main(report: Path) -> None:
    """Rebuild once; `grown_mb` is what the process grew by at most, beside the site that it loaded."""
    django.setup()
    from search import configured
    from search.rebuild_shared import rebuild_shared

    serve_topics()
    if os.environ["ELASTICSEARCH_URL"].startswith("file:"):
        configured.SHARED["elasticsearch"] = lambda url, *_rest: stand_in_at(url)
    shared = configured.shared_engine()
    assert shared is not None
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    done = asdict(rebuild_shared(shared))
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    told = {**done, "seconds": time.monotonic() - began, "peak_mb": after / 1024, "grown_mb": (after - before) / 1024}
    report.write_text(json.dumps(told))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
