"""Forms of reports and answers."""

import uuid
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.choices import RowChoice
from cms.feedback.enums import Category
from cms.feedback.models import ProblemReport
from cms.feedback.subjects import FOR_SUGGESTIONS, problems_with

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
        """Give each form its own ids (a page may hold several) and offer what can be wrong with what it is about."""
        kwargs.setdefault("auto_id", "report_%s")
        super().__init__(*args, **kwargs)
        kind = self.data.get("kind") if self.is_bound else self.initial.get("kind")
        if kind in FOR_SUGGESTIONS:
            self.fields["text"].label = _("What would you like to say?")
            self.fields["text"].error_messages["required"] = _("Please write what you would like to say.")
        choices = [(problem.value, problem.label) for problem in problems_with(kind or "")]
        self.fields["category"].choices = choices  # type: ignore[attr-defined]  # a ChoiceField has choices


def new_report_form(kind: str, pk: str = "") -> ReportForm:
    """Return an empty form for the subject."""
    return ReportForm(initial={"kind": kind, "id": pk, "token": uuid.uuid4(), "category": problems_with(kind)[0]})


class AnswerForm(forms.Form):
    """The answer, or the reason why nothing is to be done."""

    answer = forms.CharField(
        label=_("Answer"),
        max_length=LONG_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "class": "input"}),
        error_messages={"required": _("Please write an answer.")},
    )
    is_public = forms.BooleanField(
        label=_("Everybody may read the answer"),
        required=False,
        help_text=_("It stands on the page of public answers, without the name of who asked."),
    )
    public_title = forms.CharField(
        label=_("What was asked, in words for everybody"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input"}),
        help_text=_("Only for a public answer. Name nobody."),
    )

    def __init__(self, *args: Any, report: ProblemReport, **kwargs: Any) -> None:
        """Say whom the answer reaches; offer no public one where a person shown or a secret is concerned."""
        super().__init__(*args, **kwargs)
        by_visitor = _("A visitor wrote it: nobody gets a notice.")
        by_member = _("The person who wrote gets this as a notice.")
        self.fields["answer"].help_text = by_visitor if report.reporter_id is None else by_member
        if report.is_urgent:
            del self.fields["is_public"], self.fields["public_title"]


class HandOverForm(forms.Form):
    """Who looks after the report from now on."""

    to = RowChoice(
        label=_("Hand over to"), queryset=User.objects.none(), widget=forms.Select(attrs={"class": "input"})
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].queryset = people  # type: ignore[attr-defined]  # a RowChoice has one
