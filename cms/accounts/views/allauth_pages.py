"""allauth's pages with one difference: a form with mistakes is answered with 400."""

from typing import Any

from allauth.account import views as account
from allauth.account.decorators import reauthentication_required
from allauth.mfa.base import views as mfa
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator

from cms.accounts.second_factor import lacks_second_factor

ADMIN = "/admin/"
MAY_ENTER_ADMIN = "wagtailadmin.access_admin"


class SaysBadRequest:
    """Mixin: what was typed is shown again with its mistakes, and the status says so."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Show the form again with status 400; redirects stay what they are."""
        response: HttpResponse = super().form_invalid(form)  # type: ignore[misc]  # the view beside this mixin has it
        if response.status_code == HttpResponse.status_code:
            response.status_code = 400
        return response


class SignIn(SaysBadRequest, account.LoginView):
    """Phone, staff number or user name with password; passkey; the way to a code."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer 403 to somebody signed in whom the admin sent here: led back there, a browser would go round and round."""
        wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
        if request.user.is_authenticated and wanted.startswith(ADMIN) and not request.user.has_perm(MAY_ENTER_ADMIN):
            raise PermissionDenied
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class ChangePassword(SaysBadRequest, account.PasswordChangeView):
    """A new password for somebody who knows the present one."""


@method_decorator(reauthentication_required(app="allauth.account"), name="dispatch")
class SetPassword(SaysBadRequest, account.PasswordSetView):
    """A first password for somebody who came in with a code."""


class Reauthenticate(SaysBadRequest, account.ReauthenticateView):
    """The password once more before something that matters."""


class AuthenticateFactor(SaysBadRequest, mfa.AuthenticateView):
    """The second factor at sign-in."""


class ReauthenticateFactor(SaysBadRequest, mfa.ReauthenticateView):
    """The second factor once more before something that matters."""


class ActivateApp(SaysBadRequest, totp.ActivateTOTPView):
    """Set up an authenticator app."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Say whether the other pages stay closed until then."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"factor_needed": lacks_second_factor(self.request.user)}


class AddPasskey(SaysBadRequest, webauthn.AddWebAuthnView):
    """Set up a passkey."""


class EditPasskey(SaysBadRequest, webauthn.EditWebAuthnView):
    """Rename a passkey."""
