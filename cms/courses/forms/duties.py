"""Forms of badges, assignments and branches' guides."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from cms.core.choices import RowChoice
from cms.courses.models.guides import NOTE_LENGTH
from cms.organisations.models import Organisation


class ReasonForm(forms.Form):
    """Why the badge is given or withdrawn."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=_("It is kept and shown beside the badge."),
        error_messages={"required": _("Please give the reason; it is kept.")},
    )


class AssignmentForm(forms.Form):
    """For whom a course is, and until when."""

    organisation = RowChoice(queryset=Organisation.objects.none(), label=_("For whom"), empty_label=None)
    until = forms.DateField(
        label=_("Until"),
        widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"),
        help_text=_("People are reminded once, in the last week. There is no list of names."),
    )

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]  # see above


class CopyGuideForm(forms.Form):
    """For which organisation the guide is copied."""

    organisation = RowChoice(queryset=Organisation.objects.none(), label=_("For"), empty_label=None)

    def __init__(self, *args: Any, organisations: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["organisation"].queryset = organisations  # type: ignore[attr-defined]  # see above


class BranchGuideForm(forms.Form):
    """The branch's note and the day on which it meets."""

    note = forms.CharField(
        label=_("Note of the branch"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "input"}),
        help_text=_("Stands above the list: what your branch cares about this month."),
    )
    together_on = forms.DateField(
        label=_("Day on which the branch meets"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "input"}, format="%Y-%m-%d"),
    )


class BranchLineForm(forms.Form):
    """What the branch says about one line of the guide."""

    note = forms.CharField(
        label=_("Note of the branch"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
    )
    left_out = forms.BooleanField(label=_("Leave it out"), required=False)


class OwnItemForm(forms.Form):
    """A task of the branch's own."""

    title = forms.CharField(
        label=_("Heading"),
        max_length=80,
        widget=forms.TextInput(attrs={"class": "input"}),
        error_messages={"required": _("Please give the task a heading.")},
    )
    note = forms.CharField(
        label=_("What to do"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "input"}),
    )
