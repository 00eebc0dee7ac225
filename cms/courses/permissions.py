"""Fetch doors: what is a branch's opens to the people below it and to those who keep it."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from cms.accounts.models import User
from cms.courses.models import Assignment, BranchGuide, CoursePage, GuidePage, Playlist, TopicWish
from cms.courses.queries.courses import managed_assignments
from cms.courses.queries.guides import copies_for, managed_copies
from cms.courses.queries.packs import (
    Subject,
    branch_guide_subject,
    course_subject,
    guide_subject,
    playlist_subject,
)
from cms.courses.queries.playlists import managed_playlists, managed_wishes, playlists_for, wishes_of
from cms.library.enums import Licence
from cms.library.models import ContentPage
from cms.library.permissions import get_page_for
from cms.organisations.enums import MANAGING_ROLES, Role
from cms.organisations.queries import standing_of
from cms.taxonomy.queries import may_leave_site

PACKING_ROLES = (*sorted(MANAGING_ROLES), Role.EDITOR)


def may_keep_playlists(user: User | AnonymousUser) -> bool:
    """Return whether the person holds a duty that answers wishes and makes playlists."""
    return standing_of(user).has_role(*MANAGING_ROLES)


def get_asking_page_for(user: User | AnonymousUser, pk: int) -> CoursePage | GuidePage:
    """Return a course or guide that the admin lets the person edit. Raises Http404."""
    page = ContentPage.objects.filter(pk=pk).first()
    found = page.specific if page is not None else None
    if not isinstance(found, CoursePage | GuidePage) or not found.permissions_for_user(user).can_edit():
        raise Http404
    return found


def get_playlist_for(user: User, pk: int) -> Playlist:
    """Return a playlist of the person's organisation or one above, or one the person keeps. Raises Http404."""
    found = playlists_for(user).filter(pk=pk).first() or managed_playlists(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_kept_playlist_for(user: User, pk: int) -> Playlist:
    """Return a playlist that the person may change. Raises Http404."""
    found = managed_playlists(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_wish_for(user: User, pk: int) -> TopicWish:
    """Return a topic that the person answers for a branch. Raises Http404."""
    found = managed_wishes(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_own_wish_for(user: User, pk: int) -> TopicWish:
    """Return a topic that the person asked for. Raises Http404 for any other."""
    found = wishes_of(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def may_assign(user: User | AnonymousUser) -> bool:
    """Return whether the person may say "this course is for us" for some organisation."""
    return may_keep_playlists(user)


def may_copy_guides(user: User | AnonymousUser) -> bool:
    """Return whether the person may make a guide the own branch's."""
    return may_keep_playlists(user)


def may_give_badge(user: User | AnonymousUser, course: CoursePage) -> bool:
    """Return whether the person may give the course the badge or withdraw it: a reviewer who did not begin it."""
    if not isinstance(user, User) or course.owner_id == user.pk:
        return False
    return standing_of(user).has_role_at({Role.REVIEWER}, course.organisation.path)


def get_judged_course_for(user: User, pk: int) -> CoursePage:
    """Return a published course to which the person may give the badge. Raises Http404."""
    course: CoursePage | None = CoursePage.objects.published().filter(pk=pk).select_related("organisation").first()
    if course is None or not may_give_badge(user, course):
        raise Http404
    return course


def get_assignment_for(user: User, pk: int) -> Assignment:
    """Return an assignment of an organisation in the person's reach. Raises Http404."""
    found = managed_assignments(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def get_course_for(user: User | AnonymousUser, pk: int) -> CoursePage:
    """Return a published course that the person may see. Raises Http404."""
    page = get_page_for(user, pk)
    if not isinstance(page, CoursePage):
        raise Http404
    return page


def get_guide_for(user: User | AnonymousUser, pk: int) -> GuidePage:
    """Return a published guide that the person may see. Raises Http404."""
    page = get_page_for(user, pk)
    if not isinstance(page, GuidePage):
        raise Http404
    return page


def may_take_packs(user: User | AnonymousUser) -> bool:
    """Return whether the person may take packs for places without a line: who keeps a branch, or edits."""
    return standing_of(user).has_role(*PACKING_ROLES)


def may_take(user: User | AnonymousUser, page: ContentPage) -> bool:
    """Return whether the person may take this page along.

    What is for holders of a role stays on the site, and so does what may only be linked.
    """
    return may_take_packs(user) and may_leave_site(page) and page.licence != Licence.LINK_ONLY


def get_pack_subject_for(user: User, kind: str, pk: int) -> Subject:
    """Return a course, guide, branch's guide or playlist that the person sees and may take along. Raises Http404."""
    if not may_take_packs(user):
        raise Http404
    subject = SUBJECTS[kind](user, pk)
    if subject.page is not None and not may_take(user, subject.page):
        raise Http404
    return subject


def get_branch_guide_for(user: User, pk: int) -> BranchGuide:
    """Return a branch's guide that is for the person or kept by the person. Raises Http404.

    Its original must be shown to the person too.
    """
    found = copies_for(user).filter(pk=pk).first() or managed_copies(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    get_page_for(user, found.guide_id)
    return found


def get_kept_branch_guide_for(user: User, pk: int) -> BranchGuide:
    """Return a branch's guide that the person may change. Raises Http404."""
    found = managed_copies(user).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


SUBJECTS: dict[str, Callable[[User, int], Subject]] = {
    "course": lambda user, pk: course_subject(get_course_for(user, pk)),
    "guide": lambda user, pk: guide_subject(get_guide_for(user, pk)),
    "branch_guide": lambda user, pk: branch_guide_subject(get_branch_guide_for(user, pk)),
    "playlist": lambda user, pk: playlist_subject(get_playlist_for(user, pk)),
}
