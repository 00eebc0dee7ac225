"""Forms of reports and answers."""

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.feedback.enums import Category
from cms.feedback.subjects import SITE

LONG_TEXT = 2000
DAY_S = 24 * 60 * 60


class ReportForm(forms.Form):
    """What is wrong, and where; `kind` and `id` say with what, `token` keeps a double click from reporting twice."""

    category = forms.ChoiceField(
        label=_("What is it?"),
        choices=Category.choices,
        widget=forms.Select(attrs={"class": "input"}),
    )
    text = forms.CharField(
        label=_("What did you notice?"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        error_messages={"required": _("Please write what you noticed.")},
    )
    moment_s = forms.FloatField(
        required=False, min_value=0, max_value=DAY_S, widget=forms.HiddenInput(attrs={"data-player-moment": ""})
    )
    kind = forms.CharField(max_length=40, widget=forms.HiddenInput)
    id = forms.CharField(max_length=60, required=False, widget=forms.HiddenInput)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Give each form its own ids (a page may hold several) and leave suggestions to the site's own form."""
        kwargs.setdefault("auto_id", "report_%s")
        super().__init__(*args, **kwargs)
        kind = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        if kind != SITE:
            choices = [choice for choice in Category.choices if choice[0] != Category.SUGGESTION]
            self.fields["category"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField has choices


def new_report_form(kind: str, pk: str = "") -> ReportForm:
    """Return an empty form for the subject."""
    first = Category.SUGGESTION if kind == SITE else Category.CONTENT
    return ReportForm(initial={"kind": kind, "id": pk, "token": uuid.uuid4(), "category": first})


class AnswerForm(forms.Form):
    """The answer, or the reason why nothing is to be done."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        help_text=_("The person who wrote gets this as a notice."),
        error_messages={"required": _("Please write an answer.")},
    )
