"""Deciding on a page of the site."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.review.decisions import REASON_LENGTH, checklist_field


class DecisionForm(forms.Form):
    """What a reviewer decides; a return needs its reason."""

    decision = forms.ChoiceField(choices=[("approve", _("Approve")), ("return", _("Return with a reason"))])
    checklist = checklist_field()
    comment = forms.CharField(
        label=_("Remark for the author"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Needed when you return it: what should change, in a sentence that helps."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("decision") == "return" and not (cleaned.get("comment") or "").strip():
            self.add_error("comment", _("Please say in a sentence what the author should change."))
        return cleaned
