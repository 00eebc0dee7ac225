"""Forms of wishes and playlists."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.core.choices import RowChoice
from cms.courses.models import Playlist
from cms.courses.models.wishes import NOTE_LENGTH, TITLE_LENGTH, WISH_LENGTH
from cms.organisations.models import Organisation


class WishForm(forms.Form):
    """What somebody would like to hear about."""

    text = forms.CharField(
        label=_("What would you like to hear about?"),
        max_length=WISH_LENGTH,
        widget=forms.TextInput(attrs={"class": "input", "data-count": ""}),
        help_text=_("One topic in a few words. Your branch reads the topic, not your name."),
        error_messages={"required": _("Please write what you would like to hear about.")},
    )


class AnswerWishForm(forms.Form):
    """A playlist for the topic, or a sentence why there is none."""

    playlist = RowChoice(queryset=Playlist.objects.none(), label=_("Playlist for this topic"), required=False)
    answer = forms.CharField(
        label=_("Answer"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=_("Who asked gets this as a notice. Without a playlist, please say why."),
    )

    def __init__(self, *args: Any, playlists: QuerySet[Playlist], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["playlist"].queryset = playlists  # type: ignore[attr-defined]  # a choice of rows has a queryset


class PlaylistForm(forms.Form):
    """Title and note of a playlist."""

    title = forms.CharField(
        label=_("Title"),
        max_length=TITLE_LENGTH,
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={"required": _("Please give the list a title.")},
    )
    note = forms.CharField(
        label=_("Note for those who watch"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
    )


class NewPlaylistForm(PlaylistForm):
    """A new playlist, and for whom it is; `token` keeps a double click from making two."""

    organisation = RowChoice(queryset=Organisation.objects.none(), label=_("For"), empty_label=None)
    token = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]  # see above
