"""Wagtail's side doors obey visibility: downloads, what choosers offer, the scripts' addresses, bulk pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpRequest
from wagtail import hooks

from cms.assets.admin_views import SiteDocumentsEndpoint, SiteImagesEndpoint
from cms.assets.bulk_actions import ACTIONS
from cms.assets.models import SiteDocument, SiteImage
from cms.assets.permissions import may_open_document
from cms.assets.queries import narrowed, offered_to

# Of two registrations under one name the later counts; Wagtail's own have 0.
AFTER_WAGTAIL = 100
for action in ACTIONS:
    hooks.register("register_bulk_action", action, order=AFTER_WAGTAIL)


@hooks.register("before_serve_document")
def guard_download(document: SiteDocument, request: HttpRequest) -> None:
    """Answer 404 for a document that the person may not open, as if it were not there."""
    if not may_open_document(document, request.user):
        raise Http404


@hooks.register("construct_document_chooser_queryset")
def offer_documents(documents: QuerySet[SiteDocument], request: HttpRequest) -> QuerySet[SiteDocument]:
    """Offer what the person may see anyway and what the person brought."""
    return narrowed(documents, offered_to(request.user))


@hooks.register("construct_image_chooser_queryset")
def offer_images(images: QuerySet[SiteImage], request: HttpRequest) -> QuerySet[SiteImage]:
    """Offer what the person may see anyway and what the person brought."""
    return narrowed(images, offered_to(request.user))


@hooks.register("construct_admin_api", order=AFTER_WAGTAIL)
def guard_endpoints(router: Any) -> None:
    """Put endpoints that ask the policy in the place of Wagtail's."""
    router.register_endpoint("documents", SiteDocumentsEndpoint)
    router.register_endpoint("images", SiteImagesEndpoint)
