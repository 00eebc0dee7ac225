"""Template tags of editorial pages."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from cms.assets.models import SiteDocument, SiteRendition
from cms.taxonomy.queries import is_visible_to

register = template.Library()


@register.simple_tag(takes_context=True)
def file_url(context: Context, document: SiteDocument | None) -> str:
    """Return where the file opens for the reader: a reviewer's door in a review; nothing where it would not open."""
    if document is None:
        return ""
    look = context.get("look")
    if look is not None:
        return reverse("library:review_document", args=[look.pk, document.pk])
    request: Any = context.get("request")
    if request is None or getattr(request, "is_preview", False) or is_visible_to(document, request.user):
        return str(document.url)
    return ""


@register.simple_tag(takes_context=True)
def picture_url(context: Context, copy: SiteRendition) -> str:
    """Return where the sized copy of a picture is shown to the reader: a reviewer sees it through the review."""
    look = context.get("look")
    if look is not None:
        return reverse("library:review_picture", args=[look.pk, copy.pk])
    return str(copy.url)
