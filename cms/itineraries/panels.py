"""What routes show on pages of lower rooms."""

from django.http import HttpRequest
from django.template.loader import render_to_string

from cms.itineraries.queries import lessons_taught_at, routes_through
from cms.lessons.cards import lesson_cards
from cms.venues.models import Venue

MOST = 6


def taught_here(request: HttpRequest, venue: Venue) -> str:
    """Show on a place's page which lessons are taught there and which routes lead there."""
    context = {
        "lessons": lesson_cards(lessons_taught_at(venue, request.user)[:MOST], request.user),
        "routes": routes_through(venue, request.user)[:MOST],
    }
    return render_to_string("itineraries/taught_here.html", context, request)
