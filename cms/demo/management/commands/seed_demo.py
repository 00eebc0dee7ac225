"""Fill an empty site with the demonstration's county, its people and its lessons."""

import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.accounts.models import User
from cms.demo.accounts import forbid_outside_demo
from cms.demo.clips import Filming
from cms.demo.lecturers import make_lecturers
from cms.demo.seed import County, seed_content, seed_people
from cms.organisations.models import Organisation


class Command(BaseCommand):
    help = "Build the demonstration data once; an already seeded site is left alone."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--people-only", action="store_true", help="people and lecturers, no clips and lessons (for the smoke run)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        forbid_outside_demo()
        if Organisation.objects.exists():
            self.stderr.write("The site already has organisations; nothing was changed.")
            return
        if User.objects.exists():
            raise CommandError("The site has people but no organisations; the demonstration needs an empty site.")
        self.started = time.monotonic()
        if options["people_only"]:
            county = self.settle()
            self.say(f"{len(make_lecturers(county.tree, county.people))} lecturers")
            return
        with Filming() as filming:
            county = self.settle()
            footage = filming.develop(county.people["editor"], unlucky=county.people["member2"])
        self.say(f"{len(footage.videos)} clips")
        lessons = seed_content(county, footage)
        self.say(f"{len(lessons)} lessons")

    def settle(self) -> County:
        """Build the tree and the people."""
        county = seed_people()
        self.say(f"{len(county.people)} role accounts, {len(county.tree)} organisations")
        return county

    def say(self, what: str) -> None:
        """Say what is there now, and after how long."""
        self.stderr.write(f"{what}: {time.monotonic() - self.started:.1f} s")
