"""A supervisor whose lane listens to signals only once a file is there; `python -m tests.cms.jobs.late_lane FILE`."""

import sys
import time
from pathlib import Path
from unittest.mock import patch

import django


def main(gate: Path) -> None:
    django.setup()
    from cms.jobs import supervisor
    from cms.jobs.enums import Lane
    from cms.jobs.worker import LaneWorker

    class LateWorker(LaneWorker):
        def listen_to_signals(self) -> None:
            while not gate.exists():
                time.sleep(0.02)
            super().listen_to_signals()

    # A lane that never hears is not helped along by being killed.
    room = "cms.jobs.supervisor"
    with patch(f"{room}.GRACE_S", 3600.0), patch(f"{room}.LaneWorker", LateWorker):
        supervisor.Supervisor([Lane.LADDER]).run()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
