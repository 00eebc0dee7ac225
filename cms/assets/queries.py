"""Reads: the site's own pictures by the names of their files, and what people are offered to choose."""

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from cms.accounts.models import User
from cms.assets.models import SiteDocument, SiteImage, SiteRendition
from cms.taxonomy.queries import visible_q


def rendition_named(file: str) -> SiteRendition | None:
    """Return the sized copy in this file, with its picture, or None."""
    copies = SiteRendition.objects.select_related("image__visible_organisation")
    found: SiteRendition | None = copies.filter(file=file).first()
    return found


def original_named(file: str) -> SiteImage | None:
    """Return the picture whose original is in this file, or None."""
    return SiteImage.objects.filter(file=file).first()


def kept_documents(keys: Collection[int]) -> set[int]:
    """Return which of these keys are still those of documents."""
    return set(SiteDocument.objects.filter(pk__in=keys).values_list("pk", flat=True))


def offered_to(user: User | AnonymousUser) -> Q:
    """Return the filter of what a person may choose: what is visible to them and what they brought.

    Superusers are offered everything.
    """
    if user.is_superuser:
        return Q()
    return visible_q(user) | Q(uploaded_by_user=user.pk)


def choosable_documents(user: User | AnonymousUser, attached: list[int]) -> QuerySet[SiteDocument]:
    """Return the documents a person may put where the `attached` ones are already."""
    documents: QuerySet[SiteDocument] = SiteDocument.objects.filter(offered_to(user) | Q(pk__in=attached))
    return documents
