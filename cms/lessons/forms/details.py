"""What an author types about a lesson."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cms.accounts.models import User
from cms.core.choices import RowChoices
from cms.lessons.forms.areas import area
from cms.lessons.forms.speakers import offer_speakers, refuse_two_speakers
from cms.lessons.models import MicroLesson
from cms.taxonomy.enums import Visibility
from cms.videos.models import Upload
from cms.videos.queries import upload_of

REACHES = [(Visibility.PUBLIC, _("Everybody")), (Visibility.ORGANISATION, _("My own organisation and all below it"))]


class DetailsForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """Title, the four prompts, show · do · realize, and how people find the lesson. `values()` goes to `save_draft`."""

    upload = forms.UUIDField(required=False, widget=forms.HiddenInput(attrs={"data-upload-field": ""}))
    reach = forms.ChoiceField(label=_("Who may see it"), choices=REACHES, widget=forms.RadioSelect, required=False)

    class Meta:
        model = MicroLesson
        fields = (
            "prompt_resource", "title", "prompt_topic", "audiences", "prompt_audience", "speech", "prompt_language",
            "template", "show", "do", "realize", "digest", "topics", "work_type", "series", "speaker", "speaker_name",
            "unit", "producer",
        )  # fmt: skip  # the order in which the page asks
        widgets = {
            "prompt_resource": area(3),
            "prompt_topic": area(2),
            "prompt_audience": area(2),
            "prompt_language": area(2),
            "show": area(4),
            "do": area(4),
            "realize": area(4),
            "digest": area(3),
            "topics": forms.CheckboxSelectMultiple,
            "audiences": forms.CheckboxSelectMultiple,
            "speech": forms.RadioSelect,
            "template": forms.RadioSelect,
        }
        field_classes = {"topics": RowChoices, "audiences": RowChoices}
        labels = {
            "prompt_resource": _("Person, place, material"),
            "prompt_topic": _("The question it answers"),
            "prompt_audience": _("What helps them"),
            "prompt_language": _("Words to explain"),
        }
        help_texts = {
            "title": _("One lesson, one thing, said in one sentence."),
            "prompt_resource": _("Who did this, where are the place and the material?"),
            "prompt_topic": _("Which one question of daily work does it answer?"),
            "audiences": _("Whom do you most want to tell? You may choose several."),
            "prompt_audience": _("What do these people know already, what helps them?"),
            "prompt_language": _("Which words would an outsider not understand? Explain them in the captions."),
            "digest": _("Three lines, one point each. People see them before they press play."),
            "series": _("If it belongs to several lessons, their common name."),
            "speaker": _("Only if a colleague speaks and not you."),
            "speaker_name": _("Only if somebody from outside speaks."),
            "unit": _("Empty: your own organisation."),
        }

    def __init__(self, *args: Any, author: User, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.author = author
        for field in self.fields.values():
            # Said once for all of them above the first.
            field.answers_itself = True  # type: ignore[attr-defined]  # read by core/forms/optional.html
        for name in ("speech", "template"):
            field = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0]]  # type: ignore[attr-defined]  # a choice field
        instance = self.instance
        offer_speakers(self, words)
        self.fields["reach"].initial = (
            Visibility.ORGANISATION if instance.visibility == Visibility.ORGANISATION else Visibility.PUBLIC
        )
        if instance.upload_id:
            self.fields["upload"].initial = instance.upload_id

    def clean_upload(self) -> Upload | None:
        """Return the person's own upload, or none."""
        key = self.cleaned_data.get("upload")
        return upload_of(self.author, key) if key else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        refuse_two_speakers(self)
        return cleaned

    def values(self) -> dict[str, Any]:
        """Return what was typed and can be used, under the names of `save_draft`."""
        cleaned = {name: value for name, value in self.cleaned_data.items() if name not in ("reach", "upload")}
        if self.cleaned_data.get("upload"):
            cleaned["upload"] = self.cleaned_data["upload"]
        reach = self.cleaned_data.get("reach")
        if reach == Visibility.ORGANISATION:
            cleaned |= {"visibility": reach, "visible_organisation": self.instance.organisation}
        elif reach == Visibility.PUBLIC:
            cleaned |= {"visibility": reach, "visible_organisation": None}
        return cleaned


class StartForm(DetailsForm):
    """The same on the upload page, before there is a lesson; the key makes saving twice one lesson."""

    draft_key = forms.UUIDField(widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        cleaned = super().values()
        cleaned.pop("draft_key", None)
        return cleaned


class ConsentForm(forms.ModelForm):  # type: ignore[type-arg]  # generic only in the stubs
    """People in the picture, children, secrets, rights of others."""

    class Meta:
        model = MicroLesson
        fields = ("people", "minors", "no_secrets", "rights_clear")
        widgets = {"people": forms.RadioSelect, "minors": forms.RadioSelect}
        help_texts = {
            "minors": _("Without consent of the guardians, please blur the faces or film again."),
            "no_secrets": _(
                "Documents, screens, maps, work places, phone numbers on walls: nothing that must stay inside."
            ),
            "rights_clear": _("Your own, bought, or free to use."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("people", "minors"):
            field = self.fields[name]
            field.choices = [choice for choice in field.choices if choice[0]]  # type: ignore[attr-defined]  # a choice field
