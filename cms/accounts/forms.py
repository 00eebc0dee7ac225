"""Forms around signing in."""

import struct
from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from cms.accounts.codes import DIGITS

NAME_LENGTH = 150
PASSKEY_NAME_LENGTH = 60
CREDENTIAL_LENGTH = 20_000
# What allauth and fido2 raise over an answer of a passkey that no browser made; anybody can send one, without an account.
# RuntimeError stands for lists within lists without end, and for kinds of keys that the library does not know.
NO_ANSWER = (
    *(LookupError, TypeError, ValueError, AttributeError, ArithmeticError, RuntimeError),
    *(struct.error, InvalidSignature),
)
PASSWORD_LENGTH = 1024  # hashing a megabyte is an attack, not a password


class SignInForm(LoginForm):
    """Phone, staff number or user name with a password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = forms.CharField(
            label=_("Phone, staff number or user name"),
            max_length=NAME_LENGTH,
            widget=forms.TextInput(attrs={"autocomplete": "username webauthn", "autocapitalize": "none"}),
        )
        self.fields["password"] = forms.CharField(
            label=_("Password"),
            max_length=PASSWORD_LENGTH,
            strip=False,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )


class NewPasswordForm(ChangePasswordForm):
    """The present password and twice a new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_passwords(self)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["oldpassword"].help_text = ""


class FirstPasswordForm(SetPasswordForm):
    """Twice a new password, for somebody who came in with a code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_passwords(self)


def word_passwords(form: forms.Form) -> None:
    """Give both new-password fields our labels and take the placeholders off."""
    form.fields["password1"].label = _("New password")
    form.fields["password1"].help_text = _("At least 10 characters, not only digits, not close to your name or phone.")
    form.fields["password2"].label = _("New password once more")
    for field in form.fields.values():
        field.widget.attrs.pop("placeholder", None)
        if isinstance(field, forms.CharField):
            field.validators.append(MaxLengthValidator(PASSWORD_LENGTH))
            field.widget.attrs["maxlength"] = str(PASSWORD_LENGTH)


class CodeForm(forms.Form):
    """The six digits that the branch issued, and whose they are."""

    name = forms.CharField(
        label=_("Your name, phone or staff number"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )
    code = forms.CharField(
        label=_("The six digits"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
        help_text=_("Your branch reads them to you. They are valid once and for ten minutes."),
    )

    def clean_code(self) -> str:
        """Accept full-width digits and gaps as people type them."""
        typed: str = self.cleaned_data["code"]
        digits = "".join(str(int(character)) for character in typed if character.isdecimal())
        if len(digits) != DIGITS or any(not (c.isdecimal() or c in " -") for c in typed):
            raise forms.ValidationError(_("The code has six digits."), code="digits")
        return digits


class CredentialField(forms.JSONField):
    """What a passkey's script sends; lists within lists and digits without end are no JSON of ours."""

    def to_python(self, value: Any) -> Any:
        """Return the JSON. Raises ValidationError for one that is too long or too deep to be an answer."""
        try:
            if len(value or "") <= CREDENTIAL_LENGTH:
                return super().to_python(value)
        except (RecursionError, ValueError):
            pass
        raise get_adapter().validation_error("incorrect_code")

    def bound_data(self, data: Any, initial: Any) -> Any:
        """Show no answer again: each is good once, and this one may be no JSON."""
        return initial


class ReadsPasskey(forms.Form):
    """Mixin: an answer that no passkey gave is a wrong one, not a broken page."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField(widget=forms.HiddenInput)

    def clean_credential(self) -> Authenticator:
        """Return whose passkey answered."""
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]  # the form beside this mixin has it
        except NO_ANSWER as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return found


class AuthenticatePasskeyForm(ReadsPasskey, AuthenticateWebAuthnForm):
    """A passkey as the second factor."""


class LoginPasskeyForm(ReadsPasskey, LoginWebAuthnForm):
    """A passkey alone."""


class ReauthenticatePasskeyForm(ReadsPasskey, ReauthenticateWebAuthnForm):
    """A passkey once more before something that matters."""


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey, by default one that is enough for signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField(widget=forms.HiddenInput)
        word_passkey_name(self)
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone")
        alone.help_text = _("Your device then asks for fingerprint, face or its PIN, and we for no password.")
        alone.initial = True

    def clean(self) -> dict[str, Any]:
        """Refuse what no device made."""
        try:
            cleaned: dict[str, Any] = super().clean()
        except NO_ANSWER as error:
            raise get_adapter().validation_error("incorrect_code") from error
        return cleaned

    def clean_name(self) -> str:
        """Shorten a name rather than refuse it: the device has made the passkey already."""
        name: str = super().clean_name()
        return name[:PASSKEY_NAME_LENGTH]


class EditPasskeyForm(EditWebAuthnForm):
    """Another name for a passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_passkey_name(self)
        self.fields["name"].validators.append(MaxLengthValidator(PASSKEY_NAME_LENGTH))


def word_passkey_name(form: forms.Form) -> None:
    """Say what the name is for, and keep it to what the list can show."""
    field = form.fields["name"]
    field.label = _("Name of the passkey")
    field.help_text = _("Such as “my phone”, to tell several apart.")
    field.widget.attrs["maxlength"] = str(PASSKEY_NAME_LENGTH)


class SettingsForm(forms.Form):
    """How pages are shown."""

    elder_view = forms.BooleanField(
        label=_("Elder view"),
        required=False,
        help_text=_("Larger text and buttons, fewer things on a page."),
    )
    language = forms.ChoiceField(label=_("Language"), required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # tells mypy what stands above
        field.choices = [("", _("As the site is set")), *settings.LANGUAGES]
