"""What editors do with many lessons at once."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction

from cms.accounts.models import User
from cms.core.bulk_scope import OnlyWhatIsSeen
from cms.core.clock import today
from cms.core.errors import StaleState
from cms.lessons.forms import ReasonForm
from cms.lessons.models import MicroLesson
from cms.lessons.services import set_review_by, unpublish
from cms.lessons.services.publication import REVIEW_AFTER


class ReviewByForm(forms.Form):
    """A day that is still to come."""

    review_by = forms.DateField(
        label=_("Look at them again by"),
        # A browser's date field takes this notation only, whatever the language.
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )

    def clean_review_by(self) -> Any:
        day = self.cleaned_data["review_by"]
        if day <= today():
            raise forms.ValidationError(_("Please choose a day that is still to come."))
        return day


class LessonBulkAction(OnlyWhatIsSeen, SnippetBulkAction):
    """Works on lessons only, and only on those whose organisation the person is responsible for."""

    models = [MicroLesson]
    template_name = "lessons/admin/bulk.html"
    needed = "change"
    lead: str | Promise = ""

    def check_perm(self, snippet: MicroLesson) -> bool:
        return bool(self.permission_policy.user_has_permission_for_instance(self.request.user, self.needed, snippet))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {"heading": self.display_name, "lead": self.lead}

    def get_execution_context(self) -> dict[str, Any]:
        return {"user": self.request.user}

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        sentence = ngettext("%(count)s lesson changed.", "%(count)s lessons changed.", num_parent_objects)
        return sentence % {"count": num_parent_objects}


class SetReviewBy(LessonBulkAction):
    """Sets until when lessons should be looked at again."""

    display_name = _("Look at again by")
    action_type = "set_review_by"
    aria_label = _("Set until when the chosen lessons should be looked at again")
    action_priority = 20
    form_class = ReviewByForm
    lead = _("Looked at, and all of it is still right: choose the day by which to look again.")

    def get_initial(self) -> dict[str, Any]:
        return {"review_by": today() + REVIEW_AFTER}

    def get_execution_context(self) -> dict[str, Any]:
        return super().get_execution_context() | {"review_by": self.cleaned_form.cleaned_data["review_by"]}

    @classmethod
    def execute_action(cls, objects: list[MicroLesson], **kwargs: Any) -> tuple[int, int]:
        return set_review_by(objects, kwargs["review_by"], actor=kwargs["user"]), 0


class UnpublishMany(LessonBulkAction):
    """Shows lessons no longer."""

    display_name = _("Show no longer")
    action_type = "unpublish"
    aria_label = _("Show the chosen lessons no longer")
    action_priority = 30
    needed = "unpublish"
    classes = {"serious"}
    form_class = ReasonForm
    lead = _("They disappear from pages and search. Their authors are told and read the reason.")

    def get_execution_context(self) -> dict[str, Any]:
        return super().get_execution_context() | {"reason": self.cleaned_form.cleaned_data["reason"]}

    @classmethod
    def execute_action(
        cls, objects: list[MicroLesson], user: User | None = None, reason: str = "", **kwargs: Any
    ) -> tuple[int, int]:
        done = 0
        for lesson in objects:
            try:
                unpublish(lesson, actor=user, reason=reason)  # type: ignore[arg-type]  # the admin is for signed-in people
                done += 1
            except StaleState:
                # Not shown anyway.
                continue
        return done, 0
