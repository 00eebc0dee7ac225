"""Reads: the site's own pictures by the names of their files, and what people are offered to choose."""

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet, Sum

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage, SiteRendition
from cms.organisations.enums import Role
from cms.organisations.queries import below, standing_of
from cms.taxonomy.enums import Visibility
from cms.taxonomy.queries import visible_q

# Stored once as data. What members attach stands apart, so that the library's editors do not browse drafts.
MEMBERS_COLLECTION = "党员附件"


def rendition_named(file: str) -> SiteRendition | None:
    """Return the sized copy in this file, with its picture, or None."""
    copies = SiteRendition.objects.select_related("image__visible_organisation")
    found: SiteRendition | None = copies.filter(file=file).first()
    return found


def original_named(file: str) -> SiteImage | None:
    """Return the picture whose original is in this file, or None."""
    return SiteImage.objects.filter(file=file).first()


def picture_of(asset: SiteDocument | SiteImage) -> dict[str, Any]:
    """Return how a file stands in the audit log."""
    below_which = asset.visible_organisation
    seen = {
        "title": asset.title,
        "file": asset.file.name,
        "collection": asset.collection.name,
        "visibility": asset.visibility,
        "visible_organisation": str(below_which) if below_which else "",
        "visible_role": asset.visible_role,
    }
    return seen | ({"alt_text": asset.alt_text} if isinstance(asset, SiteImage) else {})


def kept_documents(keys: Collection[int]) -> set[int]:
    """Return which of these keys are still those of documents."""
    return set(SiteDocument.objects.filter(pk__in=keys).values_list("pk", flat=True))


def attachments_only(documents: QuerySet[SiteDocument]) -> QuerySet[SiteDocument]:
    """Narrow to documents that were brought for a lesson; who sees a document of the library, its editors say."""
    return documents.filter(collection__name=MEMBERS_COLLECTION)


def is_attachment(document: SiteDocument) -> bool:
    """Return whether the document was brought for a lesson."""
    return bool(document.collection.name == MEMBERS_COLLECTION)


def attached_bytes(user: User) -> int:
    """Return how much room the documents take that the person brought for lessons."""
    brought = attachments_only(SiteDocument.objects.filter(uploaded_by_user=user))
    return int(brought.aggregate(total=Sum("file_size"))["total"] or 0)


def waits_in_library(document: SiteDocument) -> bool:
    """Return whether the document belongs to the library and is not published there."""
    return document.visibility == Visibility.PRIVATE and not is_attachment(document)


def offered_to(user: User | AnonymousUser) -> Q:
    """Return the filter of what a person may choose: what is visible to them and what they brought.

    Superusers are offered everything.
    """
    if user.is_superuser:
        return Q()
    return visible_q(user) | Q(uploaded_by_user=user.pk)


def cared_for_by(user: User) -> Q:
    """Return the filter of what of the library is the person's to change, by organisation."""
    standing = standing_of(user)
    if standing.has_role_for_all(Role.EDITOR):
        return Q(pk__isnull=False)
    return Q(uploaded_by_user=user.pk) | meant_for_below(standing.paths_of(Role.EDITOR))


def within_sight_of(user: User) -> Q:
    """Return the filter of what of the library the person sees: also what reviewers are responsible for."""
    duties = standing_of(user).paths_of(Role.EDITOR, Role.REVIEWER)
    return cared_for_by(user) | visible_q(user) | meant_for_below(duties)


def meant_for_below(paths: Iterable[str]) -> Q:
    """Return the filter of what is visible to an organisation at or below one of the paths."""
    return Q(visibility=Visibility.ORGANISATION) & below(paths, "visible_organisation__")


def narrowed(rows: QuerySet[Any], allowed: Q) -> QuerySet[Any]:
    """Return the rows that the filter allows, by their keys: Wagtail's search combines with no other field."""
    return rows.filter(pk__in=rows.model._default_manager.filter(allowed).order_by().values("pk"))


def choosable_documents(user: User | AnonymousUser, attached: list[int]) -> QuerySet[SiteDocument]:
    """Return the documents a person may put where the `attached` ones are already."""
    documents: QuerySet[SiteDocument] = SiteDocument.objects.filter(offered_to(user) | Q(pk__in=attached))
    return documents
