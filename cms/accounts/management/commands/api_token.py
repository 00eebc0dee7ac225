"""`manage.py api_token USERNAME [--days N]`: a bearer token for scripts."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.accounts.backends import find_by_sign_in_name
from cms.accounts.second_factor import lacks_second_factor
from cms.accounts.services import issue_api_token
from cms.core.errors import DomainError

DEFAULT_DAYS = 90


class Command(BaseCommand):
    help = "Print a bearer token for one person; the last line of the output is the token, shown once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username", help="User name, phone or staff number.")
        parser.add_argument("--days", type=int, default=DEFAULT_DAYS, help="How long it is valid (1 to 366).")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_by_sign_in_name(options["username"])
        if user is None:
            raise CommandError("Nobody has this user name, phone or staff number.")
        try:
            token, ends_at = issue_api_token(user, days=options["days"])
        except DomainError as error:
            raise CommandError(str(error.message)) from error
        if lacks_second_factor(user):
            self.stderr.write("The API answers 403 to this token until the person has set up a second factor.")
        self.stderr.write(f"Valid until {ends_at:%Y-%m-%d %H:%M} UTC.")
        self.stdout.write(token)
