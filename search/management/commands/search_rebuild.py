"""Make the indexes anew."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.configured import shared_engine
from search.engines.protocol import EngineAway, EngineBusy
from search.rebuild import RebuildReport, rebuild
from search.rebuild_shared import NothingToGoBackTo, RebuildDiffers, go_back, rebuild_shared


class Command(BaseCommand):
    help = (
        "Builds a new search index from the database and puts it in the place of the old one in one step; the old "
        "one answers meanwhile. Where nodes share an index, that one is built too; without --shared this node's own "
        "comes first. Last line: JSON with documents and failed; the shared index's part stands under its name."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--shared", action="store_true", help="Build the shared index only.")
        parser.add_argument(
            "--back",
            action="store_true",
            help="Let the shared index that was in use before answer again, after what it missed was sent to it.",
        )

    def handle(self, *args: Any, shared: bool, back: bool, **options: Any) -> None:
        try:
            told = _shared(back=True) if back else {**({} if shared else asdict(rebuild())), **_shared(back=False)}
        except EngineBusy as error:
            raise CommandError("Another rebuild is running, or the index could not be held for the swap.") from error
        except EngineAway as error:
            raise CommandError(f"The server of the shared index does not answer: {error}") from error
        except RebuildDiffers as error:
            raise CommandError(
                f"The new index is not what the database holds, and was thrown away: {error}"
            ) from error
        except NothingToGoBackTo as error:
            raise CommandError("There is no former index that this version made; search_rebuild makes one.") from error
        if not told:
            raise CommandError("No index is shared: WEIKE_SEARCH_ENGINE is embedded.")
        self.stdout.write(json.dumps(told))


def _shared(*, back: bool) -> dict[str, Any]:
    """Rebuild the shared index, or go back; return its report under its name, and nothing where none is shared."""
    engine = shared_engine()
    if engine is None:
        return {}
    report: RebuildReport = go_back(engine) if back else rebuild_shared(engine)
    return {engine.name: asdict(report)}
