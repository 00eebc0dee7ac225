"""Who comes to us: what those who keep a place hear and read of visits that others agree there."""

from datetime import time, timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from cms.accounts.models import AuditEntry, User
from cms.core.clock import now
from cms.core.templatetags.core_tags import local_date
from cms.notices.models import MailSetting, Notice
from cms.notices.services import send_due, set_address
from cms.organisations.enums import Role
from cms.venues.models import Venue, VenueVisit
from cms.venues.services import agree_visit, hold_visit, release_visit
from tests.factories.accounts import UserFactory, give_second_factor, signed_in
from tests.factories.lessons import Stage
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory
from tests.factories.venues import VenueFactory, VenueVisitFactory, coming_tuesday

pytestmark = pytest.mark.django_db
GUESTS = "/venues/visits/here/"
DAY = coming_tuesday()


@pytest.fixture
def school() -> Venue:
    """Return a place of an organisation in another county, which a secretary keeps."""
    kept: Venue = VenueFactory(name="东岭微党校", organisation=OrganisationFactory(), hours="09:00-17:00")
    return kept


def keeper_of(venue: Venue, role: Role = Role.BRANCH_SECRETARY) -> User:
    """Return a person on duty at the place's organisation."""
    person: User = UserFactory()
    give_second_factor(person)
    RoleAssignmentFactory(user=person, organisation=venue.organisation, role=role)
    return person


def agreed(venue: Venue, stage: Stage, note: str = "") -> VenueVisit:
    """Return ten people of the branch in the place from nine to eleven."""
    return agree_visit(
        venue,
        day=DAY,
        arrives=540,
        leaves=660,
        heads=10,
        organisation=stage.branch,
        actor=stage.secretary,
        note=note,
    )


def told(kind: str) -> list[tuple[int, str, str, str]]:
    """Return who was told what of this kind."""
    rows = Notice.objects.filter(kind=f"venues.visit_{kind}").order_by("user_id")
    return list(rows.values_list("user_id", "title", "body", "url"))


def page(person: User, address: str = GUESTS) -> str:
    return signed_in(person).get(address).content.decode()


def test_those_who_keep_the_place_are_told_who_comes_and_who_does_not_come(stage: Stage, school: Venue) -> None:
    secretary, admin = keeper_of(school), keeper_of(school, Role.BRANCH_ADMIN)
    keeper_of(school, Role.EDITOR)
    visit = agreed(school, stage, note="有人坐轮椅")

    body = f"{local_date(DAY)} 09:00–11:00 · 10 人"
    comes = f"{stage.branch}将在{local_date(DAY)}来“东岭微党校”"
    assert told("agreed") == [(person.pk, comes, body, GUESTS) for person in (secretary, admin)]

    release_visit(visit, actor=stage.secretary)
    not_coming = f"{stage.branch}取消了{local_date(DAY)}来“东岭微党校”的约定"
    assert told("given_back") == [(person.pk, not_coming, body, GUESTS) for person in (secretary, admin)]


def test_editors_are_told_where_nobody_else_keeps_the_place(stage: Stage, school: Venue) -> None:
    editor = keeper_of(school, Role.EDITOR)
    agreed(school, stage)
    assert [person for person, *_words in told("agreed")] == [editor.pk]


def test_a_lesson_at_the_place_is_told_there_too(stage: Stage, school: Venue) -> None:
    keeper = keeper_of(school)
    hold_visit(
        school, starts_at=now(), ends_at=now() + timedelta(hours=1), heads=5, organisation=stage.branch, actor=None
    )
    assert [person for person, *_words in told("agreed")] == [keeper.pk]


def test_nobody_is_told_of_the_own_act_or_of_the_own_place(stage: Stage) -> None:
    own = VenueFactory(organisation=stage.branch, always_open=True)
    keeper_of(own, Role.BRANCH_ADMIN)
    release_visit(agreed(own, stage), actor=stage.secretary)
    above = VenueFactory(organisation=stage.committee, always_open=True)
    RoleAssignmentFactory(user=stage.secretary, organisation=stage.committee, role=Role.BRANCH_SECRETARY)
    agreed(above, stage)
    assert not Notice.objects.filter(kind__startswith="venues.visit_").exists()


