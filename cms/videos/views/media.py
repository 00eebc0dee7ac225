"""Serving renditions below signed addresses: fixed types, ranges, no listing, nothing outside the folder."""

import re
from pathlib import Path

from django.conf import settings
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseNotModified,
    StreamingHttpResponse,
)
from django.utils.http import content_disposition_header, http_date
from django.views.decorators.http import require_safe

from cms.videos.errors import StorageAway
from cms.videos.media_urls import etag, is_valid
from cms.videos.models import Video
from cms.videos.rendition_buckets import TYPES
from cms.videos.rendition_stores import StoredFile, rendition_store

# Two levels at most, no leading dot, nothing but plain characters.
NAME = re.compile(r"^(?:[A-Za-z0-9_]{1,40}/)?[A-Za-z0-9_][A-Za-z0-9_.-]{0,80}\Z")
RANGE = re.compile(r"^bytes=(\d{0,18})-(\d{0,18})\Z")
# What file names cannot hold on one system or another.
UNFIT = re.compile(r'[\x00-\x1f<>:"/\\|?*]+')
NAMED = 80
# Browsers may keep a file as long as its address is made the same way; nobody in between may keep it for others.
# The same stands in docker/nginx.conf.
KEEP = "private, max-age=21600, immutable"


@require_safe
def rendition(request: HttpRequest, signature: str, uuid: str, generation: str, name: str) -> HttpResponseBase:
    """Send one file of a generation to whoever holds its address.

    Raises Http404 for a wrong, expired or closed signature as for a missing file.
    """
    kind = TYPES.get(Path(name).suffix)
    if kind is None or not NAME.match(name):
        raise Http404
    video = Video.objects.filter(uuid=uuid).only("address_key", "download", "title", "filename").first()
    if video is None or not is_valid(signature, uuid, generation, video.address_key):
        raise Http404
    try:
        response = (
            accelerated(uuid, generation, name)
            if settings.SENDFILE == "nginx"
            else direct(request, uuid, generation, name)
        )
    except StorageAway as away:
        return HttpResponse(away.message, status=away.status, headers={"Retry-After": "5"}, content_type="text/plain")
    response["Content-Type"] = kind
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Disposition"] = disposition(video, f"{generation}/{name}")
    return response


def disposition(video: Video, file: str) -> str:
    """Return how a browser is to take a file: what is shown in its place, the original as a file with a name."""
    if file != video.download:
        return "inline"
    named = UNFIT.sub(" ", video.title or Path(video.filename).stem)[:NAMED].strip(" .") or "video"
    return str(content_disposition_header(as_attachment=True, filename=named + Path(file).suffix))


def accelerated(uuid: str, generation: str, name: str) -> HttpResponse:
    """Let nginx send the file from its internal location; it does the ranges, and says how long the file may be kept.

    Only nginx knows whether it found the file: what stood here would also stand on its answer that it did not.
    """
    return HttpResponse(headers={"X-Accel-Redirect": rendition_store().internal_address(uuid, generation, name)})


def direct(request: HttpRequest, uuid: str, generation: str, name: str) -> HttpResponseBase:
    """Send the file from here, whole or the range that was asked for.

    Raises Http404.
    """
    try:
        file = rendition_store().open(uuid, generation, name)
    except FileNotFoundError:
        raise Http404 from None
    response = in_part(request, file)
    # The first rung's lists grow while they are shown; and what went wrong is nothing to keep.
    passing = name.endswith(".m3u8") or response.status_code >= 400  # noqa: PLR2004  # errors begin there
    response["Cache-Control"] = "private, no-store" if passing else KEEP
    return response


def in_part(request: HttpRequest, file: StoredFile) -> HttpResponseBase:
    """Answer with what of the file was asked for and is not known already."""
    tag = etag(file.size, file.changed)
    validators = {"ETag": tag, "Last-Modified": http_date(file.changed), "Accept-Ranges": "bytes"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponseNotModified(headers=validators)
    wanted = request.headers.get("Range", "") if request.headers.get("If-Range", tag) == tag else ""
    span = read_range(wanted, file.size)
    if span is None:
        return HttpResponse(status=416, headers={**validators, "Content-Range": f"bytes */{file.size}"})
    start, end = span
    response = StreamingHttpResponse(
        file.blocks(start, end), headers=validators, status=206 if wanted_part(wanted) else 200
    )
    response["Content-Length"] = str(end - start)
    if response.status_code == 206:  # noqa: PLR2004  # Partial Content
        response["Content-Range"] = f"bytes {start}-{end - 1}/{file.size}"
    return response


def wanted_part(header: str) -> bool:
    """Return whether the header asks for exactly one range; anything else is answered with the whole file."""
    found = RANGE.match(header.strip())
    return bool(found and any(found.groups()))


def read_range(header: str, size: int) -> tuple[int, int] | None:
    """Return start and end (exclusive) of what is to be sent, or None when the range lies outside the file."""
    found = RANGE.match(header.strip())
    if not found or not any(found.groups()):
        return 0, size
    first, last = found.groups()
    if not first:
        return (max(0, size - int(last)), size) if int(last) and size else None
    start, end = int(first), min(size, int(last) + 1 if last else size)
    if last and int(last) < start:
        return None
    return (start, end) if start < size else None
