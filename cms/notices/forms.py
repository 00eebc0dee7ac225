"""The choice of notices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.notices.enums import Area


class PreferencesForm(forms.Form):
    """Ticked areas send no notices."""

    muted = forms.MultipleChoiceField(
        label=_("I do not need notices about"),
        choices=Area.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Always sent: what waits for you on duty, what came back to you or was taken down, answers about your hours and data, changes to your account."
        ),
    )
