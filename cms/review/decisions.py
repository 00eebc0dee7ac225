"""What a reviewer decides in the admin: the checklist and a remark (pure: Wagtail's task asks for the form)."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm

from cms.review.enums import Check

REASON_LENGTH = 2000


def checklist_field() -> forms.MultipleChoiceField:
    """Return the field for what the reviewer finds fulfilled."""
    return forms.MultipleChoiceField(
        label=_("What is fulfilled"), choices=Check.choices, required=False, widget=forms.CheckboxSelectMultiple
    )


class LookForm(TaskStateCommentForm):
    """An approval: what is fulfilled, and a remark if there is one."""

    checklist = checklist_field()
    comment = forms.CharField(
        label=_("Remark for the author"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("The author and whoever looks next read both, as on the workbench."),
    )
    field_order = ["checklist", "comment"]


class ReturnForm(LookForm):
    """A return: as an approval, with the reason that the author needs."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["comment"].required = True
        self.fields["comment"].error_messages["required"] = _(
            "Please say in a sentence what the author should change."
        )
