"""Template tags of editorial pages."""

from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from cms.assets.models import SiteDocument, SiteRendition
from cms.assets.permissions import may_open_document, may_open_image
from cms.taxonomy.queries import is_visible_to

register = template.Library()


@register.simple_tag(takes_context=True)
def file_url(context: Context, document: SiteDocument | None) -> str:
    """Return where the file opens for the reader: in reviews and previews a door of its own; nothing where it would not."""
    if document is None:
        return ""
    look = context.get("look")
    if look is not None:
        return reverse("library:review_document", args=[look.pk, document.pk])
    request: Any = context.get("request")
    if is_preview(context) and not may_open_document(document, request.user):
        return through_draft(context, "library:draft_document", document.pk)
    if request is None or is_preview(context) or is_visible_to(document, request.user):
        return str(document.url)
    return ""


@register.simple_tag(takes_context=True)
def picture_url(context: Context, copy: SiteRendition) -> str:
    """Return where a sized copy is shown to the reader: in reviews and previews through doors of their own."""
    look = context.get("look")
    if look is not None:
        return reverse("library:review_picture", args=[look.pk, copy.pk])
    if is_preview(context) and not may_open_image(copy.image, context["request"].user):
        return through_draft(context, "library:draft_picture", copy.pk)
    return str(copy.url)


def is_preview(context: Context) -> bool:
    """Return whether somebody who writes the page looks at it as it would be."""
    return bool(getattr(context.get("request"), "is_preview", False))


def through_draft(context: Context, door: str, key: int) -> str:
    """Return where a file that is not shown yet opens for those who write the page; nothing before it is stored."""
    page = context.get("page")
    return reverse(door, args=[page.pk, key]) if page is not None and page.pk else ""
