"""Walk the persons' story on a running demonstration."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.demo.accounts import forbid_outside_demo
from cms.demo.client import SmokeError
from cms.demo.smoke import run_story


class Command(BaseCommand):
    help = (
        "Film, publish, watch, answer, book a lecturer, curate a course: over HTTP on a running site. Last line: JSON."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--base-url", required=True, help="address of the running site")

    def handle(self, *args: Any, **options: Any) -> None:
        forbid_outside_demo()
        try:
            outcome = run_story(options["base_url"])
        except SmokeError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(json.dumps(asdict(outcome)))
        if not all(reached for reached in asdict(outcome).values() if isinstance(reached, bool)):
            raise CommandError("The story did not reach its end.")
