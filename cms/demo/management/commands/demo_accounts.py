"""List the demonstration's accounts with their present codes."""

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cms.demo.accounts import forbid_outside_demo, list_accounts


class Command(BaseCommand):
    help = "Print one account for each role, with password and present code."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="one JSON list on the last line")

    def handle(self, *args: Any, **options: Any) -> None:
        forbid_outside_demo()
        accounts = list_accounts()
        if options["json"]:
            self.stdout.write(json.dumps(accounts, ensure_ascii=False))
            return
        for account in accounts:
            code = f"  code {account['totp']}" if account["totp"] else ""
            self.stdout.write(f"{account['role']:<17} {account['username']:<22} {account['password']}{code}")
