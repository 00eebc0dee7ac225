"""Personal calendars: the file for calendar programs, and making and withdrawing its address."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cms.accounts.requests import SignedInRequest
from cms.booking.feeds import calendar_of, entity_tag
from cms.booking.permissions import get_feed_by
from cms.booking.services import make_calendar, withdraw_calendar
from cms.core.ratelimit import count_request, limited, refuse
from cms.core.views import safe_next

READS_AN_HOUR = 240


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """Answer a calendar program: the lessons of the address's person, or 304 when it has them already.

    Each calendar is counted by itself, for a whole county may ask from behind one network address.
    """
    feed = get_feed_by(token)
    window = count_request("booking.calendar", f"f{feed.pk}", seconds=3600)
    if window.hits > READS_AN_HOUR:
        return refuse(request, window.seconds_left)
    body = calendar_of(feed.user, request.build_absolute_uri)
    etag = entity_tag(body)
    answer = HttpResponse(
        body,
        content_type="text/calendar; charset=utf-8",
        headers={"ETag": etag, "Cache-Control": "private, no-cache", "X-Robots-Tag": "noindex"},
    )
    answer["Content-Disposition"] = 'inline; filename="lessons.ics"'
    found: HttpResponse = get_conditional_response(request, etag=etag, response=answer) or answer
    return found


@login_required
@require_POST
@limited("booking.make_calendar", limit=20, seconds=3600)
def make(request: SignedInRequest) -> HttpResponse:
    """Make the own address, or a new one in place of the old."""
    make_calendar(request.user)
    messages.success(request, _("Your calendar has an address. An old one no longer works."))
    return HttpResponseRedirect(safe_next(request, "/my/schedule/"))


@login_required
@require_POST
@limited("booking.make_calendar", limit=20, seconds=3600)
def withdraw(request: SignedInRequest) -> HttpResponse:
    """Withdraw the own address."""
    withdraw_calendar(request.user)
    messages.success(request, _("The address no longer works."))
    return HttpResponseRedirect(safe_next(request, "/my/schedule/"))
