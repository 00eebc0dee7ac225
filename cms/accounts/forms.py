"""Forms around signing in."""

from typing import Any

from allauth.account.forms import ChangePasswordForm, LoginForm, SetPasswordForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from cms.accounts.codes import DIGITS

NAME_LENGTH = 150
PASSKEY_NAME_LENGTH = 60
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


class AddPasskeyForm(AddWebAuthnForm):
    """A passkey, by default one that is enough for signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        word_passkey_name(self)
        alone = self.fields["passwordless"]
        alone.label = _("Sign in with it alone")
        alone.help_text = _("Your device then asks for fingerprint, face or its PIN, and we for no password.")
        alone.initial = True

    def clean_name(self) -> str:
        """Shorten a name rather than refuse it: the device has made the passkey already."""
        name: str = super().clean_name()
        return name[:PASSKEY_NAME_LENGTH]


class PasskeyNameForm(EditWebAuthnForm):
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
