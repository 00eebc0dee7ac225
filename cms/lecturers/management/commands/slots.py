"""`manage.py slots FILE.json`: when a lesson can begin, by the rules in the file; no database is asked."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from cms.lecturers.slot_input import answer, read_question
from cms.lecturers.slots import WrongInput, find_slots

WRONG = 2
MOST_BYTES = 32 * 1024 * 1024


class Command(BaseCommand):
    help = "Print the slots for the rules in a JSON file, or on standard input with “-”; docs/api.md describes both."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="The JSON file, or - for standard input.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = answer(find_slots(read_question(decoded(read(options["file"])))))
        except WrongInput as wrong:
            self.stdout.write(
                json.dumps({"error": {"code": wrong.code, "message": wrong.message}}, ensure_ascii=False)
            )
            sys.exit(WRONG)
        self.stdout.write(json.dumps(found))


def read(name: str) -> bytes:
    """Return the bytes of the file; raises WrongInput when they cannot be read or are too many."""
    try:
        if name == "-":
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with Path(name).open("rb") as file:
                content = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        raise WrongInput("unreadable", f"The file cannot be read: {error}.") from error
    if len(content) > MOST_BYTES:
        raise WrongInput("too_large", f"At most {MOST_BYTES} bytes are read.")
    return content


def decoded(content: bytes) -> Any:
    """Return the decoded JSON; raises WrongInput for anything else."""
    try:
        return json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise WrongInput("not_json", "The input is no JSON in UTF-8.") from error
