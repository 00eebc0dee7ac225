"""Places that take nobody, and what becomes of visits that were agreed there."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from cms.accounts.models import User
from cms.core.clock import now
from cms.core.errors import InvalidInput
from cms.core.templatetags.core_tags import local_date
from cms.notices.models import Notice
from cms.organisations.enums import Role
from cms.organisations.services import deactivate_organisation, reactivate_organisation
from cms.venues.models import Venue, VenueException, VenueVisit
from cms.venues.services import agree_visit, hold_visit, release_visit
from tests.factories.lessons import Stage
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory
from tests.factories.venues import VenueFactory, VenueVisitFactory, coming_tuesday

pytestmark = pytest.mark.django_db
DAY = coming_tuesday()
Act = Callable[[Venue], object]
CLOSED = "这个教学点暂时不接待参观，请换个地方。"


@pytest.fixture
def school() -> Venue:
    kept: Venue = VenueFactory(name="东岭微党校", organisation=OrganisationFactory(), hours="09:00-17:00")
    return kept


def agree(venue: Venue, stage: Stage) -> VenueVisit:
    return agree_visit(
        venue, day=DAY, arrives=540, leaves=660, heads=10, organisation=stage.branch, actor=stage.secretary
    )


def publish_anew(venue: Venue) -> None:
    Venue.objects.get(pk=venue.pk).save_revision().publish()


def close_that_day(venue: Venue) -> None:
    VenueException.objects.create(venue=venue, first=DAY, last=DAY, reason="检修")
    publish_anew(venue)


def open_that_day(venue: Venue) -> None:
    VenueException.objects.filter(venue=venue).delete()
    publish_anew(venue)


BEFALLS: dict[str, tuple[Act, Act, str]] = {
    "taken offline": (lambda venue: venue.unpublish(), publish_anew, CLOSED),
    "its keeper closed": (
        lambda venue: deactivate_organisation(venue.organisation),
        lambda venue: reactivate_organisation(venue.organisation),
        CLOSED,
    ),
    "closed that day": (close_that_day, open_that_day, "这一天不开放。请换一天，或换个地方。"),
}


def told() -> list[tuple[int, str, str]]:
    kinds = ("venues.visit_shut", "venues.visit_open_again")
    rows = Notice.objects.filter(kind__in=kinds).order_by("pk")
    return list(rows.values_list("user_id", "title", "body"))


def visits_page(person: User) -> str:
    client = Client()
    client.force_login(person)
    return client.get("/venues/visits/").content.decode()


@pytest.mark.parametrize("befalls", [lambda venue: venue.unpublish(), BEFALLS["its keeper closed"][0]])
def test_a_place_that_takes_nobody_keeps_room_for_nobody(stage: Stage, school: Venue, befalls: Act) -> None:
    befalls(school)
    with pytest.raises(InvalidInput) as agreed:
        agree(school, stage)
    with pytest.raises(InvalidInput) as held:
        hold_visit(
            school, starts_at=now(), ends_at=now() + timedelta(hours=1), heads=1, organisation=stage.branch, actor=None
        )
    assert (str(agreed.value), str(held.value)) == (CLOSED, CLOSED)
    assert not VenueVisit.objects.exists()


def test_a_place_whose_keeper_closed_offers_no_visit_and_takes_none(
    client: Client, stage: Stage, school: Venue
) -> None:
    form = {"day": DAY.isoformat(), "arrives": "09:00", "leaves": "11:00", "heads": "10"}
    address = reverse("venues:visit", args=[school.pk])
    client.force_login(stage.secretary)
    assert f'href="{address}"' in client.get(school.get_absolute_url()).content.decode()

    deactivate_organisation(school.organisation)
    shown = client.get(school.get_absolute_url()).content.decode()
    assert f'href="{address}"' not in shown
    assert CLOSED in shown
    asked = client.get(address)
    assert (asked.status_code, 'name="heads"' in asked.content.decode()) == (200, False)
    assert CLOSED in asked.content.decode()
    sent = client.post(address, form | {"organisation": stage.branch.pk})
    assert (sent.status_code, CLOSED in sent.content.decode()) == (400, True)
    assert not VenueVisit.objects.exists()


@pytest.mark.parametrize("befalls", BEFALLS)
def test_what_befalls_a_place_is_told_to_the_branch_once_and_that_it_opened_again(
    stage: Stage, school: Venue, befalls: str
) -> None:
    shut, opened, why = BEFALLS[befalls]
    agree(school, stage)
    shut(school)
    cannot = (stage.secretary.pk, f"“东岭微党校”{local_date(DAY)}不能按约定接待{stage.branch}", why)
    assert told() == [cannot]
    assert why in visits_page(stage.secretary)
    if befalls == "closed that day":
        publish_anew(school)
        assert told() == [cannot]

    opened(school)
    [first, (person, title, _when)] = told()
    assert (first, person) == (cannot, stage.secretary.pk)
    assert title == f"“东岭微党校”{local_date(DAY)}又能按约定接待{stage.branch}了"
    assert why not in visits_page(stage.secretary)


def test_a_row_leads_to_no_place_that_is_shown_no_more(stage: Stage, school: Venue) -> None:
    agree(school, stage)
    assert f'href="{school.get_absolute_url()}"' in visits_page(stage.secretary)
    school.unpublish()
    shown = visits_page(stage.secretary)
    assert "东岭微党校" in shown
    assert f'href="{school.get_absolute_url()}"' not in shown


def test_who_keeps_the_branch_is_told_where_whoever_agreed_is_no_longer_on_duty(stage: Stage, school: Venue) -> None:
    VenueVisitFactory(venue=school, organisation=stage.branch, agreed_by=stage.author)
    school.unpublish()
    assert [person for person, *_words in told()] == [stage.secretary.pk]


def test_what_is_given_back_over_or_kept_for_a_lesson_is_not_told(stage: Stage, school: Venue) -> None:
    release_visit(agree(school, stage), actor=stage.secretary)
    past = now() - timedelta(hours=3)
    VenueVisitFactory(venue=school, organisation=stage.branch, starts_at=past, ends_at=now() + timedelta(hours=1))
    VenueVisitFactory(venue=school, organisation=stage.branch, agreed_by=None)
    school.unpublish()
    assert told() == []


def test_those_above_are_told_where_the_branch_has_nobody(stage: Stage, school: Venue) -> None:
    RoleAssignmentFactory(user=stage.outsider, organisation=stage.committee, role=Role.BRANCH_ADMIN)
    VenueVisitFactory(venue=school, organisation=OrganisationFactory(parent=stage.committee), agreed_by=stage.author)
    school.unpublish()
    assert [person for person, *_words in told()] == [stage.outsider.pk]


def test_a_branch_that_closes_gives_the_room_of_its_visits_back_and_the_place_is_told(school: Venue) -> None:
    branch, keeper = OrganisationFactory(), RoleAssignmentFactory(organisation=school.organisation).user
    begun = {"starts_at": now() - timedelta(hours=1), "ends_at": now() + timedelta(hours=1)}
    kept = [
        VenueVisitFactory(venue=school),
        VenueVisitFactory(venue=school, organisation=branch, agreed_by=None),
        VenueVisitFactory(venue=school, organisation=branch, **begun),
    ]
    visit = VenueVisitFactory(venue=school, organisation=branch)

    deactivate_organisation(branch)
    assert list(VenueVisit.objects.filter(released_at__isnull=True).order_by("pk")) == kept
    visit.refresh_from_db()
    assert visit.released_at is not None
    notice = Notice.objects.get(kind__startswith="venues.visit_")
    title = f"{branch}取消了{local_date(visit.starts_at)}来“东岭微党校”的约定"
    assert (notice.user_id, notice.kind, notice.title) == (keeper.pk, "venues.visit_given_back", title)
