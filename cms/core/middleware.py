"""Request-wide concerns: one log line per request, the chosen language, browser policies."""

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib.admin.utils import unquote
from django.contrib.auth import get_user
from django.core.exceptions import BadRequest, ValidationError
from django.db import DataError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import resolve
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cms.core import metrics
from cms.core.access_log import record_request
from cms.core.addresses import client_address
from cms.core.bodies import drain, promised_bytes
from cms.core.context_processors import ELDER_COOKIE
from cms.core.converters import is_key

GetResponse = Callable[[HttpRequest], HttpResponse]
log = structlog.get_logger("weike.request")

POLITE_CHINESE = "zh-hans-elder"
PERMISSIONS_POLICY = "camera=(self), microphone=(self), geolocation=(), payment=(), usb=(), browsing-topics=()"
BLOCK_SAMPLE = "wagtailadmin_block_preview"
# Wagtail's editor needs inline scripts and styles; the public site does not.
ADMIN_POLICY = {"script-src": ["'self'", "'unsafe-inline'"], "style-src": ["'self'", "'unsafe-inline'"]}
PRIVATE = "private, no-store"
PERSONAL_TYPES = ("text/html", "application/json")
FORM_TYPES = ("multipart/form-data", "application/x-www-form-urlencoded")
READING = ("GET", "HEAD", "OPTIONS")
TOO_LARGE = gettext_noop(
    "This page does not take a file of this size. Please go back and choose a smaller one, or send it in parts."
)
ADMIN = "/admin/"
# What Wagtail's addresses call the key of a row; all of ours are numbers.
ADMIN_KEYS = ("pk", "object_id", "revision_id")
# Windows of ours, and of Wagtail's snippets, in which nothing new is made.
ONLY_CHOOSES = re.compile(r"/admin/(snippets/choose/\w+/\w+|\w+_chooser)/create/$")
# Wagtail asks how the address begins before it asks whether there is one.
LINK_WINDOW, LINK_FIELD = f"{ADMIN}choose-external-link/", "external-link-chooser-url"
# Our lists end at sixty rows. Wagtail builds as many as a form says, and a thousand take a process half a minute.
MOST_ROWS = 200
COUNT_DIGITS = 4
# The last two are what databases say of a number that they cannot hold.
ODD_FORM = (MultiValueDictKeyError, ValidationError, OverflowError, DataError)
QUIET_PATHS = ("/static/", "/media/v/", "/calendar/")  # signed addresses are keys: they stay out of logs


class NullCharacterMiddleware:
    """Take NUL out of addresses: no page means it, and PostgreSQL refuses it in any text (a 500 without this).

    Taking it out may leave another one: `%%0000` becomes `%00`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        while "%00" in query or "\0" in query:
            query = query.replace("%00", "").replace("\0", "")
            request.META["QUERY_STRING"] = query
        if "\0" in request.path_info:
            request.path_info = request.path_info.replace("\0", "")
        return self.get_response(request)


class RequestLogMiddleware:
    """Give each request an id, log it once with its duration, count it for the metrics."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        structlog.contextvars.clear_contextvars()
        request_id = uuid.uuid4().hex[:12]
        structlog.contextvars.bind_contextvars(request_id=request_id)
        started = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - started
        match = request.resolver_match
        metrics.observe_request(match.view_name if match else "unresolved", response.status_code, seconds)
        record_request(request, request_id=request_id, status=response.status_code, seconds=seconds)
        if request.path not in settings.PROBE_PATHS and not request.path.startswith(QUIET_PATHS):
            log.info(
                "request",
                method=request.method,
                path=request.path,
                address=client_address(request),
                status=response.status_code,
                ms=round(seconds * 1000),
            )
        return response


class ProbeMiddleware:
    """Answer the addresses of probes and monitoring before anything asks for the host name, a session or a person.

    A probe inside knows this process by its address alone, which is not among the names people use. Nothing in these
    answers is built from the host name, so a forged one finds nothing to spoil; every other address refuses it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info not in settings.PROBE_PATHS:
            return self.get_response(request)
        match = request.resolver_match = resolve(request.path_info)
        answer: HttpResponse = match.func(request)
        return answer


class ChosenLanguageMiddleware:
    """Show the language the person chose (cookie), else the site's default: never guess from the browser.

    Phones sold with an English system would otherwise greet members in English.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        known = {code for code, _name in settings.LANGUAGES}
        language = chosen if chosen in known else settings.LANGUAGE_CODE
        translation.activate(spoken(request, language))
        request.LANGUAGE_CODE = language
        response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        patch_vary_headers(response, ("Cookie",))
        return response


def spoken(request: HttpRequest, language: str) -> str:
    """Return the language that pages are written in: in elder view Chinese says 您 where it says 你 elsewhere.

    The polite catalogue is made of the usual one by scripts/merge_catalogue; what it lacks is said as usual. Only the
    cookie is asked, which signing in sets: looking at the person would cost a query for each request.
    """
    elder = request.COOKIES.get(ELDER_COOKIE) == "1" and not request.path_info.startswith("/admin/")
    return POLITE_CHINESE if elder and language == "zh-hans" else language


