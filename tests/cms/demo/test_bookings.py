"""The demonstration's requests for lecturers."""

from collections import Counter

import pytest

from cms.accounts.models import User
from cms.booking.enums import BookingStatus, Concern
from cms.booking.models import BookingRequest
from cms.booking.queries import missed_lessons, to_decide_for, to_record_for, waiting_for
from cms.courses.models import Playlist
from cms.demo.bookings import make_bookings, make_catch_up
from cms.demo.lecturers import make_lecturers
from cms.demo.seed import seed_people
from cms.evaluations.models import Evaluation
from cms.ledger.enums import EntryKind
from cms.ledger.models import HourEntry
from cms.organisations.queries import home_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.long]


def test_forty_requests_in_every_state_and_something_to_do_for_both_sides() -> None:
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


def test_the_latest_lesson_of_the_secretarys_branch_can_be_caught_up_with() -> None:
    county = seed_people()
    make_lecturers(county.tree, county.people)
    make_bookings(county.tree)
    secretary = county.people["secretary"]
    branch = home_organisation(secretary)
    assert branch is not None
    playlist = Playlist.objects.create(organisation=branch, title="十二月共学")

    make_catch_up(secretary)

    [named] = missed_lessons(county.people["member"])
    assert (named.catch_up, named.booking.organisation) == (playlist, branch)
