"""Editorial pages for tests, made as the admin makes them and published through the review."""

from typing import Any, TypeVar

from cms.accounts.models import User
from cms.library.models import AnnouncementPage, ContentPage, ReadingListPage, ResourcePage
from cms.library.queries import section_named
from cms.library.services import ensure_sections
from cms.organisations.enums import Role
from cms.organisations.models import Organisation
from cms.review.services import approve, submit
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.organisations import MembershipFactory, RoleAssignmentFactory

Kind = TypeVar("Kind", bound=ContentPage)
BODY = [{"type": "paragraph", "value": "<p>先看杆基，再看导线。</p>"}]


def make_editor(organisation: Organisation, role: Role = Role.EDITOR) -> User:
    """Return somebody with a second factor who holds the role at the organisation."""
    person: User = UserFactory(mfa_required=True)
    give_second_factor(person)
    MembershipFactory(user=person, organisation=organisation)
    RoleAssignmentFactory(user=person, organisation=organisation, role=role)
    return person


def make_page(kind: type[Kind], owner: User, organisation: Organisation, /, **values: Any) -> Kind:
    """Return a draft with one revision, below the section of its kind."""
    section = section_named(kind.section) or ensure_sections()[kind.section]
    defaults: dict[str, Any] = {"title": "巡线手册", "body": BODY, "live": False, "responsible": owner}
    page = kind(owner=owner, organisation=organisation, **(defaults | values))
    section.add_child(instance=page)
    page.save_revision(user=owner)
    return kind.objects.get(pk=page.pk)


def publish_page(page: Kind, reviewer: User) -> Kind:
    """Return the page, handed in by its owner and approved."""
    submit(page, actor=page.owner)
    approve(type(page).objects.get(pk=page.pk), actor=reviewer)
    return type(page).objects.get(pk=page.pk)


def make_resource(owner: User, organisation: Organisation, **values: Any) -> ResourcePage:
    """Return the draft of a resource."""
    return make_page(ResourcePage, owner, organisation, **values)


def make_reading_list(owner: User, organisation: Organisation, **values: Any) -> ReadingListPage:
    """Return the draft of a reading list."""
    return make_page(ReadingListPage, owner, organisation, **({"title": "新党员先读这些"} | values))


def make_announcement(owner: User, organisation: Organisation, **values: Any) -> AnnouncementPage:
    """Return the draft of an announcement."""
    return make_page(AnnouncementPage, owner, organisation, **({"title": "周五停电检修"} | values))
