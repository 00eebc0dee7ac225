"""Search for lecturers who have time, against a minute-by-minute reading of everybody's hours; the index is behind at that."""

import random
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from cms.core.clock import now
from cms.lecturers.models import Lecturer
from tests.cms.lecturers.asking import WEEKDAYS, asked, between
from tests.cms.lecturers.minute_oracle import minute_slots
from tests.factories.lecturers import LecturerFactory, OccupationFactory, ScheduleFactory, evening
from tests.factories.taxonomy import TopicFactory

pytestmark = [pytest.mark.django_db, pytest.mark.long]

WINDOWS = [
    ["00:00", "01:30"],
    ["08:00", "09:30"],
    ["09:00", "12:00"],
    ["13:30", "15:00"],
    ["14:00", "18:00"],
    ["20:07", "24:00"],
]
TOPICS = ("a", "b", "c")
FIRST, DAYS, PEOPLE = 5, 4, 24
AROUND = timedelta(days=3)
MINUTE = timedelta(minutes=1)
# Days after the first, minutes of the day, minutes long: edges, midnights, what is too short, a day and more.
SPANS = [
    *((0, start, length) for start in (0, 480, 540, 839, 840, 1207, 1410) for length in (20, 90, 91, 240)),
    *((1, 1350, length) for length in (60, 90, 120)),
    *((2, 0, length) for length in (90, 1440)),
    (0, 600, 2 * 1440),
]


class Pool:
    """Lecturers with hours, buffers, topics and lessons drawn by chance; of some lessons the index has not heard."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        topics = [TopicFactory(slug=slug) for slug in TOPICS]
        self.people: list[Lecturer] = []
        self.hours: dict[int, dict[str, list[list[str]]]] = {}
        self.busy: dict[int, list[dict[str, str]]] = {}
        self.topics: dict[int, set[str]] = {}
        self.starts: dict[tuple[int, int], list[datetime]] = {}
        for number in range(PEOPLE):
            self.add(number, [topic for topic in topics if chance.random() < 0.5])
        self.give_away(2)
        call_command("search_rebuild")
        self.give_away(1)

    def add(self, number: int, topics: list[Any]) -> None:
        person = LecturerFactory(
            introduction="讲急救" if number % 2 else "讲党史",
            step=self.chance.choice([15, 30]),
            buffer_before=self.chance.choice([0, 30]),
            buffer_after=self.chance.choice([0, 45]),
        )
        person.topics.set(topics)
        person.save()
        weekly = {day: self.chance.sample(WINDOWS, self.chance.randrange(4)) for day in WEEKDAYS}
        if number % 5 == 0:
            weekly = {day: [["00:00", "24:00"]] for day in WEEKDAYS}
        ScheduleFactory(lecturer=person, weekly=weekly)
        self.people.append(person)
        self.hours[person.pk], self.busy[person.pk] = weekly, []
        self.topics[person.pk] = {topic.slug for topic in topics}

    def give_away(self, most: int) -> None:
        """Give hours away past the rooms, so that nothing is noted."""
        for person in self.people:
            for _number in range(self.chance.randrange(most + 1)):
                start = evening(FIRST + self.chance.randrange(DAYS), self.chance.randrange(24))
                taken = {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}
                if taken not in self.busy[person.pk]:
                    OccupationFactory(lecturer=person, start=start, ends_at=start + timedelta(hours=1))
                    self.busy[person.pk].append(taken)

    def starts_of(self, person: Lecturer, minutes: int) -> list[datetime]:
        """Return when a lesson of so many minutes can begin, minute by minute."""
        key = person.pk, minutes
        if key not in self.starts:
            first, last = evening(FIRST - 1).date(), evening(FIRST + DAYS + 1).date()
            hours = {"from": str(first - AROUND), "to": str(last + AROUND), "weekly": self.hours[person.pk]}
            question = asked(
                window=between(str(first), str(last)),
                minutes=minutes,
                step=person.step,
                now=now().replace(second=0, microsecond=0).isoformat(),
                buffer_before=person.buffer_before,
                buffer_after=person.buffer_after,
                schedules=[hours],
                busy=self.busy[person.pk],
            )
            found = minute_slots(question, first - AROUND, last + AROUND)
            self.starts[key] = [datetime.fromisoformat(text) for text in found]
        return self.starts[key]

    def free(self, begins: datetime, ends: datetime, word: str = "") -> set[int]:
        """Return who speaks of the word and has time for a lesson of 90 minutes, or of all of a shorter span."""
        minutes = min(90, (ends - begins) // MINUTE)
        return {
            person.pk
            for person in self.people
            if word in person.introduction
            and any(begins <= start and start + minutes * MINUTE <= ends for start in self.starts_of(person, minutes))
        }


@pytest.mark.parametrize("seed", [6, 2026])
def test_hits_totals_and_facets_are_those_of_who_has_time_minute_by_minute(client: Client, seed: int) -> None:
    pool = Pool(random.Random(seed))  # noqa: S311  # the same pool each time
    sizes = []
    for number, (day, minute, length) in enumerate(SPANS):
        begins = evening(FIRST + day, 0) + minute * MINUTE
        ends = begins + length * MINUTE
        word, topic = ("", "急救", "党史")[number % 3], TOPICS[number % 3]
        span = {"free_from": begins.isoformat(), "free_to": ends.isoformat()}

        answer = client.get("/api/v1/search", {"q": word, "topic": topic, "facets": "kind,topic", **span}).json()

        free = pool.free(begins, ends, word)
        teaching = {slug: {pk for pk in free if slug in pool.topics[pk]} for slug in TOPICS}
        expected = teaching[topic]
        assert (answer["total"], answer["total_exact"]) == (len(expected), True)
        assert {int(item["id"]) for item in answer["items"]} == expected
        counts = {row["value"]: row["count"] for row in answer["facets"]["topic"] if row["count"]}
        assert counts == {slug: len(found) for slug, found in teaching.items() if found}
        assert [row["count"] for row in answer["facets"]["kind"]] == ([len(expected)] if expected else [])
        sizes.append(len(expected))
    # Some spans fit nobody and some many: the walk has something to tell apart.
    assert min(sizes) == 0
    assert max(sizes) > 5
