"""Who is free when: every engine's hits, counts, facets and keys against a walk over the minutes of a calendar."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.engines.protocol import Searching
from search.schema import Facet, FacetCount, Query, SearchDoc, Span, Viewer, Visibility
from tests.search.engines.contract import UNCONCERNED, NewShelf, filled, ids

CHINA = timezone(timedelta(hours=8))
MIDNIGHT = datetime(2026, 12, 3, tzinfo=CHINA)
DAYS = 4
MINUTES = DAYS * 24 * 60
# Times of the day that calendars are full of; with a minute beside each, most edges are met.
USUAL = [0, 8 * 60, 9 * 60, 10 * 60 + 30, 12 * 60, 14 * 60, 16 * 60, 18 * 60, 21 * 60, 23 * 60 + 59]
TOPICS, UNITS, WORDS = ("history", "practice", "theory"), ("north", "south"), ("急救", "党史")
MEMBER = Viewer(authenticated=True, organisation_paths=("00010002",))
ZONES = (UTC, CHINA, timezone(-timedelta(hours=9, minutes=30)))


def at(minute: int, zone: timezone = CHINA) -> datetime:
    return (MIDNIGHT + timedelta(minutes=minute)).astimezone(zone)


def spans_of(chance: random.Random) -> Iterator[tuple[int, int]]:
    """Yield times as minutes: some touch or overlap, some go over midnight, some are empty, in no order."""
    for _number in range(chance.randrange(6)):
        start = chance.randrange(DAYS) * 1440 + chance.choice(USUAL) + chance.choice([0, 0, 0, 1, -1])
        yield start, start + chance.choice([0, 1, 30, 90, 120, 120, 240, 600, 1500])


def calendar() -> dict[str, list[tuple[int, int]]]:
    chance = random.Random(20261203)  # noqa: S311  # the same calendar each time
    return {str(number): list(spans_of(chance)) for number in range(90)}


CALENDAR = calendar()
FREE_MINUTES = {pk: {minute for start, end in spans for minute in range(start, end)} for pk, spans in CALENDAR.items()}


def lecturer(pk: str, *spans: Span, **fields: object) -> SearchDoc:
    defaults: dict[str, object] = {"title": f"讲师{pk}", "visibility": Visibility(public=True)}
    return SearchDoc(kind="lecturer", pk=pk, url=f"/lecturers/{pk}/", free=spans, **defaults | fields)  # type: ignore[arg-type]


def pool() -> Iterator[SearchDoc]:
    for number, (pk, spans) in enumerate(CALENDAR.items()):
        zone = ZONES[number % 3]
        yield lecturer(
            pk,
            *((at(start, zone), at(end, zone)) for start, end in spans),
            body=WORDS[number % 2],
            facets={
                "topic": tuple(Facet(topic, topic) for place, topic in enumerate(TOPICS) if number >> place & 1),
                "unit": (Facet(UNITS[number // 5 % 2], "单位"),),
            },
            visibility=Visibility(organisations=("0001",)) if number % 7 == 0 else Visibility(public=True),
        )
    yield SearchDoc(kind="lesson", pk="0", title="急救", url="/lessons/0/", visibility=Visibility(public=True))


POOL = tuple(pool())
MOMENTS = st.one_of(
    st.integers(-60, MINUTES + 1500),
    st.builds(
        lambda day, usual, beside: day * 1440 + usual + beside,
        st.integers(0, DAYS),
        st.sampled_from(USUAL),
        st.sampled_from([0, 1, -1]),
    ),
)


@dataclass(frozen=True)
class Question:
    """A question about the minutes from first to last."""

    query: Query
    first: int
    last: int

    def walk(self, *, without: str = "") -> list[SearchDoc]:
        """Return the lecturers who pass, by asking each for each minute."""
        return [
            doc
            for doc in POOL
            if doc.kind == "lecturer"
            and any(minute in FREE_MINUTES[doc.pk] for minute in range(self.first, self.last))
            and doc.visibility.admits(self.query.viewer)
            and self.query.text in doc.body
            and all(
                {value.value for value in doc.facets[field]} & set(values)
                for field, values in self.query.filters.items()
                if field != without
            )
        ]


def question(first: int, length: int = 0, zone: timezone = CHINA, **options: Any) -> Question:
    span = (at(first, zone), at(first + length, zone))
    query = Query(free=span, facets=("topic", "unit"), page_size=100, **options)
    return Question(query, first, first + length)


QUESTIONS = st.builds(
    question,
    first=MOMENTS,
    length=st.one_of(st.integers(0, 3), st.integers(0, 2000)),
    text=st.sampled_from(["", *WORDS]),
    filters=st.sampled_from([{}, {"topic": ("history",)}, {"topic": ("theory", "practice")}, {"unit": ("north",)}]),
    viewer=st.sampled_from([Viewer(), MEMBER]),
    zone=st.sampled_from(ZONES),
)


class FreeContract:
    @pytest.fixture(scope="class")
    @classmethod
    def engine(cls, new_shelf: NewShelf) -> Searching:
        return filled(new_shelf, *POOL)

    @given(question=QUESTIONS)
    @settings(max_examples=80, suppress_health_check=UNCONCERNED, deadline=None)
    def test_who_is_free_is_found_counted_and_listed_as_by_a_walk_over_the_minutes(
        self, engine: Searching, question: Question
    ) -> None:
        result, expected = engine.search(question.query), question.walk()

        assert sorted(ids(result)) == sorted(doc.pk for doc in expected)
        assert (result.total, result.total_exact) == (len(expected), True)
        for field in question.query.facets:
            values = [value.value for doc in question.walk(without=field) for value in doc.facets[field]]
            counted = {each.value: each.count for each in result.facets[field] if each.count}
            assert counted == {value: values.count(value) for value in values}

    @given(question=QUESTIONS)
    @settings(max_examples=20, suppress_health_check=UNCONCERNED, deadline=None)
    def test_the_keys_are_those_of_all_who_pass_whatever_the_words_and_the_page(
        self, engine: Searching, question: Question
    ) -> None:
        wordless = replace(question, query=replace(question.query, text="", kinds=("lecturer",)))
        asked = replace(wordless.query, text="没有这个词", page=3, page_size=1)

        assert sorted(engine.keys(asked)) == sorted(doc.pk for doc in wordless.walk())

    def test_without_a_time_nobody_is_left_out(self, engine: Searching) -> None:
        assert engine.search(Query(text="", viewer=MEMBER)).total == len(POOL)
        assert len(engine.keys(Query(text="", viewer=MEMBER, kinds=("lecturer",)))) == len(CALENDAR)

    def test_pages_of_those_who_are_free_follow_each_other(self, engine: Searching) -> None:
        span = (at(9 * 60), at(21 * 60))
        expected = sorted(doc.pk for doc in question(9 * 60, 12 * 60, text="", viewer=MEMBER).walk())

        pages = [
            engine.search(Query(text="", viewer=MEMBER, free=span, page=page, page_size=10)) for page in range(1, 7)
        ]

        assert len(expected) > 20
        assert sorted(pk for page in pages for pk in ids(page)) == expected
        assert {page.total for page in pages} == {len(expected)}

    @pytest.fixture(scope="class")
    @classmethod
    def afternoon(cls, new_shelf: NewShelf) -> Searching:
        """Return an index with one who is free from 14:00 to 16:00 and from 18:00 until after midnight."""
        spans = ((at(14 * 60), at(16 * 60)), (at(18 * 60), at(24 * 60 + 30)))
        lesson = SearchDoc(kind="lesson", pk="1", title="曾小明", url="/", visibility=Visibility(public=True))
        return filled(new_shelf, lecturer("9", *spans, title="曾小明", facets={"topic": (Facet("a", "甲"),)}), lesson)

    @pytest.mark.parametrize(
        ("first", "last", "free"),
        [
            ("14:00:00", "16:00:00", True),
            ("13:00:00", "14:00:00", False),
            ("13:00:00", "14:00:01", True),
            ("16:00:00", "18:00:00", False),
            ("15:59:59", "18:00:00", True),
            ("12:00:00", "23:00:00", True),
            ("14:30:00", "15:00:00", True),
            ("00:00:00", "14:00:00", False),
            ("15:00:00", "15:00:00", False),
            ("15:30:00", "14:30:00", False),
        ],
    )
    def test_spans_are_half_open_and_an_empty_one_is_nobodys(
        self, afternoon: Searching, first: str, last: str, *, free: bool
    ) -> None:
        span = tuple(datetime.fromisoformat(f"2026-12-03T{wall}+08:00") for wall in (first, last))

        result = afternoon.search(Query(text="曾小明", free=(span[0], span[1]), facets=("kind", "topic")))

        assert ids(result) == (["9"] if free else [])
        assert result.facets["kind"] == ((FacetCount("lecturer", "lecturer", 1, selected=False),) if free else ())

    def test_free_time_goes_on_over_midnight(self, afternoon: Searching) -> None:
        def found(first: int, last: int) -> list[str]:
            return ids(afternoon.search(Query(text="", free=(at(first), at(last)))))

        assert found(1440, 1441) == ["9"]
        assert found(1440 + 29, 1440 + 30) == ["9"]
        assert found(1440 + 30, 1440 + 60) == []

    def test_a_correction_leads_to_somebody_who_is_free(self, afternoon: Searching) -> None:
        then, never = (at(14 * 60), at(15 * 60)), (at(16 * 60), at(17 * 60))

        assert afternoon.search(Query(text="曾晓明", kinds=("lecturer",), free=then)).suggestion == "曾小明"
        assert afternoon.search(Query(text="曾晓明", kinds=("lecturer",), free=never)).suggestion is None

    def test_a_calendar_that_changed_is_the_only_one(self, new_shelf: NewShelf) -> None:
        shelf = new_shelf()
        morning, evening = (at(540), at(660)), (at(1140), at(1260))

        def free_then(span: Span) -> tuple[str, ...]:
            return shelf.engine.keys(Query(text="", kinds=("lecturer",), free=span))

        shelf.fill([lecturer("1", morning), lecturer("2", morning, evening)])
        assert (free_then(morning), free_then(evening)) == (("1", "2"), ("2",))
        shelf.fill([lecturer("1", evening)])
        assert (free_then(morning), free_then(evening)) == (("2",), ("1", "2"))
        shelf.take_out("lecturer", "2")
        shelf.fill([lecturer("3")])
        assert (free_then(morning), free_then(evening)) == ((), ("1",))
