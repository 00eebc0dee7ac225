"""The page tree in the admin obeys the organisations: what is not yours is not listed, chosen or named."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import ActionMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.userbar import ContentCheckerItem
from wagtail.admin.views.pages.move import MoveConfirmView
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.admin.views.reports.workflows import WorkflowTasksView, WorkflowView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.viewsets.pages import PageViewSet
from wagtail.models import Page

from cms.core.converters import is_key
from cms.library import admin_views
from cms.library.admin_listing import ContentListing
from cms.library.admin_panels import PageChecks
from cms.library.bulk_actions import ACTIONS
from cms.library.dashboard import CARE_PANELS
from cms.library.editing import EDITORS
from cms.library.models import ContentPage, SectionPage
from cms.library.permissions import pages_offered, seen_in_admin
from cms.library.queries import KEEPER_PATH
from cms.organisations.enums import Role
from cms.organisations.queries import standing_of
from cms.review.admin_views import PageReviewActionView, PageReviewEdit

# Of two registrations under one name the later counts; Wagtail's own have 0.
AFTER_WAGTAIL = 100
for action in ACTIONS:
    hooks.register("register_bulk_action", action, order=AFTER_WAGTAIL)
# These name pages and lessons whosesoever they are. Only superusers publish just anything, so only they open them.
for report in (PageTypesUsageReportView, WorkflowView, WorkflowTasksView):
    report.any_permission_required = ["publish"]


def refuse_unseen(user: Any, page: Page) -> None:
    """Raise Http404 for a content page that is not the person's to see."""
    hidden = not Page.objects.filter(seen_in_admin(user), pk=page.pk).exists()
    if hidden and ContentPage.objects.filter(pk=page.pk).exists():
        raise Http404


def refuse_unoffered(user: Any, key: Any) -> None:
    """Raise Http404 for a place in the tree that no window would offer the person; Wagtail would name it."""
    if not (is_key(str(key)) and pages_offered(user).filter(pk=key).exists()):
        raise Http404


@hooks.register("before_move_page")
def move_only_to_what_is_seen(request: HttpRequest, page: Page, destination: Page) -> None:
    """Name no page of elsewhere, neither the one that would be moved nor the place to which it would be.

    Of single pages `MoveConfirm` asks it before anything else.
    """
    refuse_unseen(request.user, page)
    refuse_unoffered(request.user, destination.pk)


@hooks.register("before_copy_page")
def copy_only_to_what_is_seen(request: HttpRequest, page: Page) -> None:
    """Name no page of elsewhere as the place below which a copy would lie."""
    if request.method == "POST":
        refuse_unoffered(request.user, request.POST.get("new_parent_page", ""))


