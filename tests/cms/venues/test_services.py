"""Agreeing visits: capacity, hours, notice; who learns whom to call; what search is told."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from cms.accounts.models import AuditEntry
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.core.templatetags.core_tags import local_date
from cms.notices.models import Notice
from cms.organisations.services import rename_organisation
from cms.taxonomy.enums import Visibility
from cms.venues.enums import Datum
from cms.venues.errors import VenueFull
from cms.venues.models import Venue, VenueException, VenueHours, VenueVisit
from cms.venues.queries import with_hours
from cms.venues.search_documents import venue_document, venue_keys
from cms.venues.services import (
    agree_visit,
    begin_venue,
    forget_old_visits,
    hold_visit,
    look_up_contact,
    release_visit,
    remind_of_review,
)
from search.models import OutboxEntry
from search.schema import Facet
from tests.factories.lessons import Stage
from tests.factories.library import make_editor
from tests.factories.taxonomy import TopicFactory
from tests.factories.venues import RegionFactory, VenueFactory, VenueVisitFactory, coming_tuesday, publish_venue

pytestmark = pytest.mark.django_db
TUESDAY = coming_tuesday()
NINE = datetime(TUESDAY.year, TUESDAY.month, TUESDAY.day, 1, 0, tzinfo=UTC)


def hold(venue: Venue, stage: Stage, *, begins: int = 0, hours: int = 2, heads: int = 10) -> VenueVisit:
    starts = NINE + timedelta(hours=begins)
    ends = starts + timedelta(hours=hours)
    return hold_visit(
        venue, starts_at=starts, ends_at=ends, heads=heads, organisation=stage.branch, actor=stage.secretary
    )


def agree(venue: Venue, stage: Stage, **changes: Any) -> VenueVisit:
    wanted = {"day": TUESDAY, "arrives": 540, "leaves": 660, "heads": 10, "organisation": stage.branch}
    return agree_visit(venue, **{**wanted, **changes}, actor=stage.secretary)


def test_a_place_is_full_when_the_peak_would_pass_its_capacity(stage: Stage) -> None:
    venue = VenueFactory(capacity=30)
    hold(venue, stage, begins=0, heads=20)
    hold(venue, stage, begins=2, heads=25)

    with pytest.raises(VenueFull) as full:
        hold(venue, stage, begins=1, heads=6)

    assert (full.value.code, full.value.status, full.value.left) == ("venue_full", 409, 5)
    assert VenueVisit.objects.count() == 2


def test_who_leaves_at_an_instant_makes_room_for_who_comes_then(stage: Stage) -> None:
    venue = VenueFactory(capacity=30)
    hold(venue, stage, begins=0, heads=30)

    assert hold(venue, stage, begins=2, heads=30).heads == 30


def test_a_visit_that_was_given_back_takes_no_room(stage: Stage) -> None:
    venue = VenueFactory(capacity=30)
    visit = hold(venue, stage, heads=30)
    release_visit(visit, actor=stage.secretary)

    assert hold(venue, stage, heads=30).pk != visit.pk
    with pytest.raises(StaleState):
        release_visit(visit, actor=stage.secretary)


def test_a_place_without_a_known_capacity_holds_everybody(stage: Stage) -> None:
    assert hold(VenueFactory(), stage, heads=5000).heads == 5000


def test_nobody_keeps_room_further_ahead_than_a_lecturer_can_be_asked(stage: Stage) -> None:
    venue, day = VenueFactory(always_open=True), now().replace(second=0, microsecond=0)
    with pytest.raises(InvalidInput) as refused:
        hold_visit(
            venue,
            starts_at=day + timedelta(days=367),
            ends_at=day + timedelta(days=367, hours=1),
            heads=1,
            organisation=stage.branch,
            actor=stage.secretary,
        )
    assert list(refused.value.fields) == ["day"]
    assert not VenueVisit.objects.exists()


@pytest.mark.parametrize(("heads", "hours"), [(0, 2), (-3, 2), (2**63, 2), (10, 0), (10, -1)])
def test_a_visit_of_nobody_or_of_no_time_is_refused(stage: Stage, heads: int, hours: int) -> None:
    with pytest.raises(InvalidInput):
        hold(VenueFactory(), stage, heads=heads, hours=hours)


def test_a_visit_is_agreed_in_opening_hours_and_written_down(stage: Stage) -> None:
    visit = agree(VenueFactory(hours="09:00-17:00", name="叶坪旧址"), stage)

    assert (visit.starts_at, visit.ends_at) == (NINE, NINE + timedelta(hours=2))
    entry = AuditEntry.objects.get(action="venues.agree_visit")
    assert (entry.actor_id, entry.after) == (stage.secretary.pk, {"venue": "叶坪旧址", "heads": 10})


def test_of_this_day_only_what_is_still_to_come_can_be_agreed(stage: Stage, noon: datetime) -> None:
    venue = VenueFactory(always_open=True)
    with pytest.raises(InvalidInput) as refused:
        agree(venue, stage, day=noon.date(), arrives=719, leaves=780)

    assert refused.value.fields == {"arrives": ["这个时间已经过去，请选晚一点的。"]}
    assert [agree(venue, stage, day=noon.date(), arrives=minute, leaves=780).heads for minute in (720, 721)] == [
        10,
        10,
    ]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": date(2020, 1, 1)}, "day"),
        ({"arrives": 500}, "arrives"),
        ({"leaves": 1021}, "arrives"),
        ({"leaves": 540}, "leaves"),
        ({"day": date(2099, 5, 6)}, "day"),
        ({"day": TUESDAY - timedelta(days=1)}, "arrives"),
    ],
)
def test_what_the_hours_do_not_allow_is_said_at_the_field(stage: Stage, changes: dict[str, Any], field: str) -> None:
    venue = VenueFactory(hours="09:00-17:00", closed_weekdays=[0])

    with pytest.raises(InvalidInput) as refused:
        agree(venue, stage, **changes)

    assert list(refused.value.fields) == [field]


def test_a_place_that_asks_for_notice_is_not_taken_by_surprise(stage: Stage) -> None:
    venue = VenueFactory(always_open=True, notice_days=3)

    with pytest.raises(InvalidInput, match="3"):
        agree(venue, stage, day=today() + timedelta(days=2))

    assert agree(venue, stage, day=today() + timedelta(days=3)).venue == venue


def test_a_visit_is_agreed_to_hours_and_notice_as_they_are_and_not_as_they_were_when_the_page_opened(
    stage: Stage,
) -> None:
    known = VenueFactory(hours="09:00-17:00")
    read = with_hours(Venue.objects.filter(pk=known.pk)).get()
    VenueException.objects.create(venue=known, first=TUESDAY, last=TUESDAY, reason="检修")
    with pytest.raises(InvalidInput) as closed:
        agree(read, stage)

    Venue.objects.filter(pk=known.pk).update(notice_days=90)
    with pytest.raises(InvalidInput) as asked_late:
        agree(read, stage, day=TUESDAY + timedelta(days=1))
    assert (list(closed.value.fields), list(asked_late.value.fields)) == (["arrives"], ["day"])


def test_each_look_at_a_contact_is_written_down(stage: Stage) -> None:
    visit = VenueVisitFactory(venue__contact_name="老马", venue__contact_phone="19900000000")

    assert look_up_contact(visit, actor=stage.secretary) == ("老马", "19900000000")
    entry = AuditEntry.objects.get(action="venues.see_contact")
    assert (entry.actor_id, entry.target_id, entry.after) == (stage.secretary.pk, str(visit.venue_id), {})


def test_publishing_stores_the_position_in_wgs84_and_sets_a_day_to_look_again(stage: Stage) -> None:
    venue = Venue(
        name="纪念馆",
        kind="red_site",
        organisation=stage.branch,
        visibility=Visibility.PUBLIC,
        entered_latitude=38.34108,
        entered_longitude=113.9408,
        entered_datum=Datum.GCJ02,
    )
    keeper = make_editor(stage.committee)
    shown = publish_venue(venue, by=keeper, reviewer=stage.editor)

    assert shown.live
    assert [round(shown.latitude or 0, 5), round(shown.longitude or 0, 5)] == [38.34063, 113.93455]
    assert (shown.entered_latitude, shown.review_by) == (38.34108, today() + timedelta(days=365))
    assert AuditEntry.objects.get(action="venues.publish").actor_id == stage.editor.pk


def test_half_a_position_is_refused(stage: Stage) -> None:
    venue = Venue(name="半个", kind="base", organisation=stage.branch, entered_latitude=30.0)

    with pytest.raises(ValidationError) as refused:
        begin_venue(venue, actor=stage.editor)

    assert list(refused.value.message_dict) == ["entered_longitude"]


def test_the_database_refuses_hours_that_end_before_they_begin() -> None:
    with pytest.raises(IntegrityError):
        VenueHours.objects.create(venue=VenueFactory(), days="mon", opens="17:00", closes="09:00")


def test_a_shown_place_is_found_without_its_contact(stage: Stage) -> None:
    region, topic = RegionFactory(name="瑞金", slug="ruijin"), TopicFactory(name="党史", slug="history")
    venue = VenueFactory(
        name="叶坪旧址群", summary="五处老屋", region=region, organisation=stage.branch, contact_phone="19900000000"
    )
    venue.topics.set([topic])
    venue.save()
    document = venue_document(str(venue.pk))

    assert document is not None
    assert (document.kind, document.title, document.body) == ("site", "叶坪旧址群", "五处老屋")
    assert document.facets["region"] == (Facet("ruijin", "瑞金"),)
    assert document.facets["topic"] == (Facet("history", "党史"),)
    assert "19900000000" not in repr(document)
    assert list(venue_keys()) == [str(venue.pk)]


def test_a_place_that_is_not_shown_has_no_document() -> None:
    venue = VenueFactory(live=False)

    assert (venue_document(str(venue.pk)), list(venue_keys())) == (None, [])


def test_search_is_told_when_a_place_is_shown_hidden_or_its_organisation_renamed(stage: Stage) -> None:
    keeper = make_editor(stage.committee)
    venue = publish_venue(VenueFactory(organisation=stage.branch), by=keeper, reviewer=stage.editor)
    rename_organisation(stage.branch, name="新支部", short_name="", actor=stage.editor)
    venue.unpublish(user=stage.editor)

    told = OutboxEntry.objects.filter(kind="site", object_id=str(venue.pk))
    assert told.count() == 3


def test_editors_are_told_once_which_places_to_look_at_again(stage: Stage) -> None:
    VenueFactory(organisation=stage.branch, review_by=today() + timedelta(days=7), name="快到期的")
    VenueFactory(organisation=stage.branch, review_by=today() + timedelta(days=8))

    assert [remind_of_review(), remind_of_review()] == [1, 0]
    told = Notice.objects.get(user=stage.editor)
    assert told.title == f"请在{local_date(today() + timedelta(days=7))}前复看“快到期的”：开放时间和位置还对吗？"


def test_visits_are_forgotten_after_two_years() -> None:
    VenueVisitFactory(starts_at=datetime(2020, 1, 1, tzinfo=UTC), ends_at=datetime(2020, 1, 2, tzinfo=UTC))
    VenueVisitFactory()

    assert forget_old_visits() == 1
    assert VenueVisit.objects.count() == 1
