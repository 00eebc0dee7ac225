"""Choices of ours inside allauth: nobody signs up alone, names are shown as people write them."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from cms.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the branch's import, never from a sign-up page."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: a county's members are imported by their branches."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """How authenticator apps label our entries."""

    def get_totp_label(self, user: User) -> str:
        """Return the name beside the code in an authenticator app: the user name, never the phone."""
        return user.username
