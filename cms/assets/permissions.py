"""Who may open an image or a document."""

from collections.abc import Callable

from django.contrib.auth.models import AnonymousUser
from wagtail.permissions import policy_registry

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage
from cms.taxonomy.queries import is_visible_to

STAFF_ACTIONS = ("add", "change", "delete", "choose")
DocumentDoor = Callable[[SiteDocument, User | AnonymousUser], bool]

# Upper rooms may open more: a reviewer reads what an unpublished lesson carries.
_document_doors: list[DocumentDoor] = []


def register_document_door(door: DocumentDoor) -> DocumentDoor:
    """Add a rule of an upper room that may open a document which is not visible."""
    if door not in _document_doors:
        _document_doors.append(door)
    return door


def may_open_document(document: SiteDocument, user: User | AnonymousUser) -> bool:
    """Return whether the person may download the document: visible, own, looked after, or opened by an upper room."""
    if is_visible_to(document, user):
        return True
    if not user.is_authenticated:
        return False
    if document.uploaded_by_user_id == user.pk or looks_after(document, user):
        return True
    return any(door(document, user) for door in _document_doors)


def may_open_image(image: SiteImage, user: User | AnonymousUser) -> bool:
    """Return whether the person may see the picture and its sized copies."""
    if is_visible_to(image, user):
        return True
    return user.is_authenticated and (image.uploaded_by_user_id == user.pk or looks_after(image, user))


def looks_after(asset: SiteDocument | SiteImage, user: User | AnonymousUser) -> bool:
    """Return whether the admin lets the person choose or change this very object (by its collection)."""
    policy = policy_registry.get_by_type(type(asset))
    return bool(policy.user_has_any_permission_for_instance(user, STAFF_ACTIONS, asset))
