"""The tus 1.0.0 server: core, creation, creation-with-upload, checksum, expiration, termination; and its JSON."""

import functools
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from ninja.utils import check_csrf

from cms.accounts.api_auth import find_token_user
from cms.accounts.models import User
from cms.core.errors import DomainError, TooManyRequests
from cms.core.metrics import observe_refusal
from cms.core.ratelimit import is_over_limit
from cms.videos import tus
from cms.videos.answers import about_upload, about_uploads
from cms.videos.enums import UploadState
from cms.videos.errors import UploadRefused, WrongOffset
from cms.videos.models import Upload
from cms.videos.permissions import get_upload_for
from cms.videos.queries import recent_uploads
from cms.videos.services import append, finish_if_complete, start_upload, terminate_upload
from cms.videos.services.receiving import Checksum, Filling, Stream, require_open, take_over
from cms.videos.views.turns import Turn, turns

Speaker = Callable[..., HttpResponse]
SAFE = ("GET", "HEAD", "OPTIONS")
# Creations a minute: far above what a person does, below what fills a disk with empty folders.
CREATIONS = 60
# Chunks a minute that are far smaller than a sender on the weakest line makes them: each costs a bucket several acts.
TINY_BYTES, TINY_CHUNKS = 256 << 10, 600
LISTED = 50
UNAVAILABLE = 503
# How long (seconds) a sender waits before it asks again, for a turn or for a store that is away.
BUSY_S = 5


def spoken(view: Speaker) -> Speaker:
    """Decorate a view of the protocol: who asks, which version, and every refusal as the API's JSON."""

    @csrf_exempt
    @functools.wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        method = (request.method or "").upper()
        if method == "POST":
            # Only what is protected as a writing request may become another one.
            method = request.headers.get("X-HTTP-Method-Override", method).upper()
        try:
            response = hear(view, request, method, *args, **kwargs)
        except Http404:
            response = told("not_found", _("There is nothing here, or it is not meant for you."), 404)
        except DomainError as error:
            response = told(error.code, str(error.message), error.status)
            if error.status == UNAVAILABLE:
                response["Retry-After"] = str(BUSY_S)
        response["Tus-Resumable"] = tus.VERSION
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answer


def hear(view: Speaker, request: HttpRequest, method: str, *args: Any, **kwargs: Any) -> HttpResponse:
    """Check version and person, then let the view answer.

    Nothing is read of a request whose sender is unknown: it would hold a thread for as long as a stranger likes.
    """
    if method == "OPTIONS":
        return HttpResponse(status=204, headers=tus.capabilities(settings.UPLOAD_MAX_BYTES))
    version = request.headers.get("Tus-Resumable")
    if version != tus.VERSION and (version is not None or method in ("POST", "PATCH", "HEAD")):
        response = told("tus_version", str(UploadRefused("tus_version", status=412).message), 412)
        response["Tus-Version"] = tus.VERSION
        return response
    return view(request, method, person(request, method), *args, **kwargs)


@contextmanager
def sending(request: HttpRequest, user: User, upload: uuid.UUID | None = None) -> Iterator[Turn]:
    """Hold a turn while a request that carries bytes is answered; of a refused one the rest is read off.

    Raises Busy (503).
    """
    with turns.taken_by(user.pk, request, upload) as turn:
        try:
            yield turn
        except DomainError:
            turns.drain(turn, request)
            raise


def person(request: HttpRequest, method: str) -> User:
    """Return who asks: by bearer token, or by the session with form protection.

    Raises UploadRefused not_signed_in (401), DomainError csrf (403) and second_factor_needed (403).
    """
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        user = find_token_user(token.strip())
        if user is None:
            raise UploadRefused("not_signed_in", status=401)
        return user
    if not isinstance(request.user, User):
        raise UploadRefused("not_signed_in", status=401)
    if method not in SAFE and check_csrf(request) is not None:
        raise DomainError(
            _("The page was open for too long. Please reload it and try again."), code="csrf", status=403
        )
    return request.user


def told(code: str, message: str, status: int) -> HttpResponse:
    """Return an error in the API's one shape, and count it."""
    observe_refusal(code)
    return JsonResponse({"code": code, "message": message, "fields": {}}, status=status)


@spoken
def collection(request: HttpRequest, method: str, user: User) -> HttpResponse:
    """List the own uploads, or begin one."""
    if method == "GET":
        return JsonResponse(listed(request, user))
    if method == "POST":
        with sending(request, user) as turn:
            return create(request, user, turn)
    raise UploadRefused("unknown_method", status=405)


def listed(request: HttpRequest, user: User) -> dict[str, Any]:
    """Return one page of the own uploads in the API's shape of lists; a page that is no number is the first."""
    pages = Paginator(recent_uploads(user), LISTED)
    page = pages.get_page(request.GET.get("page"))
    following = f"{reverse('videos:uploads')}?page={page.next_page_number()}" if page.has_next() else None
    return {
        "items": about_uploads(page.object_list),
        "total": pages.count,
        "next": request.build_absolute_uri(following) if following else None,
    }


