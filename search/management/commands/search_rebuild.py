"""Make the index of this node anew."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.engines.protocol import EngineBusy
from search.rebuild import rebuild


class Command(BaseCommand):
    help = (
        "Builds a new search index from the database and puts it in the place of the old one in one step; the old "
        "one answers meanwhile. Last line: JSON with documents and failed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = rebuild()
        except EngineBusy as error:
            raise CommandError("Another rebuild is running, or the index could not be held for the swap.") from error
        self.stdout.write(json.dumps(asdict(report)))
