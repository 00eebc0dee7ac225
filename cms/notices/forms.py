"""The choice of notices, the e-mail address for them, and when e-mail may come."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.notices.enums import ON_SITE, Area


class PreferencesForm(forms.Form):
    """Ticked areas send no notices."""

    muted = forms.MultipleChoiceField(
        label=_("I do not need notices about"),
        choices=ON_SITE,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Always sent: what waits for you on duty, what came back to you or was taken down, answers about your hours and data, changes to your account."
        ),
    )


class AddressForm(forms.Form):
    """An e-mail address for notices; nobody needs one."""

    address = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"class": "input", "autocomplete": "email"}),
        help_text=_(
            "Used for notices only, after you opened the link that we send there. You can delete it at any time."
        ),
        error_messages={"required": _("Please type the address."), "invalid": _("This is no e-mail address.")},
    )


class MailForm(forms.Form):
    """What comes by e-mail, and when."""

    mail_muted = forms.MultipleChoiceField(
        label=_("No e-mail about"),
        choices=Area.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("On the site these notices stand all the same."),
    )
    daily = forms.BooleanField(label=_("All of a day in one e-mail, when the quiet hours end"), required=False)
    quiet_from = forms.TimeField(
        label=_("No e-mail from"), widget=forms.TimeInput(attrs={"class": "input", "type": "time"}, format="%H:%M")
    )
    quiet_to = forms.TimeField(
        label=_("E-mail again from"),
        widget=forms.TimeInput(attrs={"class": "input", "type": "time"}, format="%H:%M"),
        help_text=_("Urgent notices come at any hour and say so. Twice the same time means no quiet hours."),
    )
