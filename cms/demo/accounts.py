"""One account for each role, with a password and a second factor that the demonstration prints."""

import base64
import hashlib
import time
from dataclasses import dataclass
from typing import Any

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cms.accounts.models import User
from cms.organisations.enums import Role

SECRET_BYTES = 20


@dataclass(frozen=True)
class DemoAccount:
    """A role account: `branch` is where the person is a member, `duty` what the person may do and `scope` for whom."""

    role: str
    branch: str
    duty: Role | None = None
    scope: str = "yunling"

    @property
    def username(self) -> str:
        """Return the sign-in name."""
        return f"demo-{self.role.replace('_', '-')}"

    @property
    def password(self) -> str:
        """Return the password: long enough for the rules, and plainly a demonstration's."""
        return f"weike-demo-{self.role.replace('_', '-')}-2026"

    @property
    def totp_secret(self) -> str:
        """Return the authenticator secret, the same at every run."""
        digest = hashlib.sha256(f"weike demo {self.role}".encode()).digest()[:SECRET_BYTES]
        return base64.b32encode(digest).decode()

    @property
    def needs_second_factor(self) -> bool:
        """Return whether the duty asks for a second factor."""
        return self.duty is not None and self.duty != Role.LECTURER


ACCOUNTS = (
    DemoAccount("member", "qingshui-4"),
    DemoAccount("member2", "mine-3"),
    DemoAccount("secretary", "qingshui-4", Role.BRANCH_SECRETARY, "qingshui-4"),
    DemoAccount("editor", "media", Role.EDITOR),
    DemoAccount("reviewer", "power", Role.REVIEWER),
    DemoAccount("auditor", "police", Role.AUDITOR),
    DemoAccount("security_officer", "school-1", Role.SECURITY_OFFICER),
    DemoAccount("lecturer", "hospital", Role.LECTURER, "hospital"),
    DemoAccount("branch_admin", "qingshui-4", Role.BRANCH_ADMIN, "qingshui-4"),
)


def forbid_outside_demo() -> None:
    """Stop where real people are.

    Raises ImproperlyConfigured unless the settings say that this is the demonstration.
    """
    if not settings.DEMO:
        raise ImproperlyConfigured(
            "Demonstration data is for the demonstration only; these settings are for real use."
        )


def give_known_second_factor(user: User, account: DemoAccount) -> None:
    """Give the role account the authenticator whose codes the demonstration prints."""
    if not Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, account.totp_secret)


def current_code(account: DemoAccount) -> str:
    """Return the six digits that are valid now."""
    counter = int(time.time()) // app_settings.TOTP_PERIOD
    code: str = format_hotp_value(hotp_value(account.totp_secret, counter))
    return code


def list_accounts() -> list[dict[str, Any]]:
    """Return the role accounts as `manage.py demo_accounts --json` prints them."""
    return [
        {
            "role": account.role,
            "username": account.username,
            "password": account.password,
            "totp": current_code(account) if account.needs_second_factor else None,
        }
        for account in ACCOUNTS
    ]
