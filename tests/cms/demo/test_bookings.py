"""The demonstration's requests for lecturers."""

from collections import Counter

import pytest
from django.contrib.auth.models import AnonymousUser

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, Concern, EventKind, Party
from cms.booking.models import BookingEvent, BookingRequest
from cms.booking.queries import missed_lessons, to_decide_for, to_record_for, waiting_for
from cms.courses.models import Playlist
from cms.demo.bookings import make_bookings, make_catch_up
from cms.demo.lecturers import make_lecturers
from cms.demo.places import make_places
from cms.demo.portraits import draw_portrait
from cms.demo.seed import seed_people
from cms.evaluations.models import Evaluation
from cms.lecturers.cards import photo_of
from cms.lecturers.models import Lecturer
from cms.ledger.enums import EntryKind
from cms.ledger.models import HourEntry
from cms.organisations.queries import home_organisation
from cms.venues.services import shut_words

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_forty_requests_in_every_state_something_to_do_for_both_sides_and_a_lesson_to_catch_up_with() -> None:
    county = seed_people()
    make_lecturers(county.tree, county.people)
    made = make_bookings(county.tree)

    assert len(made) == 40
    assert Counter(BookingRequest.objects.values_list("status", flat=True)) == {
        BookingStatus.DELIVERED: 14,
        BookingStatus.ACCEPTED: 8,
        BookingStatus.PENDING: 8,
        BookingStatus.DECLINED: 4,
        BookingStatus.CANCELLED: 3,
        BookingStatus.EXPIRED: 3,
    }
    assert (Evaluation.objects.count(), HourEntry.objects.filter(kind=EntryKind.TEACHING).count()) == (14, 14)
    secretary = User.objects.get(username="demo-secretary")
    lecturer = User.objects.get(username="demo-lecturer")
    assert [to_decide_for(secretary).count(), to_record_for(secretary).count()] == [1, 1]
    assert to_decide_for(secretary)[0].concern == Concern.LECTURER
    assert [waiting_for(secretary).count(), waiting_for(lecturer).count()] == [1, 2]
    branch = home_organisation(secretary)
    assert branch is not None
    playlist = Playlist.objects.create(organisation=branch, title="十二月共学")
    make_catch_up(secretary)
    [named] = missed_lessons(county.people["member"])
    assert (named.catch_up, named.booking.organisation) == (playlist, branch)


def test_a_lesson_was_held_in_a_school_and_others_need_the_yes_of_who_lends() -> None:
    county = seed_people()
    make_lecturers(county.tree, county.people)
    make_places(county.tree, county.people, [])
    made = make_bookings(county.tree)

    [held] = BookingRequest.objects.filter(venue__isnull=False, status=BookingStatus.DELIVERED)
    assert held.venue is not None
    assert held.visit is not None
    assert (held.venue.name, held.visit.heads, held.visit.released_at) == ("清水街微党校", held.heads, None)
    assert (held.place, held.heads <= (held.venue.capacity or 0)) == ("", True)
    assert shut_words(held.venue, held.starts_at, held.ends_at) == ""
    assert len(made) == 40
    lent = [booking.approvals for booking in BookingRequest.objects.all()]
    assert ["organisation", "lecturer"] in lent
    assert BookingEvent.objects.filter(kind=EventKind.APPROVED, party=Party.ORGANISATION).exists()


def test_the_demonstrations_lecturer_has_a_drawn_portrait_open_to_everybody() -> None:
    county = seed_people()
    make_lecturers(county.tree, county.people)
    [shown] = Lecturer.objects.filter(photo__isnull=False)
    assert (shown.user, photo_of(shown, AnonymousUser())) == (county.people["lecturer"], shown.photo)
    assert draw_portrait() == draw_portrait()
