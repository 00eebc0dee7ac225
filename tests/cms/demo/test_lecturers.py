"""The demonstration's pool: 24 lecturers of three kinds with free weeks, and one each who cannot be asked for a reason."""

from collections import Counter
from datetime import timedelta

import pytest

from cms.core.clock import today
from cms.demo.lecturers import make_lecturers
from cms.demo.seed import seed_people
from cms.lecturers.models import Lecturer
from cms.lecturers.queries import calendars_of, in_service

pytestmark = [pytest.mark.django_db, pytest.mark.wide]


def test_the_pool_has_what_a_visitor_should_be_able_to_look_at() -> None:
    county = seed_people()
    made = make_lecturers(county.tree, county.people)

    assert len({lecturer.name for lecturer in made}) == 24
    assert Counter(lecturer.kind for lecturer in made) == {"full_time": 8, "part_time": 10, "guest": 6}
    assert Lecturer.objects.get(user=county.people["lecturer"]).offers.count() == 3
    serving = list(in_service(Lecturer.objects.filter(live=True), today()).order_by("pk"))
    assert [lecturer.post for lecturer in made if lecturer not in serving] == ["退役老兵", "社会工作者"]
    last = today() + timedelta(days=90)
    calendars = calendars_of(serving, today(), last)
    free = {lecturer.post: calendars[lecturer.pk].slots(today(), last, 60) for lecturer in serving}
    assert [post for post, slots in free.items() if not slots] == ["交警大队民警"]
    assert sum(map(len, free.values())) > 1000
