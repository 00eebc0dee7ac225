"""Answering, giving reasons."""

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.lessons.forms.areas import area


class AnswerForm(forms.Form):
    """The author's answer when handing in again."""

    answer = forms.CharField(
        label=_("Your answer to the remark"),
        required=False,
        max_length=2000,
        widget=area(3),
        help_text=_("What did you change? The reviewer reads it first."),
    )


class ReasonForm(forms.Form):
    """A reason that is kept."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, widget=area(3))


class OptionalReasonForm(forms.Form):
    """A reason, if there is one."""

    reason = forms.CharField(label=_("Reason"), max_length=1000, required=False, widget=area(3))