@hooks.register("construct_explorer_page_queryset")
def explore_only_what_is_seen(parent_page: Page, pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Answer 404 below a page that the person may not see; the policy has narrowed the list itself.

    Each row brings along whose it is, so that nobody asks the database row by row.
    """
    refuse_unseen(request.user, parent_page)
    told: QuerySet[Page] = pages.annotate(**{KEEPER_PATH: F("contentpage__organisation__path")})
    return told


@hooks.register("construct_page_chooser_queryset")
def choose_only_what_is_seen(pages: QuerySet[Page], request: HttpRequest) -> QuerySet[Page]:
    """Offer the own pages, what the person may read anyway, and what leads there."""
    match = request.resolver_match
    above = match.kwargs.get("parent_page_id") if match else None
    if above:
        refuse_unseen(request.user, Page(pk=above))
    return pages.filter(pk__in=pages_offered(request.user).order_by().values("pk"))


@hooks.register("construct_homepage_summary_items", order=AFTER_WAGTAIL)
def count_no_pages_of_others(request: HttpRequest, items: list[Any]) -> None:
    """Leave out the number of all pages: it counts drafts of other organisations."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if not isinstance(item, PagesSummaryItem)]


@hooks.register("construct_reports_menu")
def offer_no_closed_reports(request: HttpRequest, items: list[Any]) -> None:
    """Leave out the reports that open for superusers only."""
    if not request.user.is_superuser:
        items[:] = [item for item in items if item.name not in {"workflows", "workflow-tasks", "page-types-usage"}]


@hooks.register("before_unpublish_page")
def ask_for_the_reason(request: HttpRequest, page: Page) -> HttpResponse | None:
    """Lead to the site's own page, where a reason is asked for."""
    return redirect("library:unpublish", page.pk) if isinstance(page.specific, ContentPage) else None


@hooks.register("register_admin_urls")
def register_addresses() -> list[Any]:
    """Add the pages for care and for many files."""
    return [
        path("library/care/", admin_views.care, name="library_care"),
        path("library/upload/", admin_views.upload, name="library_upload"),
    ]


class MoveConfirm(MoveConfirmView):
    """Asks first who may see and move what: Wagtail compares the addresses first, and its answer names them."""

    def dispatch(
        self, request: HttpRequest, page_to_move_id: int, destination_id: int, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        page = get_object_or_404(Page, pk=page_to_move_id)
        refuse_unseen(request.user, page)
        refuse_unoffered(request.user, destination_id)
        if not page.permissions_for_user(request.user).can_move_to(Page.objects.get(pk=destination_id)):
            raise PermissionDenied
        answer: HttpResponseBase = super().dispatch(request, page_to_move_id, destination_id, *args, **kwargs)
        return answer


class ContentPageViewSet(PageViewSet):
    """The views of editorial pages: Wagtail's, but for handing in and deciding, where a refusal is a sentence."""

    model = ContentPage
    edit_view_class = PageReviewEdit
    move_confirm_view_class = MoveConfirm
    workflow_action_view_class = PageReviewActionView


class SectionPageViewSet(PageViewSet):
    """The views of the branches of the tree."""

    model = SectionPage
    move_confirm_view_class = MoveConfirm


@hooks.register("register_admin_viewset")
def offer_listing() -> list[ViewSet]:
    """List all editorial pages with filters, beside the tree."""
    return [ContentListing(), ContentPageViewSet(), SectionPageViewSet()]


@hooks.register("register_reports_menu_item")
def offer_care() -> MenuItem:
    """Lead to the pages that need care."""
    return MenuItem(
        _("Care of pages"), reverse_lazy("library_care"), name="library-care", icon_name="tasks", order=600
    )


class EditorsItem(MenuItem):
    """A place in the menu for those who make pages."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser or standing_of(request.user).has_role(Role.EDITOR))


@hooks.register("register_admin_menu_item")
def offer_upload() -> MenuItem:
    """Lead to where many files become drafts."""
    return EditorsItem(
        _("Many files at once"), reverse_lazy("library_upload"), name="library-upload", icon_name="upload", order=250
    )


@hooks.register("construct_homepage_panels")
def add_panels(request: HttpRequest, panels: list[Any]) -> None:
    """Show editors and reviewers which pages need care."""
    if request.user.is_superuser or standing_of(request.user).has_role(*EDITORS):
        panels += CARE_PANELS


class LookItem(ActionMenuItem):
    """Leads a reviewer to the page on which is decided."""

    name = "action-look"
    label = _("Read it and decide")
    icon_name = "view"

    def is_shown(self, context: dict[str, Any]) -> bool:
        return bool(context["view"] == "edit")

    def get_url(self, context: dict[str, Any]) -> str:
        return str(context["page"].current_workflow_task_state.review_url)


@hooks.register("construct_wagtail_userbar")
def check_in_our_words(request: HttpRequest, items: list[Any], page: Page | None) -> None:
    """Check previews for what an editor can change, with the findings of this room."""
    items[:] = [
        PageChecks(getattr(item, "in_editor", False)) for item in items if isinstance(item, ContentCheckerItem)
    ]


@hooks.register("construct_page_action_menu")
def leave_publishing_to_the_review(items: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Offer no publishing past the review: a change is handed in, and somebody else decides on the page for that."""
    page = context.get("page")
    if not isinstance(page, ContentPage):
        return
    hidden = {"action-publish", "action-restart-workflow", "approve", "reject"}
    running = page.current_workflow_state
    if running is None or running.requested_by_id != request.user.pk:
        hidden.add("action-cancel-workflow")
    items[:] = [item for item in items if item.name not in hidden]
    task = page.current_workflow_task
    if task is not None and task.get_actions(page, request.user):
        items.insert(0, LookItem())
