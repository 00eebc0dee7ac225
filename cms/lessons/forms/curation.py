"""What an editor types in the admin: the same lines and sentences as on the author's pages, never stored notation."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from modelcluster.forms import BaseChildFormSet
from wagtail.admin.forms.models import WagtailAdminModelForm

from cms.lessons.cue_lines import format_lines
from cms.lessons.enums import QuestionKind
from cms.lessons.findings import question_fault
from cms.lessons.forms.areas import plain_area
from cms.lessons.forms.captions import LINES_HELP, MAX_LINES_LENGTH, cues_from_lines
from cms.lessons.forms.speakers import offer_speakers, refuse_two_speakers
from cms.lessons.models import LessonCaption, LessonQuestion
from cms.lessons.option_lines import format_options, parse_options

# Right and wrong.
TWO = 2


class LinesField(forms.CharField):
    """Lines of text; a browser's line ends change nothing."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), (data or "").replace("\r\n", "\n"))


class CaptionLinesField(LinesField):
    """Stored captions shown and typed as timed lines; `duration_s` spreads lines without times."""

    duration_s: float | None = None

    def prepare_value(self, value: Any) -> Any:
        return format_lines(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[dict[str, Any]]:
        return [cue.stored() for cue in cues_from_lines(super().clean(value), self.duration_s)]


class LessonCaptionForm(WagtailAdminModelForm):
    """Captions of one language, line by line."""

    cues = CaptionLinesField(
        label=gettext_lazy("Captions, line by line"),
        required=False,
        max_length=MAX_LINES_LENGTH,
        widget=plain_area(14),
        help_text=LINES_HELP,
    )

    class Meta:
        model = LessonCaption
        fields = ("language", "cues", "checked")


class LessonCaptionFormSet(BaseChildFormSet):
    """One row of captions for each language."""

    def get_unique_error_message(self, unique_check: Any) -> str:
        return _("There are captions of this language already.")

    def get_form_error(self) -> str:
        return _("There are captions of this language already.")


class LessonQuestionForm(WagtailAdminModelForm):
    """A question with one option a line, the right ones marked."""

    options = LinesField(
        label=gettext_lazy("Options, one a line"),
        required=False,
        max_length=2000,
        widget=plain_area(5),
        help_text=gettext_lazy(
            "Put * before each option that is right, and \\ before an option that itself begins with *. Right or wrong: the"
            " first line stands for right, the second for wrong."
        ),
    )

    class Meta:
        model = LessonQuestion
        fields = ("kind", "stem", "options", "explanation", "source")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        question = self.instance
        options = list(question.options)
        if question.kind == QuestionKind.TRUE_FALSE and len(options) in {0, TWO}:
            # Stored in the language of whoever wrote it; everybody reads it in the own.
            options = [_("Right"), _("Wrong")]
        self.initial["options"] = format_options(options, question.answer)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "options" not in cleaned:
            return cleaned
        cleaned["options"], self.instance.answer = parse_options(cleaned["options"])
        if not self.errors and (fault := self.fault(cleaned)):
            self.add_error("options", fault)
        return cleaned

    def fault(self, cleaned: dict[str, Any]) -> str | None:
        """Return what is wrong with the question as typed, or None."""
        if cleaned.get("kind") == QuestionKind.TRUE_FALSE and len(cleaned["options"]) != TWO:
            return _("Write two lines, right and wrong, and put * before the one that holds.")
        typed = LessonQuestion(
            kind=cleaned["kind"],
            stem=cleaned.get("stem", ""),
            options=cleaned["options"],
            answer=self.instance.answer,
        )
        fault = question_fault(typed)
        return str(fault) if fault else None


class LessonAdminForm(WagtailAdminModelForm):
    """The whole lesson; tells its captions how long the video is."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "speaker" in self.fields:
            offer_speakers(self)
        captions = self.formsets.get("captions")
        video = self.instance.video
        if captions is not None:
            for form in captions.forms:
                form.fields["cues"].duration_s = video.duration_s if video else None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        refuse_two_speakers(self)
        return cleaned
