"""Documents that no index takes."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.core.serializers.json import DjangoJSONEncoder

from search.dead_letters import dead_documents, retry
from search.outbox import Key


class Command(BaseCommand):
    help = (
        "Lists the documents that cannot be built or that an index refuses, with what was said, or has them tried again "
        "at once. Last line: JSON, of list the documents, of retry how many are tried."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["list", "retry"])
        parser.add_argument("documents", nargs="*", metavar="KIND:KEY", help="Only these; all when none is named.")

    def handle(self, *args: Any, act: str, documents: list[str], **options: Any) -> None:
        named = {_read(text) for text in documents}
        found = [each for each in dead_documents() if not named or (each.kind, each.pk) in named]
        if act == "list":
            self.stdout.write(json.dumps([asdict(each) for each in found], cls=DjangoJSONEncoder, ensure_ascii=False))
            return
        self.stdout.write(json.dumps({"retried": retry((each.kind, each.pk) for each in found)}))


def _read(text: str) -> Key:
    kind, colon, pk = text.partition(":")
    if not (kind and colon and pk):
        raise CommandError(f"{text!r} is no KIND:KEY, such as lesson:12.")
    return kind, pk
