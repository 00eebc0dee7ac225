"""The demonstration's places and routes."""

import pytest
from django.test import Client

from cms.demo.people import read_data
from cms.demo.places import make_places
from cms.demo.seed import seed_people
from cms.itineraries.models import ItineraryPage, RouteVisit
from cms.venues.models import Venue, VenueVisit
from cms.venues.queries import shown_venues

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


def test_places_and_routes_are_shown_and_one_route_meets_a_closed_door(client: Client) -> None:
    county = seed_people()
    routes = make_places(county.tree, county.people, [])

    assert (shown_venues().count(), len(routes), ItineraryPage.objects.filter(live=True).count()) == (19, 7, 7)
    assert (VenueVisit.objects.count(), RouteVisit.objects.count()) == (3, 2)
    west = Venue.objects.get(name="西柏坡中共中央旧址")
    assert (west.entered_latitude, west.entered_datum) == (38.34108, "gcj02")
    assert (round(west.latitude or 0, 4), round(west.longitude or 0, 3)) == (38.3406, 113.935)
    closed = [route for route in routes if "闭馆" in client.get(route.url).content.decode().partition("<main")[2]]
    assert "赶考路一日线" in [route.title for route in closed]
    assert "第 2 站闭馆" in client.get(routes[4].url).content.decode()
    assert client.get(f"/itineraries/{routes[0].pk}/booklet.pdf").status_code == 200


def test_whoever_speaks_at_a_stop_is_somebody_of_the_pool() -> None:
    posts = [row["post"] for row in read_data("lecturers")["lecturers"]]
    speaking = [stop["speaker"] for row in read_data("places")["routes"] for stop in row["stops"] if "speaker" in stop]

    assert [posts.count(post) for post in speaking] == [1, 1]
