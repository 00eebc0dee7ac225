"""Do the work that waits."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.jobs.enums import Lane
from cms.jobs.supervisor import Supervisor
from cms.jobs.worker import LaneWorker


class Command(BaseCommand):
    help = "Do the work that waits: one process for each lane, or only the lane that is named."
    # A lane that died must be back soon; `manage.py check` has its own time.
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lane", choices=Lane.values, help="Work on this lane in this process.")
        parser.add_argument("--once", action="store_true", help="With --lane: end when nothing is due.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run until SIGTERM."""
        if options["lane"]:
            LaneWorker(options["lane"]).run(once=options["once"])
        else:
            Supervisor(Lane.values).run()