def test_nothing_that_was_written_to_the_place_goes_by_e_mail(stage: Stage, school: Venue) -> None:
    keeper = keeper_of(school)
    set_address(keeper, "keeper@example.org")
    MailSetting.objects.update(verified_at=now(), quiet_from=time(0), quiet_to=time(0))
    agreed(school, stage, note="有人坐轮椅")
    assert send_due(keeper.pk) == 1
    lines = mail.outbox[0].body.splitlines()
    comes = f"{stage.branch}将在{local_date(DAY)}来“东岭微党校”"
    assert lines[:2] == [comes, f"http://127.0.0.1:8000{GUESTS}"]
    assert not {word for word in ("轮椅", stage.secretary.name) if word in mail.outbox[0].body}


def test_the_place_reads_who_comes_when_how_many_and_what_they_wrote(stage: Stage, school: Venue) -> None:
    keeper = keeper_of(school)
    agreed(school, stage, note="有人坐轮椅")
    elsewhere = VenueVisitFactory(note="到别处去")

    shown = strip_tags(page(keeper))
    for words in (
        str(stage.branch),
        f"{local_date(DAY)} 09:00–11:00",
        "10 人",
        "东岭微党校",
        "有人坐轮椅",
        f"约定人：{stage.secretary}",
    ):
        assert words in shown
    assert "到别处去" not in shown
    assert str(elsewhere.organisation) not in shown


def test_the_leaf_beside_a_visit_bears_its_day_and_month(stage: Stage, school: Venue) -> None:
    starts = (now() + timedelta(days=400)).replace(month=12, day=15, hour=4)
    VenueVisitFactory(venue=school, starts_at=starts, ends_at=starts + timedelta(hours=1))
    assert '<p class="leaf"><b>15</b>12月</p>' in page(keeper_of(school))


def test_the_phone_of_whom_to_ask_is_shown_to_the_place_and_each_look_is_written_down(
    stage: Stage, school: Venue
) -> None:
    keeper, client = keeper_of(school), Client()
    stage.secretary.phone = "19900000001"
    stage.secretary.save()
    visit = agreed(school, stage)
    client.force_login(keeper)
    assert "19900000001" not in client.get(GUESTS).content.decode()

    shown = client.post(reverse("venues:guest", args=[visit.pk])).content.decode()
    assert "tel:19900000001" in shown
    entry = AuditEntry.objects.get(action="venues.see_guest")
    assert (entry.actor_id, entry.target_id, entry.after) == (keeper.pk, str(visit.pk), {})


def test_who_keeps_the_branch_now_is_asked_where_nobody_or_nobody_on_duty_agreed(stage: Stage, school: Venue) -> None:
    client = signed_in(keeper_of(school))
    left = VenueVisitFactory(venue=school, organisation=stage.branch, agreed_by=stage.author)
    lesson = VenueVisitFactory(venue=school, organisation=stage.branch, agreed_by=None)
    orphan = VenueVisitFactory(venue=school)
    asked = {
        visit: client.post(reverse("venues:guest", args=[visit.pk])).context["groups"][0][1]
        for visit in (left, lesson, orphan)
    }
    found = {visit: next(row["contact"] for row in rows if row["visit"] == visit) for visit, rows in asked.items()}
    secretary = [(stage.secretary.name, stage.secretary.phone or "")]
    assert found == {left: secretary, lesson: secretary, orphan: [("还没有登记联系人，请问一问所属组织。", "")]}


def test_a_visit_given_back_is_marked_and_asks_nobody(stage: Stage, school: Venue) -> None:
    client = signed_in(keeper_of(school))
    visit = agreed(school, stage)
    release_visit(visit, actor=stage.secretary)
    shown = client.get(GUESTS).content.decode()
    assert "已退回" in shown
    assert reverse("venues:guest", args=[visit.pk]) not in shown
    assert client.post(reverse("venues:guest", args=[visit.pk]))["Location"] == GUESTS
    assert not AuditEntry.objects.filter(action="venues.see_guest").exists()


def test_a_visit_that_the_place_cannot_take_is_marked_there_too(stage: Stage, school: Venue) -> None:
    keeper, sentence = keeper_of(school), "这次不能按约定接待，已告诉对方支部。"
    agreed(school, stage)
    assert sentence not in page(keeper)
    school.unpublish()
    assert sentence in page(keeper)


