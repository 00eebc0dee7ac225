"""Forms of disputes."""

from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

LONG_TEXT = 2000


class DisputeForm(forms.Form):
    """What the person says is wrong."""

    text = forms.CharField(
        label=_("What is wrong?"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=_("Your branch reads this and answers you."),
        error_messages={"required": _("Please write what is wrong.")},
    )


class AnswerForm(forms.Form):
    """The branch's answer, with the right number of hours if the entry was wrong."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        error_messages={"required": _("Please write an answer.")},
    )
    to_hours = forms.DecimalField(
        label=_("Right number of hours"),
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(1000),
        max_digits=6,
        decimal_places=2,
        widget=forms.NumberInput(attrs={"class": "input", "step": "0.01", "inputmode": "decimal"}),
        help_text=_("Leave empty if the entry is right. A change becomes an entry of its own; nothing is erased."),
    )
