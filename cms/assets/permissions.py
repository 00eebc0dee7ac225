"""Who may open an image or a document."""

from django.contrib.auth.models import AnonymousUser
from django.db.models.fields.files import FieldFile
from django.http import Http404
from wagtail.permissions import policy_registry

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage
from cms.assets.queries import original_named, rendition_named
from cms.taxonomy.queries import is_visible_to

STAFF_ACTIONS = ("add", "change", "delete", "choose")


def may_open_document(document: SiteDocument, user: User | AnonymousUser) -> bool:
    """Return whether the person may download the document: visible, own, or looked after in the admin."""
    if is_visible_to(document, user):
        return True
    return user.is_authenticated and (document.uploaded_by_user_id == user.pk or looks_after(document, user))


def may_open_image(image: SiteImage, user: User | AnonymousUser) -> bool:
    """Return whether the person may see the picture and its sized copies."""
    if is_visible_to(image, user):
        return True
    return user.is_authenticated and (image.uploaded_by_user_id == user.pk or looks_after(image, user))


def get_picture_for(user: User | AnonymousUser, name: str) -> tuple[SiteImage, FieldFile]:
    """Return a picture and the file of this name: a sized copy for those who see it, an original for who looks after it.

    Raises Http404 for everything else.
    """
    rendition = rendition_named(name)
    if rendition is not None and may_open_image(rendition.image, user):
        return rendition.image, rendition.file
    original = None if rendition is not None else original_named(name)
    if original is None or not (user.is_authenticated and looks_after(original, user)):
        raise Http404
    return original, original.file


def looks_after(asset: SiteDocument | SiteImage, user: User | AnonymousUser) -> bool:
    """Return whether the admin lets the person choose or change this very object (by its collection)."""
    policy = policy_registry.get_by_type(type(asset))
    return bool(policy.user_has_any_permission_for_instance(user, STAFF_ACTIONS, asset))
