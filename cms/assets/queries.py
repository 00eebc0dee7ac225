"""Reads of the site's own pictures by the names of their files."""

from cms.assets.models import SiteImage, SiteRendition


def rendition_named(file: str) -> SiteRendition | None:
    """Return the sized copy in this file, with its picture, or None."""
    copies = SiteRendition.objects.select_related("image__visible_organisation")
    found: SiteRendition | None = copies.filter(file=file).first()
    return found


def original_named(file: str) -> SiteImage | None:
    """Return the picture whose original is in this file, or None."""
    return SiteImage.objects.filter(file=file).first()
