"""What editors do with many pages at once: only with those that they may see."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.views.pages import bulk_actions as pages
from wagtail.admin.views.pages.bulk_actions.move import MoveForm
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction

from cms.core.bulk_scope import OnlyWhatIsSeen
from cms.core.clock import today
from cms.lessons.bulk_actions import ReviewByForm
from cms.library.admin_choosers import narrow_destination
from cms.library.models import ContentPage
from cms.library.permissions import cares_for
from cms.library.services import set_page_review_by
from cms.library.services.publication import REVIEW_AFTER


class SeenPages(OnlyWhatIsSeen):
    """Pages are seen by those who may change them."""

    seen_by = "change"


class MovePagesForm(MoveForm):
    """Asks where the pages shall lie, among places that the person may see."""

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        narrow_destination(self, user)


class MovePages(SeenPages, pages.MoveBulkAction):
    """Moves pages."""

    form_class = MovePagesForm

    def get_form_kwargs(self) -> dict[str, Any]:
        given: dict[str, Any] = super().get_form_kwargs()
        return given | {"user": self.request.user}


class DeletePages(SeenPages, pages.DeleteBulkAction):
    """Deletes pages that were never shown."""


class UnpublishPages(SeenPages, pages.UnpublishBulkAction):
    """Shows pages no longer that are no content; content asks for a reason on a page of its own."""

    def check_perm(self, page: Any) -> bool:
        return not isinstance(page.specific, ContentPage) and bool(super().check_perm(page))


class PublishPages(SeenPages, pages.PublishBulkAction):
    """Publishes what is no content; of content the review decides."""


class SetPagesReviewBy(SeenPages, PageBulkAction):
    """Sets until when pages should be looked at again."""

    display_name = _("Look at again by")
    action_type = "set_review_by"
    aria_label = _("Set until when the chosen pages should be looked at again")
    action_priority = 40
    template_name = "lessons/admin/bulk.html"
    form_class = ReviewByForm

    def check_perm(self, page: Any) -> bool:
        return isinstance(page.specific, ContentPage) and cares_for(self.request.user, page)

    def get_initial(self) -> dict[str, Any]:
        return {"review_by": today() + REVIEW_AFTER}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        lead = _("Looked at, and all of it is still right: choose the day by which to look again.")
        return context | {"heading": self.display_name, "lead": lead}

    def get_execution_context(self) -> dict[str, Any]:
        context: dict[str, Any] = super().get_execution_context()
        return context | {"review_by": self.cleaned_form.cleaned_data["review_by"]}

    @classmethod
    def execute_action(cls, objects: list[Any], **kwargs: Any) -> tuple[int, int]:
        rows = [page.specific for page in objects]
        return set_page_review_by(rows, kwargs["review_by"], actor=kwargs["user"]), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        sentence = ngettext("%(count)s page changed.", "%(count)s pages changed.", num_parent_objects)
        return sentence % {"count": num_parent_objects}


ACTIONS = (SetPagesReviewBy, MovePages, DeletePages, UnpublishPages, PublishPages)
