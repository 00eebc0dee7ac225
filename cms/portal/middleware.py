"""Whether what was found is opened, counted where it is opened: links of results stay plain addresses."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from cms.portal.askers import after_sent, asker_of
from cms.portal.services import count_opened

# The views at which documents of search stand; from the results page they are reached through a hit alone.
OF_HITS = frozenset({"lessons:watch", "lessons:author", "lecturers:lecturer", "venues:venue", "wagtail_serve"})


class OpenedFromSearchMiddleware:
    """Counts for the words of the results page from which a page was opened; a browser that does not say so counts nothing.

    The browser tells the page it comes from only within the site. A number is raised, once a day for each of those who
    asked (see portal.askers); suggestions hide where they were chosen, for they say nothing of the results.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        match = request.resolver_match
        opened = request.method == "GET" and response.status_code == HTTPStatus.OK
        if opened and match and match.view_name in OF_HITS and (text := text_asked_before(request)):
            after_sent(response, lambda: count_opened(text, asker=asker_of(request)))
        return response


def text_asked_before(request: HttpRequest) -> str:
    """Return the words of the results page from which the request comes, or nothing."""
    try:
        before = urlsplit(request.headers.get("Referer", ""))
        asked = parse_qs(before.query, max_num_fields=40).get("q", [""])
    except ValueError:
        return ""
    own = before.netloc == request.get_host() and before.path == reverse("portal:search")
    return asked[0] if own else ""
