"""The form of a private note."""

from django import forms
from django.utils.translation import gettext_lazy as _

NOTE_LENGTH = 1000
DAY_S = 24 * 60 * 60


class NoteForm(forms.Form):
    """Words at a moment."""

    text = forms.CharField(
        label=_("Note"), max_length=NOTE_LENGTH, error_messages={"required": _("The note is empty.")}
    )
    at_s = forms.FloatField(required=False, min_value=0, max_value=DAY_S)
