"""Who speaks: one of thousands of colleagues is found by two characters of the name, with scripts and without."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import Script
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.models import User
from cms.core.choices import RowChoice
from cms.core.converters import is_key
from cms.lessons.models import MicroLesson
from cms.lessons.queries import possible_speakers, speakers_named

LEAST_CHARACTERS = 2
WORDS_LENGTH = 60
LISTED = 20


@dataclass(frozen=True)
class Found:
    """Colleagues whose names hold what was typed, and what to tell the person about it."""

    people: list[User]
    note: str


def find_speakers(lesson: MicroLesson, words: str) -> Found:
    """Return the first colleagues with these characters in their names; none for nothing or a single character."""
    typed = words.strip()[:WORDS_LENGTH]
    if not typed:
        return Found([], "")
    if len(typed) < LEAST_CHARACTERS:
        return Found([], _("Please type at least two characters of the name."))
    people = list(speakers_named(lesson, typed)[: LISTED + 1])
    if not people:
        return Found([], _("Nobody of this organisation has such a name."))
    if len(people) > LISTED:
        note = _("Here are the first %(count)s. For others, please type more of the name.") % {"count": LISTED}
        return Found(people[:LISTED], note)
    return Found(people, _("Found: %(count)s. Please choose below.") % {"count": len(people)})


class SpeakerSearch(forms.Select):
    """A field to search by name above a short list; the button asks without scripts."""

    template_name = "lessons/forms/speaker_search.html"
    note = ""
    lesson_pk: int | None = None

    class Media:
        js = (Script("weike/speakers.js", type="module"),)

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        context["widget"] |= {"note": self.note, "lesson_pk": self.lesson_pk, "words_length": WORDS_LENGTH}
        return context


def offer_speakers(form: forms.ModelForm, words: str = "") -> None:  # type: ignore[type-arg]  # generic only in the stubs
    """Offer the author, who is chosen already, and whoever has the searched characters in the name."""
    lesson, asked = form.instance, form.fields["speaker"]
    key: Any = form.data.get("speaker") if form.is_bound else form.initial.get("speaker")
    chosen = possible_speakers(lesson).filter(pk=key).first() if is_key(str(key)) else None
    found = find_speakers(lesson, form.data.get("speaker_words", "") if form.is_bound else words)
    field = RowChoice(
        label=asked.label,
        help_text=asked.help_text,
        queryset=possible_speakers(lesson),
        required=False,
        widget=SpeakerSearch,
    )
    people = dict.fromkeys([*([chosen] if chosen else []), *found.people])
    field.widget.choices = [("", gettext_lazy("The author")), *((person.pk, str(person)) for person in people)]
    field.widget.note, field.widget.lesson_pk = found.note, lesson.pk
    form.fields["speaker"] = field


def refuse_two_speakers(form: forms.ModelForm) -> None:  # type: ignore[type-arg]  # generic only in the stubs
    """Put a sentence at the outside name when a person was chosen as well."""
    if form.cleaned_data.get("speaker") and form.cleaned_data.get("speaker_name"):
        form.add_error("speaker_name", _("Please choose a person or type a name, not both."))
