"""Who may open an image or a document, and who looks after which of the library."""

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.db.models.fields.files import FieldFile
from django.http import Http404
from wagtail.permission_policies.collections import CollectionOwnershipPermissionPolicy
from wagtail.permissions import policy_registry

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage
from cms.assets.queries import cared_for_by, narrowed, offered_to, original_named, rendition_named, within_sight_of
from cms.core.offered import offers
from cms.organisations.enums import Role
from cms.organisations.queries import below, standing_of
from cms.taxonomy.enums import Visibility
from cms.taxonomy.queries import is_visible_to

STAFF_ACTIONS = ("change", "delete", "choose")


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
    """Return whether the admin lets the person choose or change this very object."""
    policy = policy_registry.get_by_type(type(asset))
    return bool(policy.user_has_any_permission_for_instance(user, STAFF_ACTIONS, asset))


@offers(SiteDocument)
def documents_offered(user: User) -> QuerySet[SiteDocument]:
    """Return the documents that the admin lets the person put somewhere."""
    return choosable(SiteDocument, user)


@offers(SiteImage)
def images_offered(user: User) -> QuerySet[SiteImage]:
    """Return the pictures that the admin lets the person put somewhere."""
    return choosable(SiteImage, user)


def choosable(model: type[Any], user: User) -> QuerySet[Any]:
    """Return the rows that the person may choose in the admin, or sees anyway and brought."""
    rows: QuerySet[Any] = policy_registry.get_by_type(model).instances_user_has_permission_for(user, "choose")
    found: QuerySet[Any] = model._default_manager.filter(Q(pk__in=rows.order_by().values("pk")) | offered_to(user))
    return found


def may_show_to(user: User) -> set[str]:
    """Return how far the person may let a file of the library be seen: for all, only editors of the whole tree."""
    if user.is_superuser or standing_of(user).has_role_for_all(Role.EDITOR):
        return set(Visibility.values)
    return {Visibility.PRIVATE.value, Visibility.ORGANISATION.value}


def may_show_below(user: User) -> Q:
    """Return the filter of the organisations for which the person may let a file be seen."""
    return Q(pk__isnull=False) if user.is_superuser else below(standing_of(user).paths_of(Role.EDITOR))


class LibraryPolicy(CollectionOwnershipPermissionPolicy):
    """Wagtail's rule by collection, and within the library one by organisation.

    Editors change what they brought and what is for an organisation that they are responsible for; what is for all, or
    for nobody yet, is changed by editors of the whole tree. Choosing needs sight of it.
    """

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_any_permission_for_instance(user, [action], instance)

    def user_has_any_permission_for_instance(self, user: Any, actions: Iterable[str], instance: Any) -> bool:
        by_collection = super().user_has_any_permission_for_instance
        allowed = [action for action in actions if by_collection(user, [action], instance)]
        if not allowed or user.is_superuser:
            return bool(allowed)
        # What the database says: a form may have changed the object already.
        return self.in_reach(user, allowed).filter(pk=instance.pk).exists()

    def instances_user_has_any_permission_for(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        actions = list(actions)
        rows: QuerySet[Any] = super().instances_user_has_any_permission_for(user, actions)
        if not user.is_authenticated or user.is_superuser:
            return rows
        return rows & self.in_reach(user, actions)

    def in_reach(self, user: Any, actions: Iterable[str]) -> QuerySet[Any]:
        """Return the rows that the person may choose, or care for, by organisation."""
        rule: Q = within_sight_of(user) if "choose" in actions else cared_for_by(user)
        return narrowed(self.model._default_manager.all(), rule)
