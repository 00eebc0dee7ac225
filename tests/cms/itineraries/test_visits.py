"""Recording that a branch went along a route."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from cms.accounts.models import AuditEntry
from cms.core.clock import today
from cms.itineraries.models import RouteVisit
from cms.itineraries.services import forget_old_visits
from tests.factories.itineraries import make_published_route
from tests.factories.lessons import Stage, make_stage
from tests.factories.organisations import OrganisationFactory
from tests.factories.venues import ferry
from tests.standing_rows import standing_scene

pytestmark = pytest.mark.django_db


stage = standing_scene(make_stage)


def recorded(stage: Stage, **changes: Any) -> dict[str, Any]:
    return {"on": "2026-05-06", "heads": "12", "organisation": stage.branch.pk, "note": "都很安静"} | changes


@pytest.mark.long
def test_a_branch_records_that_it_went_once_a_day(client: Client, stage: Stage) -> None:
    route = make_published_route(stage.committee, ferry())
    address = f"/itineraries/{route.pk}/visit/"
    client.force_login(stage.secretary)

    assert [client.post(address, recorded(stage)).status_code for _turn in range(2)] == [302, 409]
    visit = RouteVisit.objects.get()
    assert (visit.heads, visit.organisation, visit.recorded_by, visit.note) == (
        12,
        stage.branch,
        stage.secretary,
        "都很安静",
    )
    entry = AuditEntry.objects.get(action="itineraries.record_visit")
    assert entry.after == {"route": "清水河一日线", "heads": 12}
    assert "都很安静" in client.get(address).content.decode()


@pytest.mark.parametrize(
    "changes",
    [{"on": "2999-01-01"}, {"on": "x"}, {"heads": "0"}, {"heads": "9" * 30}, {"organisation": "0"}, {"note": "\x00"}],
)
def test_what_cannot_be_recorded_is_said(client: Client, stage: Stage, changes: dict[str, str]) -> None:
    route = make_published_route(stage.committee, ferry())
    client.force_login(stage.secretary)

    assert client.post(f"/itineraries/{route.pk}/visit/", recorded(stage, **changes)).status_code == 400
    assert RouteVisit.objects.count() == 0


def test_only_those_who_look_after_a_branch_record(client: Client, stage: Stage) -> None:
    route = make_published_route(stage.committee, ferry())
    address = f"/itineraries/{route.pk}/visit/"

    assert client.get(address).status_code == 302
    client.force_login(stage.author)
    assert client.post(address, recorded(stage)).status_code == 403
    client.force_login(stage.secretary)
    assert client.post(address, recorded(stage, organisation=OrganisationFactory().pk)).status_code == 400
    assert client.put(address).status_code == 405


def test_visits_are_forgotten_after_five_years(stage: Stage) -> None:
    route = make_published_route(stage.committee, ferry())
    for on in (date(2015, 1, 1), today()):
        RouteVisit.objects.create(page=route, organisation=stage.branch, on=on, heads=3)

    assert forget_old_visits() == 1
    assert RouteVisit.objects.count() == 1
