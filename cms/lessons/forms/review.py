"""Deciding, answering, giving reasons."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.lessons.forms.areas import area
from cms.review.decisions import checklist_field


class DecisionForm(forms.Form):
    """What a reviewer decides; a return needs its reason."""

    decision = forms.ChoiceField(choices=[("approve", _("Approve")), ("return", _("Return with a reason"))])
    checklist = checklist_field()
    comment = forms.CharField(
        label=_("Remark for the author"),
        required=False,
        max_length=2000,
        widget=area(4),
        help_text=_("Needed when you return it: what should change, in a sentence that helps."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "return" and not (cleaned.get("comment") or "").strip():
            self.add_error("comment", _("Please say in a sentence what the author should change."))
        return cleaned


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
