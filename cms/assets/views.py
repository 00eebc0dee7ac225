"""The site's own files: sized copies of images, behind the same rule as the image itself."""

import mimetypes

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from cms.assets.models import SiteImage, SiteRendition
from cms.assets.permissions import looks_after, may_open_image
from cms.taxonomy.enums import Visibility

# Short, so that what is taken down is gone within a minute everywhere.
PUBLIC_CACHE = "public, max-age=60"
PRIVATE_CACHE = "private, no-store"


@require_safe
def site_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a sized copy to those who may see its image, an original to those who look after it, nothing else."""
    rendition = SiteRendition.objects.select_related("image__visible_organisation").filter(file=name).first()
    if rendition is not None:
        image, file = rendition.image, rendition.file
        allowed = may_open_image(image, request.user)
    else:
        original = SiteImage.objects.filter(file=name).first()
        if original is None:
            raise Http404
        image, file = original, original.file
        allowed = request.user.is_authenticated and looks_after(image, request.user)
    if not allowed:
        raise Http404
    return picture_response(image, file)


def picture_response(image: SiteImage, file: object) -> HttpResponseBase:
    """Return the bytes with a type of our choosing that a browser must not second-guess."""
    try:
        opened = file.open("rb")  # type: ignore[attr-defined]  # a storage file
    except FileNotFoundError as error:
        raise Http404 from error
    kind = mimetypes.guess_type(str(file))[0] or "application/octet-stream"
    response = FileResponse(opened, content_type=kind if kind.startswith("image/") else "application/octet-stream")
    response["Cache-Control"] = PUBLIC_CACHE if image.visibility == Visibility.PUBLIC else PRIVATE_CACHE
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
