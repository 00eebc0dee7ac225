"""Wagtail's side doors obey visibility: downloads and what choosers offer."""

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from wagtail import hooks

from cms.assets.models import SiteDocument, SiteImage
from cms.assets.permissions import may_open_document
from cms.assets.queries import offered_to


@hooks.register("before_serve_document")
def guard_download(document: SiteDocument, request: HttpRequest) -> None:
    """Answer 404 for a document that the person may not open, as if it were not there."""
    if not may_open_document(document, request.user):
        raise Http404


@hooks.register("construct_document_chooser_queryset")
def offer_documents(documents: QuerySet[SiteDocument], request: HttpRequest) -> QuerySet[SiteDocument]:
    """Offer what the person may see anyway and what the person brought."""
    return documents.filter(offered_to(request.user))


@hooks.register("construct_image_chooser_queryset")
def offer_images(images: QuerySet[SiteImage], request: HttpRequest) -> QuerySet[SiteImage]:
    """Offer what the person may see anyway and what the person brought."""
    return images.filter(offered_to(request.user))
