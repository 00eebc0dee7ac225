"""Who may see a page, and who works on which in the admin.

Wagtail's groups give permissions for whole branches of the tree; here they are narrowed to the pages of the
organisations that a person is responsible for. Nobody publishes by button: the review's last approval does.
"""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.urls import reverse
from wagtail.models import Page, PagePermissionTester
from wagtail.permission_policies.pages import PagePermissionPolicy
from wagtail.permissions import policy_registry

from cms.accounts.models import User
from cms.core.offered import offers
from cms.core.pages import judges
from cms.library.editing import EDITORS
from cms.library.models import ContentPage, ResourcePage, SectionPage
from cms.library.queries import kept_below, path_of_keeper, visible_pages, visible_resources
from cms.organisations.enums import Role
from cms.organisations.queries import standing_of
from cms.review.models import ReviewTaskState
from cms.review.permissions import get_review_for

GUARDIANS = (*EDITORS, Role.SECURITY_OFFICER)


def get_page_for(user: User | AnonymousUser, pk: int) -> ContentPage:
    """Return a published page that the person may see, as its own kind. Raises Http404."""
    page = visible_pages(user).filter(pk=pk).select_related("organisation", "cover", "visible_organisation").first()
    if page is None:
        raise Http404
    specific: ContentPage = page.specific
    return specific


def get_resource_for(user: User | AnonymousUser, pk: int) -> ResourcePage:
    """Return a published resource that the person may see. Raises Http404."""
    page = visible_resources(user).filter(pk=pk).first()
    if page is None:
        raise Http404
    return page


def shown_page(request: HttpRequest, page: ContentPage) -> ContentPage:
    """Return what the request may be shown of the page that Wagtail found: itself in a preview, else through the door."""
    return page if getattr(request, "is_preview", False) else get_page_for(request.user, page.pk)


def get_reviewable_for(user: User | AnonymousUser, pk: int) -> tuple[ReviewTaskState, ContentPage]:
    """Return a look that is the person's duty and the page as handed in for it. Raises Http404."""
    state = get_review_for(user, pk)
    page = state.workflow_state.content_object
    found = page.specific if isinstance(page, Page) else None
    if not isinstance(found, ContentPage) or found.taken_down_at is not None:
        raise Http404
    handed_in: ContentPage = state.revision.as_object()
    return state, handed_in


def get_draft_for(user: User | AnonymousUser, pk: int) -> ContentPage:
    """Return a page as it was written last, for those to whom the admin shows its preview. Raises Http404."""
    page = ContentPage.objects.filter(pk=pk, taken_down_at__isnull=True).first()
    if page is None or not user.is_authenticated or not page.permissions_for_user(user).can_edit():
        raise Http404
    written_last: ContentPage = page.get_latest_revision_as_object()
    return written_last


def cares_for(user: Any, page: Page) -> bool:
    """Return whether the page's keeper is an organisation that the person is responsible for as an editor."""
    if user.is_superuser:
        return True
    standing = standing_of(user)
    # Most people have no such duty: for them nothing else is asked.
    path = path_of_keeper(page) if standing.has_role(*EDITORS) else None
    return path is not None and standing.has_role_at(EDITORS, path)


def guards(user: Any, page: Page) -> bool:
    """Return whether the person's duty is to remove at once what must not be shown."""
    standing = standing_of(user)
    path = path_of_keeper(page) if user.is_superuser or standing.has_role(*GUARDIANS) else None
    return bool(path is not None and (user.is_superuser or standing.has_role_at(GUARDIANS, path)))


def may_restore(user: Any, page: ContentPage) -> bool:
    """Return whether the person may allow work on a page that was taken down; never who began it."""
    return page.owner_id != user.pk and cares_for(user, page)


def way_back(user: Any, page: ContentPage) -> str:
    """Return where the person may allow a page that was taken down again; empty for who may not."""
    return reverse("library:restore", args=[page.pk]) if may_restore(user, page) else ""


def get_guarded_for(user: User | AnonymousUser, pk: int) -> ContentPage:
    """Return a page that the person may take out of sight, as its own kind. Raises Http404.

    A draft that was never shown is nobody's to take out of sight.
    """
    page = ContentPage.objects.filter(pk=pk, first_published_at__isnull=False).first()
    if page is None or not (cares_for(user, page) or guards(user, page)):
        raise Http404
    specific: ContentPage = page.specific
    return specific


