"""Compare the index with the database."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict, replace
from typing import Any

from django.core.management.base import BaseCommand

from search.check import check_index, repair_index


class Command(BaseCommand):
    help = (
        "Compares the search index of this node with the database and lists what is missing, stale, orphaned or "
        "cannot be built. Exit 1 when anything differs. Last line: JSON."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Feed what differs again, then compare once more.")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        report = check_index()
        if repair:
            repaired = repair_index(report)
            report = replace(check_index(), repaired=repaired)
        self.stdout.write(json.dumps({"ok": report.ok, **asdict(report)}, ensure_ascii=False))
        if not report.ok:
            sys.exit(1)
