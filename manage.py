#!/usr/bin/env python
"""Run Django commands; the settings default to the demonstration on one machine."""

import gc
import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    # What a command reads at its start stays; looking through it again and again takes a tenth of the start, and a fifth
    # of migrating an empty database.
    gc.set_threshold(50_000)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cms.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