def create(request: HttpRequest, user: User, turn: Turn) -> HttpResponse:
    """Begin an upload, with its first bytes when they came along."""
    if is_over_limit("upload_create", f"u{user.pk}", limit=CREATIONS, seconds=60):
        raise TooManyRequests(_("Too many requests. Please wait a moment and try again."))
    length = tus.read_number(request.headers.get("Upload-Length"), code="bad_length")
    metadata = tus.read_metadata(request.headers.get("Upload-Metadata", ""))
    with_bytes = request.content_type == tus.CONTENT_TYPE
    checksum = checksum_of(request) if with_bytes else None
    upload = start_upload(
        user,
        length=length,
        filename=metadata.get("filename", ""),
        filetype=metadata.get("filetype", ""),
        title=metadata.get("title", ""),
    )
    if with_bytes:
        taken = functools.partial(turns.take_over, turn, upload.pk)
        upload = append(upload, 0, body_of(request), checksum, size=body_size(request), taken=taken)
    location = request.build_absolute_uri(reverse("videos:upload", args=[upload.pk]))
    return HttpResponse(status=201, headers={"Location": location, **headers_of(upload)})


@spoken
def item(request: HttpRequest, method: str, user: User, key: str) -> HttpResponse:
    """Tell about one upload, go on with it, or give it up."""
    upload = get_upload_for(user, key)
    if method == "GET":
        return JsonResponse(about_upload(as_it_stands(upload)))
    if method == "HEAD":
        return offset_of(upload)
    if method == "PATCH":
        with sending(request, user, upload.pk) as turn:
            return patch(request, upload, turn)
    if method == "DELETE":
        terminate_upload(upload, actor=user)
        turns.end_lost(upload.pk)
        return HttpResponse(status=204)
    raise UploadRefused("unknown_method", status=405)


def as_it_stands(upload: Upload) -> Upload:
    """Return the upload, finished when its end was lost; what cannot be finished says so itself."""
    try:
        return finish_if_complete(upload)
    except UploadRefused:
        upload.refresh_from_db()
        return upload


def offset_of(upload: Upload) -> HttpResponse:
    """Tell where to go on, and cut off an older request that still hangs: a phone that changed networks must not wait."""
    if upload.state != UploadState.RECEIVED:
        require_open(upload)
        if upload.offset < upload.length:
            take_over(upload)
            turns.end_lost(upload.pk)
        upload = finish_if_complete(upload)
    return HttpResponse(status=200, headers={"Upload-Length": str(upload.length), **headers_of(upload)})


def patch(request: HttpRequest, upload: Upload, turn: Turn) -> HttpResponse:
    """Take one chunk."""
    if request.content_type != tus.CONTENT_TYPE:
        raise UploadRefused("bad_content_type", status=415)
    offset = tus.read_number(request.headers.get("Upload-Offset"), code="bad_length")
    if upload.state == UploadState.RECEIVED:
        return elsewhere(request, upload, turn)
    size = body_size(request)
    require_worthwhile(upload, offset, size)
    taken = functools.partial(turns.take_over, turn, upload.pk)
    try:
        upload = append(upload, offset, body_of(request), checksum_of(request), size=size, taken=taken)
    except WrongOffset:
        upload.refresh_from_db()
        return elsewhere(request, upload, turn)
    return HttpResponse(status=204, headers=headers_of(upload))


def require_worthwhile(upload: Upload, offset: int, size: int) -> None:
    """Count chunks that are tiny and not the end of the file. Raises TooManyRequests (429) for a stream of them."""
    if size >= TINY_BYTES or offset + size >= upload.length:
        return
    if is_over_limit("upload_tiny", f"u{upload.owner_id}", limit=TINY_CHUNKS, seconds=60):
        raise TooManyRequests(_("Too many requests. Please wait a moment and try again."))


def elsewhere(request: HttpRequest, upload: Upload, turn: Turn) -> HttpResponse:
    """Tell where the received part really ends."""
    turns.drain(turn, request)
    error = WrongOffset()
    response = told(error.code, str(error.message), error.status)
    response["Upload-Offset"] = str(upload.offset)
    return response


def headers_of(upload: Upload) -> dict[str, str]:
    """Return offset and, while it is not complete, until when the upload is kept."""
    headers = {"Upload-Offset": str(upload.offset)}
    if upload.state == UploadState.RECEIVING:
        headers["Upload-Expires"] = tus.expires(upload.expires_at)
    return headers


def checksum_of(request: HttpRequest) -> Checksum | None:
    """Return the chunk's checksum when the client sent one."""
    header = request.headers.get("Upload-Checksum")
    return Checksum(*tus.read_checksum(header)) if header is not None else None


def body_of(request: HttpRequest) -> Stream:
    """Return what the bytes are read from: the server's own reader where it fills buffers and knows its end."""
    body = request.META.get("wsgi.input")
    return body if isinstance(body, Filling) and request.META.get("wsgi.input_terminated") else request


def body_size(request: HttpRequest) -> int:
    """Return how many bytes the request promises.

    Raises UploadRefused bad_length (411 when it does not say, 400 when it is no number).
    """
    promised = request.META.get("CONTENT_LENGTH")
    if not promised:
        raise UploadRefused("bad_length", status=411)
    return tus.read_number(promised, code="bad_length")
