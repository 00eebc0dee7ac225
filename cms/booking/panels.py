"""What this room shows on pages of the rooms below.

These are the button of a lecturer's page, requests in "my schedule", and on a place's page who teaches near it.
"""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse

from cms.accounts.models import User
from cms.booking.cards import row_of
from cms.booking.enums import BookingStatus
from cms.booking.permissions import may_ask, token_of
from cms.booking.queries import bookings_of_lecturer, live_feed
from cms.lecturers.cards import lecturer_cards
from cms.lecturers.models import Lecturer
from cms.lecturers.queries import Wish
from cms.lecturers.queries.directory import directory, for_cards
from cms.venues.models import Venue

MOST_ROWS = 60
MOST_LOCAL = 4


def request_button(request: HttpRequest, lecturer: Lecturer) -> str:
    """Return the way to ask for this lecturer, for those who keep a branch; a sentence for everybody else."""
    user = request.user
    chosen = {name: request.GET[name][:40] for name in ("offer", "start", "week") if request.GET.get(name)}
    address = reverse("booking:ask", args=[lecturer.pk])
    context = {
        "address": f"{address}?{urlencode(chosen)}" if chosen else address,
        "may_ask": isinstance(user, User) and may_ask(user),
    }
    return render_to_string("booking/_request_button.html", context, request=request)


def my_requests(request: HttpRequest, lecturer: Lecturer) -> str:
    """Return the lecturer's requests, the next deadline first, agreed lessons, and the calendar's address."""
    user = request.user
    if not isinstance(user, User):
        return ""
    mine = bookings_of_lecturer(user)
    waiting = mine.filter(status=BookingStatus.PENDING).order_by("answer_by", "pk")[:MOST_ROWS]
    agreed = mine.filter(status=BookingStatus.ACCEPTED).order_by("starts_at", "pk")[:MOST_ROWS]
    feed = live_feed(user)
    path = reverse("booking:calendar", args=[token_of(feed)]) if feed else ""
    context = {
        "waiting": [row_of(booking, user) for booking in waiting],
        "agreed": [row_of(booking, user) for booking in agreed],
        "calendar_url": request.build_absolute_uri(path) if path else "",
    }
    return render_to_string("booking/_my_requests.html", context, request=request)


def local_lecturers(request: HttpRequest, venue: Venue) -> str:
    """Show on a place's page a few of the lecturers from its region who can be asked, as far as the person sees them."""
    if venue.region is None:
        return ""
    # Lecturers write where they come from; a region of the list goes by its name, as in search.
    found = directory(request.user, Wish(region=venue.region.name))
    cards = lecturer_cards(for_cards(found)[:MOST_LOCAL], request.user)
    if not cards:
        return ""
    query = urlencode({"region": venue.region.name})
    context = {"cards": cards, "region": venue.region, "all_url": f"{reverse('lecturers:directory')}?{query}"}
    return render_to_string("booking/_local_lecturers.html", context, request=request)
