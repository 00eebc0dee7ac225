"""The secretary's overview: what the own branches asked for, and what own lecturers are asked for."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from cms.accounts.requests import SignedInRequest
from cms.booking.cards import row_of
from cms.booking.enums import BookingStatus
from cms.booking.permissions import may_ask, require_overview, token_of
from cms.booking.queries import bookings_of_branches, bookings_of_lenders, live_feed

PAGE_SIZE = 20
# Which states each view of the list holds, and in which order.
VIEWS = {
    "open": ((BookingStatus.PENDING, BookingStatus.ACCEPTED), "starts_at"),
    "past": (
        (BookingStatus.DELIVERED, BookingStatus.DECLINED, BookingStatus.CANCELLED, BookingStatus.EXPIRED),
        "-starts_at",
    ),
}


@login_required
@require_GET
def overview(request: SignedInRequest) -> HttpResponse:
    """List requests of the own branches, or for lecturers of the own organisations."""
    user = request.user
    require_overview(user)
    lent = request.GET.get("side") == "lent" or not may_ask(user)
    shown = request.GET.get("show", "")
    states, order = VIEWS.get(shown, VIEWS["open"])
    rows = bookings_of_lenders(user) if lent else bookings_of_branches(user)
    page = Paginator(rows.filter(status__in=states).order_by(order, "pk"), PAGE_SIZE).get_page(request.GET.get("page"))
    feed = live_feed(user)
    context = {
        "page": page,
        "rows": [row_of(booking, user) for booking in page],
        "chips": chips(lent=lent, past=shown == "past"),
        "lent": lent,
        "past": shown == "past",
        "calendar_url": address_of_calendar(request, token_of(feed)) if feed else "",
    }
    return render(request, "booking/overview.html", context)


def address_of_calendar(request: SignedInRequest, token: str) -> str:
    """Return the full address for a calendar program."""
    return request.build_absolute_uri(reverse("booking:calendar", args=[token]))


def chips(*, lent: bool, past: bool) -> list[dict[str, object]]:
    """Return the choices of the list."""
    side = "&side=lent" if lent else ""
    show = "&show=past" if past else ""
    return [
        {"label": _("Our requests"), "url": f"?side=asked{show}", "on": not lent},
        {"label": _("Our lecturers"), "url": f"?side=lent{show}", "on": lent},
        {"label": _("To come"), "url": f"?show=open{side}", "on": not past},
        {"label": _("Over"), "url": f"?show=past{side}", "on": past},
    ]
