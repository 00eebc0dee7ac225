"""Pages of places: who sees which, what a day says, agreeing a visit."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from cms.accounts.models import AuditEntry
from cms.core.clock import now
from cms.organisations.enums import Role
from cms.taxonomy.enums import Visibility
from cms.venues.models import VenueException, VenueVisit
from tests.factories.lessons import Stage
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory
from tests.factories.taxonomy import TopicFactory
from tests.factories.venues import RegionFactory, VenueFactory, VenueVisitFactory, coming_tuesday

pytestmark = pytest.mark.django_db
LIST = "/venues/"


def page(client: Client, address: str) -> str:
    return client.get(address).content.decode()


def form(stage: Stage, **changes: Any) -> dict[str, Any]:
    given = {
        "day": coming_tuesday().isoformat(),
        "arrives": "09:00",
        "leaves": "11:00",
        "heads": "10",
        "organisation": stage.branch.pk,
    }
    return {**given, **changes}


def test_places_are_narrowed_by_kind_region_topic_and_mark(client: Client) -> None:
    region, topic = RegionFactory(slug="ruijin"), TopicFactory(slug="history")
    wanted = VenueFactory(name="要找的旧址", region=region, is_model=True)
    wanted.topics.set([topic])
    wanted.save()
    VenueFactory(name="别处的驿站", kind="station")
    for query in ("kind=red_site", "region=ruijin", "topic=history", "model=1"):
        shown = page(client, f"{LIST}?{query}")
        assert "要找的旧址" in shown
        assert "别处的驿站" not in shown


def test_a_place_is_seen_by_those_it_is_open_to(client: Client, stage: Stage) -> None:
    venue = VenueFactory(name="本支部的活动室", visibility=Visibility.ORGANISATION, visible_organisation=stage.branch)
    address = reverse("venues:venue", args=[venue.pk])
    assert client.get(address).status_code == 404
    assert "本支部的活动室" not in page(client, LIST)
    client.force_login(stage.author)
    assert client.get(address).status_code == 200
    assert "本支部的活动室" in page(client, LIST)


def test_a_place_says_whom_it_is_open_to_unless_that_is_everybody(client: Client, stage: Stage) -> None:
    below = VenueFactory(visibility=Visibility.ORGANISATION, visible_organisation=stage.branch)
    on_duty = VenueFactory(visibility=Visibility.ROLE, visible_role=Role.BRANCH_SECRETARY)
    everybody = VenueFactory()
    client.force_login(stage.secretary)
    assert f"开放给{stage.branch}及其下级组织。" in page(client, below.get_absolute_url())
    assert "开放给担任支部书记的人。" in page(client, on_duty.get_absolute_url())
    assert "开放给" not in page(client, everybody.get_absolute_url())


def test_a_place_leads_those_who_keep_it_to_its_form_and_nobody_else(client: Client, stage: Stage) -> None:
    venue = VenueFactory(organisation=stage.branch)
    elsewhere = make_editor(OrganisationFactory())
    address, form_of_it = reverse("venues:venue", args=[venue.pk]), f"/admin/snippets/venues/venue/edit/{venue.pk}/"
    offered = {}
    for person in (None, stage.author, stage.secretary, elsewhere, stage.editor):
        visitor = Client()
        if person is not None:
            visitor.force_login(person)
        offered[person] = form_of_it in page(visitor, address)
    assert offered == {None: False, stage.author: False, stage.secretary: False, elsewhere: False, stage.editor: True}


def test_a_draft_is_nobodys_page(client: Client, stage: Stage) -> None:
    venue = VenueFactory(live=False, organisation=stage.branch)
    client.force_login(stage.editor)
    assert client.get(reverse("venues:venue", args=[venue.pk])).status_code == 404


def test_a_chosen_day_is_answered_with_hours_or_the_next_open_day(client: Client) -> None:
    venue = VenueFactory(hours="09:00-17:00", closed_weekdays=[0])
    VenueException.objects.create(venue=venue, first="2026-12-09", last="2026-12-09", reason="检修")
    address = reverse("venues:venue", args=[venue.pk])
    assert "开放 09:00–17:00" in page(client, f"{address}?on=2026-12-08")
    monday = page(client, f"{address}?on=2026-12-07")
    # The day is one piece in marks of its own.
    assert "闭馆，2026年12月8日 周二 开放" in strip_tags(monday)
    assert "闭馆（检修）" in page(client, f"{address}?on=2026-12-09")


def test_unknown_hours_are_said_to_be_unknown(client: Client) -> None:
    assert "开放时间待核实" in page(client, reverse("venues:venue", args=[VenueFactory().pk]))


@pytest.mark.parametrize("day", ["", "monday", "99999-01-01", "1900-01-01", "2026-02-30", "a\x00b", "9" * 5000])
def test_an_odd_day_gets_a_sentence(client: Client, day: str) -> None:
    response = client.get(reverse("venues:venue", args=[VenueFactory().pk]), {"on": day})
    assert response.status_code == 400


def test_the_contact_is_on_no_page_before_a_visit_is_agreed(client: Client, stage: Stage) -> None:
    venue = VenueFactory(contact_name="老马", contact_phone="19900000000", always_open=True)
    client.force_login(stage.secretary)
    for address in (LIST, reverse("venues:venue", args=[venue.pk]), reverse("venues:visit", args=[venue.pk])):
        assert "19900000000" not in page(client, address)


def test_a_secretary_agrees_a_visit_and_learns_whom_to_call(client: Client, stage: Stage) -> None:
    venue = VenueFactory(hours="09:00-17:00", contact_name="老马", contact_phone="19900000000")
    client.force_login(stage.secretary)
    sent = client.post(reverse("venues:visit", args=[venue.pk]), form(stage, note="请留讲解"))
    visit = VenueVisit.objects.get()
    assert (sent.status_code, sent["Location"]) == (302, "/venues/visits/")
    assert (visit.heads, visit.organisation, visit.agreed_by, visit.note) == (
        10,
        stage.branch,
        stage.secretary,
        "请留讲解",
    )
    assert "19900000000" not in page(client, "/venues/visits/")
    shown = client.post(reverse("venues:contact", args=[visit.pk])).content.decode()
    assert '老马 <a class="link" href="tel:19900000000">19900000000</a>' in shown
    assert AuditEntry.objects.filter(action="venues.see_contact").count() == 1


def test_a_double_click_agrees_one_visit_and_another_one_takes_room_of_its_own(client: Client, stage: Stage) -> None:
    address = reverse("venues:visit", args=[VenueFactory(hours="09:00-17:00").pk])
    client.force_login(stage.secretary)
    assert [client.post(address, form(stage)).status_code for _click in range(2)] == [302, 302]
    [visit] = VenueVisit.objects.all()

    client.post(reverse("venues:release", args=[visit.pk]))
    client.post(address, form(stage))
    client.post(address, form(stage, heads=11))
    agreed = VenueVisit.objects.filter(released_at__isnull=True).values_list("heads", flat=True)
    assert sorted(agreed) == [10, 11]
    assert AuditEntry.objects.filter(action="venues.agree_visit").count() == 3


def test_a_full_place_is_a_409_with_what_was_typed(client: Client, stage: Stage) -> None:
    venue = VenueFactory(hours="09:00-17:00", capacity=12)
    client.force_login(stage.secretary)
    address = reverse("venues:visit", args=[venue.pk])
    answers = [client.post(address, form(stage, note=group)) for group in ("第一组", "第二组")]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert 'value="09:00"' in answers[1].content.decode()
    assert VenueVisit.objects.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"heads": "0"},
        {"heads": "9" * 30},
        {"heads": "ten"},
        {"day": "2030-02-30"},
        {"day": "2020-01-01"},
        {"day": "9999-12-31"},
        {"arrives": "25:00"},
        {"leaves": "08:00"},
        {"organisation": "9" * 30},
        {"organisation": "0"},
        {"note": "a\x00b"},
        {"note": "长" * 201},
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_saved(client: Client, stage: Stage, changes: dict[str, str]) -> None:
    venue = VenueFactory(hours="09:00-17:00")
    client.force_login(stage.secretary)
    assert client.post(reverse("venues:visit", args=[venue.pk]), form(stage, **changes)).status_code == 400
    assert VenueVisit.objects.count() == 0


def test_visits_are_for_those_who_look_after_the_organisation(client: Client, stage: Stage) -> None:
    venue, foreign = VenueFactory(always_open=True), VenueVisitFactory()
    client.force_login(stage.author)
    assert client.get(reverse("venues:visit", args=[venue.pk])).status_code == 403
    assert client.get("/venues/visits/").status_code == 403
    client.force_login(stage.secretary)
    other = form(stage, organisation=OrganisationFactory().pk)
    assert client.post(reverse("venues:visit", args=[venue.pk]), other).status_code == 400
    for act in ("contact", "release"):
        assert client.post(reverse(f"venues:{act}", args=[foreign.pk])).status_code == 404
        assert client.get(reverse(f"venues:{act}", args=[foreign.pk])).status_code == 405


def test_a_visit_is_given_back_once_and_then_shows_no_contact(client: Client, stage: Stage) -> None:
    visit = VenueVisitFactory(organisation=stage.branch, venue__contact_phone="19900000000")
    client.force_login(stage.secretary)
    for _turn in range(2):
        assert client.post(reverse("venues:release", args=[visit.pk])).status_code == 302
    visit.refresh_from_db()
    assert visit.released_at is not None
    answer = client.post(reverse("venues:contact", args=[visit.pk]), follow=True)
    assert "19900000000" not in answer.content.decode()
    assert AuditEntry.objects.filter(action="venues.release_visit").count() == 1


def test_only_a_visit_that_is_not_over_can_be_given_back(client: Client, stage: Stage) -> None:
    def visit(hours: int) -> VenueVisit:
        starts, ends = now() - timedelta(hours=2), now() + timedelta(hours=hours)
        made: VenueVisit = VenueVisitFactory(organisation=stage.branch, starts_at=starts, ends_at=ends)
        return made

    over, under_way = visit(-1), visit(1)
    client.force_login(stage.secretary)
    shown = page(client, "/venues/visits/")
    doors = {
        act: [reverse(f"venues:{act}", args=[row.pk]) in shown for row in (over, under_way)]
        for act in ("contact", "release")
    }
    assert doors == {"contact": [True, True], "release": [False, True]}


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_lists_ask_as_often_for_three_rows_as_for_one(client: Client, stage: Stage) -> None:
    client.force_login(stage.secretary)
    counted: dict[str, list[int]] = {LIST: [], "/venues/visits/": []}
    for more in (1, 2):
        for _row in range(more):
            venue = VenueFactory(hours="09:00-17:00", region=RegionFactory())
            VenueVisitFactory(organisation=stage.branch, venue=venue)
        for address, found in counted.items():
            queries(client, address)
            found.append(queries(client, address))
    assert {address: one - three for address, (one, three) in counted.items()} == {LIST: 0, "/venues/visits/": 0}