def keeps_the_tree(user: Any) -> bool:
    """Return whether the person may change the branches of the tree themselves."""
    return bool(user.is_superuser or standing_of(user).has_role_for_all(Role.EDITOR))


class ContentPolicy(PagePermissionPolicy):
    """Wagtail's rule by branch of the tree, and within it one by organisation.

    Pages that are no content are there to be walked through; only editors of the whole tree change them.
    """

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        if not super().user_has_any_permission_for_instance(user, actions, instance):
            return False
        return bool(user.is_superuser) or self.reach(user, actions).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        actions = set(actions)
        rows: QuerySet[Any] = super().instances_user_has_any_permission_for(user, actions)
        if not user.is_active or user.is_superuser:
            return rows
        mine: QuerySet[Any] = rows.filter(pk__in=self.reach(user, actions).values("pk"))
        return mine

    def reach(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """Return the pages that are the person's by organisation, and those that hold them."""
        mine = Q(pk__in=kept_below(standing_of(user).paths_of(*EDITORS)).order_by().values("pk"))
        if "add" in set(actions) or keeps_the_tree(user):
            mine |= ~Q(pk__in=ContentPage.objects.order_by().values("pk"))
        pages: QuerySet[Any] = Page.objects.filter(mine).order_by()
        return pages


def seen_in_admin(user: Any) -> Q:
    """Return the filter of what the person may read in the admin: what is walked through, own pages, what is shown."""
    policy = policy_registry.get_by_type(Page)
    explorable = policy.explorable_instances(user).order_by().values("pk")
    return Q(pk__in=explorable) | Q(pk__in=visible_pages(user).order_by().values("pk"))


@offers(Page)
def pages_offered(user: Any) -> QuerySet[Page]:
    """Return the pages to which the person may lead: the own ones, what is read anyway, and what leads there."""
    content = ContentPage.objects.order_by().values("pk")
    seen: QuerySet[Page] = Page.objects.filter(seen_in_admin(user) | ~Q(pk__in=content))
    return seen


@judges(ContentPage)
class ContentTester(PagePermissionTester):
    """What the admin asks before it lets somebody do something with a content page."""

    def __init__(self, user: Any, page: Page) -> None:
        super().__init__(user, page)
        self.is_mine = user.is_active and (page.pk is None or cares_for(user, page))
        if not self.is_mine or user.is_superuser:
            self.permissions: set[str] = set()

    def can_edit(self) -> bool:
        return bool(self.is_mine and super().can_edit())

    def can_publish(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return bool(self.is_mine and self.page.live and not self.page_locked())

    def can_unschedule(self) -> bool:
        return bool(self.is_mine)

    def can_lock(self) -> bool:
        return bool(self.is_mine and super().can_lock())

    def can_unlock(self) -> bool:
        return bool(self.is_mine and super().can_unlock())

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002  # Wagtail's signature
        """Return whether it may go for good: what was ever shown stays in the records."""
        if not self.is_mine or self.page.first_published_at is not None:
            return False
        # Nothing lies below a content page, so that Wagtail need not ask the database row by row.
        own = "add" in self.permissions and self.page.owner_id == self.user.pk
        return bool(self.user.is_superuser or "change" in self.permissions or own)

    def can_view_revisions(self) -> bool:
        return bool(self.is_mine)

    def can_copy(self) -> bool:
        return bool(self.is_mine and super().can_copy())

    def can_move_to(self, destination: Page | None) -> bool:
        """Return whether the page may lie there; beside the root, which a program may name, there is no place."""
        return destination is not None and bool(super().can_move_to(destination))


@judges(SectionPage)
class SectionTester(PagePermissionTester):
    """A branch of the tree stays where it is; nobody publishes what is made below it past the review."""

    def can_edit(self) -> bool:
        return keeps_the_tree(self.user) and bool(super().can_edit())

    def can_publish(self) -> bool:
        return bool(self.user.is_active and keeps_the_tree(self.user))

    def can_submit_for_moderation(self) -> bool:
        return False

    def can_publish_subpage(self) -> bool:
        return False

    def can_unpublish(self) -> bool:
        return False

    def can_delete(self, ignore_bulk: bool = False) -> bool:  # noqa: FBT001, FBT002  # Wagtail's signature
        return False

    def can_copy(self) -> bool:
        return False

    def can_lock(self) -> bool:
        return False

    def can_view_revisions(self) -> bool:
        return keeps_the_tree(self.user)
