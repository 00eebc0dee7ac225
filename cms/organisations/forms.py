"""Forms about people and organisations."""

from datetime import date
from typing import Any

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cms.accounts.models import User
from cms.core.clock import today
from cms.organisations.enums import OrganisationKind, Role
from cms.organisations.member_sheet import MAX_FILE
from cms.organisations.models import Organisation
from cms.organisations.queries import organisations_below

TEXT_LENGTH = 2000
# The first and last days of the calendar have no instant in every time zone.
DAYS = (MinValueValidator(date(1900, 1, 1)), MaxValueValidator(date(2200, 1, 1)))


class OrganisationChoice(forms.ModelChoiceField[Organisation]):
    """Organisations of a subtree, indented as they stand in the tree."""

    def label_from_instance(self, obj: Organisation) -> str:
        """Return the name behind one wide blank for each level."""
        return f"{chr(0x3000) * (int(obj.depth) - 1)}{obj}"


def day_input() -> forms.DateInput:
    """Return the browser's own calendar; it reads only ISO days, whatever the language."""
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class MemberFilterForm(forms.Form):
    """Search in the members of one's own subtree."""

    q = forms.CharField(label=_("Name or staff number"), required=False, max_length=60)
    organisation = OrganisationChoice(
        label=_("Organisation"), required=False, queryset=Organisation.objects.none(), empty_label=_("All")
    )

    def __init__(self, *args: Any, paths: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations_below(paths)  # type: ignore[attr-defined]


class TransferForm(forms.Form):
    """Where somebody goes, and from which day on."""

    to = OrganisationChoice(
        label=_("New organisation"), queryset=Organisation.objects.none(), empty_label=_("Please choose")
    )
    on = forms.DateField(label=_("First day there"), widget=day_input())

    def __init__(self, *args: Any, paths: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = organisations_below(paths)  # type: ignore[attr-defined]
        self.fields["on"].initial = today()


class OrganisationNamesForm(forms.Form):
    """What an organisation is called."""

    name = forms.CharField(label=pgettext_lazy("organisation", "Name"), max_length=120)
    short_name = forms.CharField(
        label=_("Short name"), required=False, max_length=40, help_text=_("Shown in lists; the name when empty.")
    )


class NewOrganisationForm(OrganisationNamesForm):
    """An organisation to add below another."""

    kind = forms.ChoiceField(label=_("Kind"), choices=OrganisationKind.choices, initial=OrganisationKind.BRANCH)
    code = forms.SlugField(
        label=_("Code"),
        max_length=60,
        help_text=_(
            "Letters, digits and hyphens. Lists of members name the organisation by it; it stays when the name changes."
        ),
    )


class MoveForm(forms.Form):
    """Below which organisation another one stands from now on."""

    parent = OrganisationChoice(
        label=_("Stands below"), queryset=Organisation.objects.none(), empty_label=_("Please choose")
    )

    def __init__(self, *args: Any, paths: tuple[str, ...], moving: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = organisations_below(paths).exclude(path__startswith=moving.path)
        self.fields["parent"].queryset = places  # type: ignore[attr-defined]  # a choice of models


class RoleForm(forms.Form):
    """A duty and the organisation it is for."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    organisation = OrganisationChoice(
        label=_("For"), queryset=Organisation.objects.none(), empty_label=_("Please choose")
    )

    def __init__(self, *args: Any, paths: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations_below(paths)  # type: ignore[attr-defined]


class ReasonForm(forms.Form):
    """Why something is done; kept in the audit log."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept in the audit log."),
    )


class FirstPasswordForm(forms.Form):
    """A password that the security officer hands over."""

    password = forms.CharField(
        label=_("New password"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Hand it over in person. It is to be changed at the first sign-in."),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_password(self) -> str:
        """Hold it to the same rules as one's own choice."""
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password


class ImportForm(forms.Form):
    """The file with a list of members."""

    file = forms.FileField(
        label=_("List of members (.xlsx)"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=_("Up to 5,000 rows and 5 MB. Nothing is added before you have seen the result."),
    )

    def clean_file(self) -> Any:
        """Refuse what is too large before it is opened."""
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise forms.ValidationError(_("The file is larger than 5 MB. Please split the list."), code="too_big")
        return file


class DisputeForm(forms.Form):
    """What is not right."""

    text = forms.CharField(
        label=_("What is not right?"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 4})
    )


class AnswerForm(forms.Form):
    """What was looked into, and what comes of it."""

    answer = forms.CharField(label=_("Answer"), max_length=TEXT_LENGTH, widget=forms.Textarea(attrs={"rows": 4}))


class AuditFilterForm(forms.Form):
    """What to look for in the audit log."""

    q = forms.CharField(label=_("Person or thing"), required=False, max_length=60)
    action = forms.CharField(label=_("Act"), required=False, max_length=60)
    since = forms.DateField(label=_("From day"), required=False, widget=day_input(), validators=DAYS)
    until = forms.DateField(label=_("To day"), required=False, widget=day_input(), validators=DAYS)