class FormSizeMiddleware:
    """Refuse forms that are larger than their address takes, before anything of them is read or lies on the disk.

    It stands before the form protection, which reads a whole form to find its token. Files are taken from people who
    signed in only, at the addresses of `FORMS_WITH_FILES`.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.content_type not in FORM_TYPES or request.method in READING or self.is_taken(request):
            return self.get_response(request)
        # The page's head says who is signed in, and this stands before the middleware that tells it.
        request.user = get_user(request)
        if request.user.is_authenticated:
            drain(request)
        if request.path_info.startswith("/api/"):
            return JsonResponse({"code": "body_too_large", "message": _(TOO_LARGE), "fields": {}}, status=413)
        return render(request, "413.html", status=413)

    def is_taken(self, request: HttpRequest) -> bool:
        """Tell whether so large a form is taken here, from this person; one that does not say how large is not."""
        size = promised_bytes(request)
        if size is None or size <= settings.FORM_BYTES:
            return size is not None
        limits = [limit for path, limit in settings.FORMS_WITH_FILES if re.match(path, request.path_info)]
        return any(size <= limit for limit in limits) and get_user(request).is_authenticated


class PrivateAnswersMiddleware:
    """Let no browser and no proxy keep the pages and data of people who signed in.

    A shared computer would show them again after signing out. Files keep what their own views say of them.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        kind = response.headers.get("Content-Type", "").partition(";")[0]
        if kind in PERSONAL_TYPES and is_from_a_person(request):
            response["Cache-Control"] = PRIVATE
        return response


def is_from_a_person(request: HttpRequest) -> bool:
    """Tell whether somebody signed in asks, or a program with a person's token."""
    user = getattr(request, "user", None)
    return "Authorization" in request.headers or (user is not None and user.is_authenticated)


class AdminKeysMiddleware:
    """Answer what no page of the admin would send before Wagtail takes it as it stands, and breaks.

    404 for what is no key, and for making something in a window of ours that only chooses; 400 for a form that lacks
    what the page gave it, that leads on to what is no address, or has more rows than anybody wrote.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: dict[str, Any]) -> None:
        """Look at the keys in the address and behind its question mark, and at what a form carries along."""
        if not request.path_info.startswith(ADMIN):
            return
        if ONLY_CHOOSES.match(request.path_info):
            raise Http404
        refuse_odd_fields(request)
        keys = [str(kwargs[name]) for name in ADMIN_KEYS if name in kwargs]
        # Bulk pages know "all" as well; the sample of a block is asked for by the block's name.
        if request.resolver_match is None or request.resolver_match.url_name != BLOCK_SAMPLE:
            every = "all" if request.path_info.startswith(f"{ADMIN}bulk/") else None
            keys += [text for text in request.GET.getlist("id") if text != every]
        keys += [request.GET[name] for name in ("offset", "limit") if name in request.GET]
        if not all(is_key(unquote(text)) for text in keys):
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 400 where a view read a field that the form lacks, or met a value that no check of a form had seen."""
        if request.path_info.startswith(ADMIN) and (isinstance(exception, ODD_FORM) or lacks_its_link(request)):
            log.warning("admin.odd_form", path=request.path_info, error=type(exception).__name__)
            return render(request, "400.html", status=400)
        return None


def lacks_its_link(request: HttpRequest) -> bool:
    """Tell whether the form is that of a link to elsewhere, without the field for the address."""
    return request.path_info == LINK_WINDOW and request.method == "POST" and LINK_FIELD not in request.POST


def refuse_odd_fields(request: HttpRequest) -> None:
    """Raise BadRequest for a `next` that is no address below the root, and for more rows than MOST_ROWS in one list."""
    given = (request.GET, request.POST) if request.method == "POST" else (request.GET,)
    for fields in given:
        if any(target and not target.startswith("/") for target in fields.getlist("next")):
            raise BadRequest("next")
    if request.method == "POST" and not all(is_count(name, request.POST[name]) for name in request.POST):
        raise BadRequest("rows")


def is_count(name: str, value: str) -> bool:
    """Return whether a field that says how many rows or blocks a form has says something that can be."""
    if name.endswith("-TOTAL_FORMS"):
        # What is no number Wagtail refuses itself.
        return not value.isdecimal() or (len(value) <= COUNT_DIGITS and int(value) <= MOST_ROWS)
    return not name.endswith("-count") or (value.isdecimal() and len(value) <= COUNT_DIGITS)


class BrowserPolicyMiddleware:
    """Send the permissions policy everywhere and the admin's own content policy below /admin/."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        if request.path.startswith(ADMIN):
            response._csp_update = ADMIN_POLICY  # type: ignore[attr-defined]  # noqa: SLF001  # django-csp's documented hook
        return response
