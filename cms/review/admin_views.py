"""What the admin's views of reviewed things have in common: nobody publishes past the review, refusals are sentences."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.views.pages.edit import EditView as PageEditView
from wagtail.admin.views.pages.workflow import WorkflowActionView as PageActionView
from wagtail.snippets.views.snippets import WorkflowActionView

from cms.accounts.admin_acts import note
from cms.core.errors import DomainError

# What the admin offers elsewhere and nobody does here: publishing past the review, ending one without a word.
NEVER = frozenset({"publish", "restart-workflow"})


def say(request: HttpRequest, error: DomainError) -> None:
    """Show a refusal as the admin shows messages: the sentences of its fields, else its own."""
    sentences = [str(sentence) for sentences in error.fields.values() for sentence in sentences]
    for sentence in dict.fromkeys(sentences or [str(error.message)]):
        messages.error(request, sentence)


class ReviewedEdit:
    """Mixin for edit views: they keep drafts; a change is handed in and the last approval publishes.

    It holds also for a request made by hand.
    """

    request: Any
    action: str
    workflow_state: Any

    def get_available_actions(self) -> list[str]:
        offered: list[str] = super().get_available_actions()  # type: ignore[misc]  # a mixin for views
        actions = [action for action in offered if action not in NEVER]
        if "cancel-workflow" in actions and self.workflow_state.requested_by_id != self.request.user.pk:
            actions.remove("cancel-workflow")
        return actions

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.action == "workflow-action":
            return self.decide()
        answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]  # see above
        return answer

    def decide(self) -> HttpResponse:
        """Approve or return what was handed in; the form beside it is locked and changes nothing."""
        view: Any = self
        try:
            view.workflow_action_action()
        except DomainError as error:
            say(self.request, error)
            return redirect(view.get_edit_url())
        messages.success(self.request, _("Your decision is kept and the author is told."))
        return redirect(view.get_success_url())


class NotedLock:
    """Mixin for the two views of locks: writes down that a thing was locked or opened for others again."""

    object: Any

    def perform_operation(self) -> None:
        before = self.object.locked
        with transaction.atomic():
            super().perform_operation()  # type: ignore[misc]  # a mixin for views
            act = "lock" if self.object.locked else "unlock"
            note(
                f"{self.object._meta.app_label}.{act}",
                self.object,
                {"locked": before},
                {"locked": self.object.locked},
            )


class ReviewAction:
    """Mixin for views that decide from the first page or a list; a refusal is a message, never a broken page."""

    form_class: Any
    redirect_url: str
    render_modal_json: Any

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        in_dialog = request.headers.get("x-requested-with") == "XMLHttpRequest"
        form = self.form_class(request.POST)
        if not in_dialog and not form.is_valid():
            # Wagtail says what is wrong in its dialog only.
            for sentence in dict.fromkeys(str(text) for texts in form.errors.values() for text in texts):
                messages.error(request, sentence)
            return redirect(self.redirect_url)
        try:
            answer: HttpResponse = super().post(request, *args, **kwargs)  # type: ignore[misc]  # a mixin for views
        except DomainError as error:
            say(request, error)
            if not in_dialog:
                return redirect(self.redirect_url)
            answer = self.render_modal_json(request, {"step": "success", "redirect": self.redirect_url})
        return answer


class ReviewActionView(ReviewAction, WorkflowActionView):
    """Decides on a snippet."""


class PageReviewEdit(PageEditView):
    """Keeps pages; a refusal is a message, with the form as it is stored."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            answer: HttpResponse = super().post(request, *args, **kwargs)
        except DomainError as error:
            # A form that is older than what was stored beside it does not see all that is handed in.
            say(request, error)
            return redirect(self.get_edit_url())
        return answer


class PageReviewActionView(ReviewAction, PageActionView):
    """Decides on a page."""
