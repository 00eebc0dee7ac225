"""What is told about all work at once."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from cms.core.clock import now
from cms.jobs import overview
from cms.jobs.enums import JobStatus, Lane
from cms.jobs.models import Job, WorkerBeat
from cms.jobs.overview import LaneState, Length
from cms.jobs.services import beat
from tests.factories.jobs import JobFactory

pytestmark = pytest.mark.django_db


def ago(seconds: float) -> datetime:
    return now() - timedelta(seconds=seconds)


def done(kind: str, seconds: float, *, ended: float = 60.0, size: float = 1.0) -> Job:
    end = ago(ended)
    start = end - timedelta(seconds=seconds)
    return JobFactory(kind=kind, status=JobStatus.DONE, started_at=start, finished_at=end, size=size)


def test_a_lane_tells_what_waits_since_when_what_runs_and_who_works(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    at = now()
    for seconds in (30, 90):
        JobFactory(lane=Lane.LADDER, run_after=at - timedelta(seconds=seconds))
    JobFactory(lane=Lane.LADDER, run_after=at + timedelta(hours=1))
    JobFactory(lane=Lane.SMALL, status=JobStatus.RUNNING, lease_until=at + timedelta(minutes=1))
    beat("w1", lane=Lane.SMALL)
    beat("w2", lane=Lane.SMALL)
    WorkerBeat.objects.filter(name="w2").update(beat_at=at - timedelta(minutes=5))
    with django_assert_num_queries(3):
        found = overview.lanes(at)
    assert found == [
        LaneState(Lane.FIRST_PLAY),
        LaneState(Lane.LADDER, waiting=2, oldest_s=90.0),
        LaneState(Lane.SMALL, running=1, workers=1),
    ]


def test_lengths_are_those_of_the_last_hour() -> None:
    for seconds in (10, 20, 30):
        done("test.note", seconds)
    done("test.other", 5)
    done("test.other", 500, ended=4000)
    assert overview.lengths(now()) == [Length("test.note", 20.0, 29.0), Length("test.other", 5.0, 5.0)]


def test_what_was_done_lately_is_added_up_by_size() -> None:
    done("test.note", 1, size=120.0)
    done("test.note", 1, size=30.0)
    done("test.note", 1, size=7.0, ended=4000)
    done("test.other", 1, size=9.0)
    assert (overview.done_size(now(), ["test.note"]), overview.done_size(now(), [])) == (150.0, 0.0)


def test_failures_are_counted_by_kind_and_code() -> None:
    for kind, code in (("a", "x"), ("a", "x"), ("a", "y"), ("b", "x")):
        JobFactory(kind=kind, status=JobStatus.FAILED, error_code=code)
    assert sorted(overview.failures()) == [("a", "x", 2), ("a", "y", 1), ("b", "x", 1)]


def listed(capsys: Any, *options: str) -> list[int]:
    call_command("jobs", "list", "--json", *options)
    return [row["id"] for row in json.loads(capsys.readouterr().out)["items"]]


def test_the_list_is_narrowed_by_age_and_code(capsys: Any) -> None:
    old = JobFactory(created_at=ago(3600), status=JobStatus.FAILED, error_code="stalled")
    new = JobFactory(status=JobStatus.FAILED, error_code="timeout")
    assert listed(capsys) == [new.pk, old.pk]
    assert listed(capsys, "--older", "30") == [old.pk]
    assert listed(capsys, "--code", "timeout") == [new.pk]


def test_a_long_list_asks_no_more_than_a_short_one(
    capsys: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _job in range(30):
        JobFactory(lane=Lane.LADDER)
    with django_assert_max_num_queries(6):
        assert len(listed(capsys)) == 30
