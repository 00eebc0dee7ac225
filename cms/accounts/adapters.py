"""Choices of ours inside allauth: nobody signs up alone, names are shown as people write them."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.accounts.audit import record_act
from cms.accounts.backends import lockout_name
from cms.accounts.cookies import bring_preferences
from cms.accounts.models import User
from cms.accounts.queries import is_guessed_at
from cms.accounts.services import end_api_tokens, note_wrong_password
from cms.core.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):
    """Accounts come from the branch's import, never from a sign-up page."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Name or password is not right. Please check both and try again."),
        "too_many_login_attempts": _(
            "There were too many wrong passwords for this account. Please wait an hour, or ask your branch for a code."
        ),
        "incorrect_code": _("This code is not right or no longer valid. Please enter the current one."),
        "enter_current_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: a county's members are imported by their branches."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the address by the one rule of the site."""
        return client_address(request)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Let axes do the counting for each address; stop only guessing that is spread over many addresses."""
        if is_guessed_at(lockout_name(request, credentials)):
            raise self.validation_error("too_many_login_attempts")
        self.axes_lets_through = AxesProxyHandler.is_allowed(request, credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a wrong password, but not what axes refused unread: one address alone must never reach the limit."""
        if self.axes_lets_through:
            note_wrong_password(lockout_name(request, credentials))

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Bring the person's language and view to this device when nothing was chosen here yet."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        bring_preferences(request, response, user)
        return response

    def set_password(self, user: User, password: str) -> None:
        """Store the new password, end the tokens of scripts, and leave a trace that it changed."""
        super().set_password(user, password)
        end_api_tokens(user)
        record_act("accounts.change_password", actor=user, target=user)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """Return to the settings page."""
        return reverse("accounts:settings")


class SecondFactorAdapter(DefaultMFAAdapter):
    """How authenticator apps label our entries, and the trace that second factors leave."""

    def get_totp_label(self, user: User) -> str:
        """Return the name beside the code in an authenticator app: the user name, never the phone."""
        return user.username

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002  # allauth's name
        """Return the name that a further passkey has until its owner writes another."""
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Passkey %(number)s") % {"number": number}

    def send_notification_mail(self, template_prefix: str, user: User, *args: Any, **kwargs: Any) -> None:
        """Write the audit log where allauth would write an e-mail: nobody here needs an address."""
        record_act(f"accounts.{template_prefix.rpartition('/')[2]}", actor=user, target=user)