def test_what_is_over_stays_two_weeks_after_what_is_to_come(stage: Stage, school: Venue) -> None:
    client = signed_in(keeper_of(school))

    def visit(days: int) -> VenueVisit:
        starts = now() + timedelta(days=days)
        made: VenueVisit = VenueVisitFactory(venue=school, starts_at=starts, ends_at=starts + timedelta(hours=1))
        return made

    later, next_one, last, before, _long_ago = (visit(days) for days in (9, 2, -3, -13, -15))
    groups = client.get(GUESTS).context["groups"]
    assert [(title, [row["visit"] for row in rows]) for title, rows in groups] == [
        ("未结束", [next_one, later]),
        ("已结束", [last, before]),
    ]


@pytest.mark.parametrize(("address", "door"), [(GUESTS, "guest"), ("/venues/visits/", "contact")])
def test_whom_to_ask_is_shown_on_the_page_of_its_row_and_its_page_numbers_lead_to_the_list(
    school: Venue, address: str, door: str
) -> None:
    keeper = keeper_of(school)
    last = VenueVisitFactory(venue=school, organisation=school.organisation, agreed_by=keeper)
    again = {"organisation": last.organisation, "agreed_by": keeper, "heads": 1, "ends_at": last.ends_at}
    earlier = last.starts_at - timedelta(minutes=1)
    VenueVisit.objects.bulk_create([VenueVisit(venue=school, starts_at=earlier, **again) for _row in range(50)])
    form = f"{reverse(f'venues:{door}', args=[last.pk])}?page=2"
    client = signed_in(keeper)
    assert f'action="{form}"' in client.get(f"{address}?page=2").content.decode()

    answer = client.post(form)
    [[_title, [row]]] = answer.context["groups"]
    assert (row["visit"], row["contact"] != []) == (last, True)
    assert f'href="{address}?page=1"' in answer.content.decode()


def test_the_list_opens_for_those_who_look_after_places_only(stage: Stage, school: Venue) -> None:
    visit = VenueVisitFactory(venue=school)
    answers = {}
    for name, person in (
        ("member", stage.author),
        ("elsewhere", stage.secretary),
        ("editor", keeper_of(school, Role.EDITOR)),
        ("reviewer", keeper_of(school, Role.REVIEWER)),
        ("secretary", keeper_of(school)),
    ):
        client = signed_in(person)
        contact = client.post(reverse("venues:guest", args=[visit.pk]))
        answers[name] = (client.get(GUESTS).status_code, contact.status_code)
    assert answers == {
        "member": (403, 403),
        "elsewhere": (200, 404),
        "editor": (200, 200),
        "reviewer": (403, 403),
        "secretary": (200, 200),
    }
    assert Client().get(GUESTS)["Location"].startswith("/accounts/login/")


def test_other_methods_are_refused(school: Venue) -> None:
    client = signed_in(keeper_of(school))
    visit = VenueVisitFactory(venue=school)
    assert client.post(GUESTS).status_code == 405
    assert client.get(reverse("venues:guest", args=[visit.pk])).status_code == 405


def test_those_with_two_sides_go_from_one_to_the_other(stage: Stage, school: Venue) -> None:
    both, editor = keeper_of(school), keeper_of(school, Role.EDITOR)
    assert f'href="{GUESTS}"' in page(both, "/venues/visits/")
    assert 'href="/venues/visits/"' in page(both)
    assert f'href="{GUESTS}"' not in page(stage.secretary, "/venues/visits/")
    assert f'href="{GUESTS}"' in page(editor, "/venues/")
    assert 'href="/venues/visits/"' not in page(editor)
    assert "还没有人约定来我们的场所" in page(editor)


def test_a_row_leads_to_no_place_that_the_reader_cannot_open(stage: Stage, school: Venue) -> None:
    keeper = keeper_of(school)
    agreed(school, stage)
    address = school.get_absolute_url()
    assert f'href="{address}"' in page(keeper)
    school.unpublish()
    assert f'href="{address}"' not in page(keeper)


def test_the_list_asks_as_often_for_three_rows_as_for_one(school: Venue) -> None:
    client, counted = signed_in(keeper_of(school)), []
    for more in (1, 2):
        for _row in range(more):
            VenueVisitFactory(venue=VenueFactory(organisation=school.organisation, hours="09:00-17:00"))
        client.get(GUESTS)
        with CaptureQueriesContext(connection) as asked:
            client.get(GUESTS)
        counted.append(len(asked))
    assert counted[0] == counted[1]
