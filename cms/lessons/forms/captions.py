"""Captions from a file or from lines: the author's step and the admin read them the same way."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.lessons.cue_lines import TooManyLines, UnreadableLine, is_file, parse_lines
from cms.lessons.enums import CaptionLanguage, CaptionOrigin
from cms.lessons.forms.areas import plain_area
from cms.lessons.services.parts import CueInput
from cms.lessons.validators import TOO_MANY_CUES
from cms.videos.captions import MAX_BYTES, MAX_CUES, MAX_TEXT, CaptionsUnreadable, parse_captions
from cms.videos.messages import sentence_for

MAX_LINES_LENGTH = 300_000
UNREADABLE = {
    "time": _("Line %(number)s cannot be understood. Please begin it with a time, such as 00:03.0-00:06.5."),
    "backwards": _("Caption %(number)s ends before it begins. Please correct one of its times."),
    "order": _("Line %(number)s begins later than the line below it. Please put them in the order of time."),
    "late": _("Line %(number)s ends after more than 24 hours. Please correct its time."),
    "long": _("Line %(number)s has more than %(most)s characters. Please make several lines of it."),
}
LINES_HELP = _("One line each, such as: 00:03.0-00:06.5 What is said. Lines without times are spread over the video.")


def cues_from_file(data: bytes) -> list[CueInput]:
    """Return the captions of a VTT or SRT file. Raises ValidationError with a sentence."""
    try:
        return [CueInput(cue.start_s, cue.end_s, cue.text) for cue in parse_captions(data)]
    except CaptionsUnreadable as error:
        raise forms.ValidationError(sentence_for(error.code), code=error.code) from error


def cues_from_lines(text: str, duration_s: float | None) -> list[CueInput]:
    """Return the captions of typed lines, or of a whole file that was pasted. Raises ValidationError with a sentence."""
    if is_file(text):
        return cues_from_file(text.encode())
    try:
        return [CueInput(line.start, line.end, line.text) for line in parse_lines(text, duration_s=duration_s)]
    except UnreadableLine as error:
        raise forms.ValidationError(
            UNREADABLE[error.code], params={"number": error.number, "most": MAX_TEXT}, code=error.code
        ) from error
    except TooManyLines as error:
        raise forms.ValidationError(TOO_MANY_CUES, params={"most": MAX_CUES, "count": error.count}) from error


class CaptionsForm(forms.Form):
    """Captions as a file or as lines; a file wins over the lines."""

    language = forms.ChoiceField(label=_("Language"), choices=CaptionLanguage.choices, widget=forms.HiddenInput)
    file = forms.FileField(
        label=_("Captions file"),
        required=False,
        help_text=_("VTT or SRT, in any usual encoding."),
        widget=forms.ClearableFileInput(attrs={"accept": ".vtt,.srt,.txt,text/vtt"}),
    )
    lines = forms.CharField(
        label=_("Captions, line by line"),
        required=False,
        max_length=MAX_LINES_LENGTH,
        widget=plain_area(14),
        help_text=LINES_HELP,
    )
    # What the page was made from: other captions may have been saved since.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    origin = forms.ChoiceField(choices=CaptionOrigin.choices, required=False, widget=forms.HiddenInput)
    checked = forms.BooleanField(label=_("I have read them against the sound"), required=False)

    def __init__(self, *args: Any, duration_s: float | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.duration_s = duration_s
        self.cues: list[CueInput] = []

    def clean_file(self) -> Any:
        file = self.cleaned_data.get("file")
        if not file:
            return None
        if file.size > MAX_BYTES:
            raise forms.ValidationError(sentence_for("captions_too_large"), code="captions_too_large")
        self.cues = cues_from_file(file.read())
        return file

    def clean_lines(self) -> str:
        text: str = self.cleaned_data.get("lines") or ""
        if not self.cues:
            self.cues = cues_from_lines(text, self.duration_s)
        return text
