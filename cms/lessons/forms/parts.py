"""Questions and attachments."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.lessons.enums import QuestionKind
from cms.lessons.findings import question_fault
from cms.lessons.forms.areas import area
from cms.lessons.models import KeyQuestion, LessonQuestion
from cms.lessons.services.parts import MAX_KEY_QUESTIONS, MAX_QUESTIONS, QuestionInput

OPTION_COUNT = 6
OPTION_NAMES = [f"option_{n}" for n in range(1, OPTION_COUNT + 1)]
RIGHT_CHOICES = [(str(n), str(n)) for n in range(1, OPTION_COUNT + 1)]
TRUE_FALSE_OPTIONS = [_("Right"), _("Wrong")]


class QuestionForm(forms.Form):
    """One question with up to six options."""

    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices, initial=QuestionKind.SINGLE)
    stem = forms.CharField(label=_("Question"), max_length=300)
    right = forms.MultipleChoiceField(
        label=_("What is right"),
        choices=RIGHT_CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    explanation = forms.CharField(label=_("Explanation"), max_length=500, required=False, widget=area(2))
    source = forms.CharField(label=_("Source"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n, name in enumerate(OPTION_NAMES, 1):
            label = _("Option %(number)s") % {"number": n}
            self.fields[name] = forms.CharField(label=label, max_length=120, required=False)
        self.order_fields(["kind", "stem", *OPTION_NAMES, "right", "explanation", "source"])

    def option_rows(self) -> list[tuple[Any, Any, Any]]:
        """Return each option with the box that marks it right, and what the box means when it is right or wrong."""
        meanings = [*TRUE_FALSE_OPTIONS, *[""] * (OPTION_COUNT - len(TRUE_FALSE_OPTIONS))]
        return [
            (self[name], right, meaning)
            for name, right, meaning in zip(OPTION_NAMES, self["right"], meanings, strict=True)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and cleaned.get("stem"):
            fault = question_fault(LessonQuestion(**self.question().__dict__))
            if fault:
                self.add_error("right", fault)  # type: ignore[arg-type]  # a lazy sentence is one
        return cleaned

    def question(self) -> QuestionInput:
        """Return what was typed; empty options are left out and the right ones follow."""
        data = self.cleaned_data
        marked = {int(number) - 1 for number in data.get("right", [])}
        if data["kind"] == QuestionKind.TRUE_FALSE:
            # Marks on options that were typed for another kind are out of sight and do not count.
            options = [str(option) for option in TRUE_FALSE_OPTIONS]
            answer = sorted(marked & set(range(len(options))))
        else:
            typed = [(n, data.get(name, "").strip()) for n, name in enumerate(OPTION_NAMES)]
            filled = [(n, text) for n, text in typed if text]
            options = [text for _n, text in filled]
            # A mark on an empty option is a mistake worth telling: it points behind the last one.
            places = {n: place for place, (n, _text) in enumerate(filled)}
            answer = sorted(places.get(n, OPTION_COUNT) for n in marked)
        return QuestionInput(
            data["kind"], data["stem"].strip(), options, answer, data.get("explanation", ""), data.get("source", "")
        )


class KeyQuestionForm(forms.Form):
    """A question people often ask."""

    question = forms.CharField(label=_("Question"), max_length=120)
    answer = forms.CharField(label=_("Answer"), max_length=600, widget=area(3))


class BaseQuestions(forms.BaseFormSet):  # type: ignore[type-arg]  # generic only in the stubs
    """Filled forms in order, without the ones marked for deletion."""

    def filled(self) -> list[Any]:
        """Return the forms that count."""
        return [
            form
            for form in self.forms
            if form.has_changed() and not form.cleaned_data.get("DELETE") and form.cleaned_data
        ]


QuestionFormSet = forms.formset_factory(
    QuestionForm,
    formset=BaseQuestions,
    extra=1,
    max_num=MAX_QUESTIONS,
    absolute_max=MAX_QUESTIONS + 2,
    can_delete=True,
)
KeyQuestionFormSet = forms.formset_factory(
    KeyQuestionForm,
    formset=BaseQuestions,
    extra=1,
    max_num=MAX_KEY_QUESTIONS,
    absolute_max=MAX_KEY_QUESTIONS + 2,
    can_delete=True,
)


def question_initial(questions: list[LessonQuestion]) -> list[dict[str, Any]]:
    """Return stored questions as the formset's beginning."""
    return [
        {
            "kind": question.kind,
            "stem": question.stem,
            "right": [str(position + 1) for position in question.answer],
            "explanation": question.explanation,
            "source": question.source,
            **(
                {}
                if question.kind == QuestionKind.TRUE_FALSE
                else dict(zip(OPTION_NAMES, question.options, strict=False))
            ),
        }
        for question in questions
    ]


def key_question_initial(pairs: list[KeyQuestion]) -> list[dict[str, str]]:
    """Return stored pairs as the formset's beginning."""
    return [{"question": pair.question, "answer": pair.answer} for pair in pairs]


class AttachmentForm(forms.Form):
    """A document for the lesson."""

    file = forms.FileField(
        label=_("Document"), help_text=_("PDF, Word, Excel, PowerPoint, text or ZIP, at most 50 MB.")
    )
    title = forms.CharField(label=_("Name shown"), max_length=100, required=False)
