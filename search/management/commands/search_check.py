"""Compare the indexes with the database."""

import json
import sys
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from search.check import check_indexes, repair_indexes


class Command(BaseCommand):
    help = (
        "Compares the search index of this node, and the shared one where there is one, with the database and lists "
        "what is missing, stale, orphaned or cannot be built. Exit 1 when anything differs. Last line: JSON; the shared "
        "index's part stands under its name."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--repair", action="store_true", help="Feed what differs again, then compare once more.")

    def handle(self, *args: Any, repair: bool, **options: Any) -> None:
        reports, repaired = check_indexes(), 0
        if repair:
            repaired = repair_indexes(reports)
            reports = check_indexes()
        own, *others = reports
        ok = all(report.ok for report in reports.values())
        told = {
            "ok": ok,
            **_told(asdict(reports[own])),
            "repaired": repaired,
            **{name: {"ok": reports[name].ok, **asdict(reports[name])} for name in others},
        }
        self.stdout.write(json.dumps(told, ensure_ascii=False))
        if not ok:
            sys.exit(1)


def _told(report: dict[str, Any]) -> dict[str, Any]:
    """Return what is said of an index that lies beside: it is never away."""
    return {name: value for name, value in report.items() if name != "away"}
