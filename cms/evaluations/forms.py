"""The form with the four grades, and how many codes to print."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.evaluations.enums import Grade
from cms.evaluations.models import MOST_HEADS, Question
from cms.evaluations.services.ballots import LONGEST_REMARK


class BallotForm(forms.Form):
    """One choice among four grades for each question; a visitor types the code from the slip instead of a remark."""

    def __init__(self, *args: Any, questions: Sequence[Question], with_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in questions:
            self.fields[f"q{question.pk}"] = forms.ChoiceField(  # type: ignore[call-arg]  # the stubs lack template_name
                label=f"{question.get_kind_display()} · {question.label}",
                choices=Grade.choices,
                required=False,
                widget=forms.RadioSelect,
                template_name="evaluations/_grades.html",
            )
        if with_code:
            self.fields["code"] = forms.CharField(
                label=_("Code from the slip"),
                max_length=20,
                widget=forms.TextInput(
                    attrs={"class": "input", "autocomplete": "off", "autocapitalize": "characters"}
                ),
                help_text=_(
                    "Each slip works once. Slips are counted together after the end, from five on: that hides your grades "
                    "from the lecturer and the other listeners, but not from whoever hands slips out and uses all others up. "
                    "With an account you can sign in instead."
                ),
                error_messages={"required": _("Please type the code from the slip, or sign in.")},
            )
        else:
            self.fields["remark"] = forms.CharField(
                label=_("What else do you want to say?"),
                required=False,
                max_length=LONGEST_REMARK,
                widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
                help_text=_(
                    "Read after the evaluation closes, and only if at least five people signed in took part. Write nothing that shows who you are."
                ),
            )

    def marks(self) -> dict[int, str]:
        """Return the chosen grades by the keys of the questions."""
        given = self.cleaned_data
        return {int(name[1:]): given[name] for name in given if name.startswith("q") and given[name]}


class CodesForm(forms.Form):
    """How many slips are printed."""

    number = forms.IntegerField(
        label=_("How many slips?"),
        min_value=1,
        max_value=MOST_HEADS,
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
        help_text=_("For listeners without an account. Slips printed earlier and not used end."),
    )
