"""The site's own files: sized copies of images, behind the same rule as the image itself."""

import mimetypes

from django.http import FileResponse, Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from cms.assets.models import SiteImage
from cms.assets.permissions import get_picture_for
from cms.core.middleware import PRIVATE
from cms.taxonomy.enums import Visibility

# Short, so that what is taken down is gone within a minute everywhere.
PUBLIC_CACHE = "public, max-age=60"


@require_safe
def site_file(request: HttpRequest, name: str) -> HttpResponseBase:
    """Serve a sized copy to those who may see its image, an original to those who look after it, nothing else."""
    image, file = get_picture_for(request.user, name)
    return picture_response(image, file)


def picture_response(image: SiteImage, file: object) -> HttpResponseBase:
    """Return the bytes with a type of our choosing that a browser must not second-guess."""
    try:
        opened = file.open("rb")  # type: ignore[attr-defined]  # a storage file
    except FileNotFoundError as error:
        raise Http404 from error
    kind = mimetypes.guess_type(str(file))[0] or "application/octet-stream"
    response = FileResponse(opened, content_type=kind if kind.startswith("image/") else "application/octet-stream")
    response["Cache-Control"] = PUBLIC_CACHE if image.visibility == Visibility.PUBLIC else PRIVATE
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
