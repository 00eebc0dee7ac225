"""`manage.py begin_site`: the first organisation and the first two people of a new site."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_slug

from cms.core.errors import DomainError
from cms.organisations.services import FirstPerson, begin_site

LENGTHS = {"organisation": 120, "short_name": 40, "code": 60, "officer": 60, "administrator": 60}
NEXT = """
Sign in at {address}/accounts/login/ with these passwords. They are shown this once. Each person sets up a second factor
at the first sign-in and then changes the password under “My settings”.
The administrator adds organisations and imports their members; the officer gives roles to members."""


class Command(BaseCommand):
    help = "Make the top organisation, its security officer and its administrator; print their first passwords once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("organisation", help="Name of the organisation at the top.")
        parser.add_argument("--code", required=True, help="Its stable code: letters, digits, hyphens, underscores.")
        parser.add_argument("--short-name", default="", help="Shown where there is little room.")
        parser.add_argument("--officer", required=True, help="Full name of the security officer.")
        parser.add_argument("--officer-username", default="officer")
        parser.add_argument("--administrator", required=True, help="Full name of the administrator, another person.")
        parser.add_argument("--administrator-username", default="administrator")

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_bad_texts(options)
        try:
            people = begin_site(
                organisation=options["organisation"].strip(),
                code=options["code"],
                short_name=options["short_name"].strip(),
                officer=(options["officer"].strip(), options["officer_username"]),
                administrator=(options["administrator"].strip(), options["administrator_username"]),
            )
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        for duty, person in zip(("security officer", "administrator"), people, strict=True):
            self.stdout.write(line(duty, person))
        self.stdout.write(NEXT.format(address=settings.SITE_ADDRESS))


def refuse_bad_texts(options: dict[str, Any]) -> None:
    """Raise CommandError for an empty or too long text and for a code that is none."""
    for name, length in LENGTHS.items():
        text = options[name].strip()
        if len(text) > length or not (text or name == "short_name"):
            raise CommandError(f"{name}: 1 to {length} characters, please.")
    try:
        validate_slug(options["code"])
    except ValidationError as error:
        raise CommandError("code: letters, digits, hyphens and underscores, please.") from error


def line(duty: str, person: FirstPerson) -> str:
    """Return how one person signs in."""
    return f"{duty}: {person.name} · user name {person.username} · password {person.password}"
