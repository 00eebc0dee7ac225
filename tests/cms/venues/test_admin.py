"""The admin: places of the own organisations, hours and positions refused or doubted where they are typed."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.accounts.models import AuditEntry, User
from cms.core.clock import today
from cms.organisations.enums import Role
from cms.venues.models import Venue
from tests.factories.accounts import UserFactory, give_second_factor
from tests.factories.admin import in_admin
from tests.factories.lessons import Stage
from tests.factories.library import make_editor
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory
from tests.factories.venues import RegionFactory, VenueFactory

pytestmark = [pytest.mark.django_db, pytest.mark.wide]
LIST, ADD = "/admin/snippets/venues/venue/", "/admin/snippets/venues/venue/add/"


def filled(stage: Stage, **changes: Any) -> dict[str, Any]:
    form: dict[str, Any] = {
        "name": "叶坪旧址",
        "kind": "red_site",
        "organisation": stage.committee.pk,
        "entered_datum": "wgs84",
        "notice_days": "0",
        "visibility": "public",
    }
    for name in ("opening_hours", "hour_exceptions"):
        form |= {f"{name}-TOTAL_FORMS": "0", f"{name}-INITIAL_FORMS": "0"}
    return form | changes


def hours_row(opens: str, closes: str, entry: str = "") -> dict[str, str]:
    row = {
        "days": "every",
        "opens": opens,
        "closes": closes,
        "last_entry": entry,
        "ORDER": "1",
        "DELETE": "",
        "id": "",
    }
    return {"opening_hours-TOTAL_FORMS": "1"} | {f"opening_hours-0-{name}": value for name, value in row.items()}


def test_a_place_is_begun_handed_in_decided_by_another_and_then_on_the_site(stage: Stage) -> None:
    keeper = make_editor(stage.committee)
    client = in_admin(keeper)
    given = filled(stage, **hours_row("09:00", "17:00", "16:30"), closed_weekdays=["0"], **{"action-publish": "1"})
    given |= {"entered_latitude": "25.891", "entered_longitude": "116.067", "facilities": ["guide", "toilet"]}
    assert client.post(ADD, given).status_code == 302
    venue = Venue.objects.get()
    # "Publish", sent by hand, keeps a draft.
    assert (venue.live, venue.begun_by_id, venue.current_workflow_state) == (False, keeper.pk, None)

    form = client.get(f"{LIST}edit/{venue.pk}/").content.decode()
    assert 'name="action-publish"' not in form
    assert 'name="action-submit"' in form
    kept = given | {"opening_hours-INITIAL_FORMS": "1", "opening_hours-0-id": venue.opening_hours.get().pk}
    kept = {name: value for name, value in kept.items() if name != "action-publish"} | {"action-submit": "1"}
    assert client.post(f"{LIST}edit/{venue.pk}/", kept).status_code == 302
    look = Venue.objects.get().current_workflow_task_state
    assert 'name="decision"' not in client.get(reverse("venues:review", args=[look.pk])).content.decode()

    reviewer = in_admin(stage.editor)
    address = reverse("venues:review", args=[look.pk])
    assert address in reviewer.get(f"{LIST}edit/{venue.pk}/").content.decode()
    page = reviewer.get(address).content.decode()
    assert [words in page for words in ("叶坪旧址", "09:00–17:00", "25.89100, 116.06700", "提供讲解")][:3] == [
        True
    ] * 3
    assert reviewer.post(address, {"decision": "approve", "comment": ""}).status_code == 302
    venue = Venue.objects.get()
    assert (venue.live, venue.latitude, venue.closed_weekdays, venue.facilities) == (
        True,
        25.891,
        [0],
        ["guide", "toilet"],
    )
    assert venue.review_by == today() + timedelta(days=365)
    assert "09:00–17:00" in client.get(reverse("venues:venue", args=[venue.pk])).content.decode()
    assert AuditEntry.objects.get(action="venues.publish").actor_id == stage.editor.pk


def test_the_preview_shows_what_is_typed_in_each_mode_and_on_the_big_screen(stage: Stage) -> None:
    client = in_admin(stage.editor)
    venue = VenueFactory(organisation=stage.branch, hours="09:00-17:00", name="旧名字")
    address = f"{LIST}preview/{venue.pk}/"
    row = {**hours_row("10:00", "16:00"), "opening_hours-INITIAL_FORMS": "1"}
    given = filled(stage, name="新名字", **row) | {"opening_hours-0-id": venue.opening_hours.get().pk}
    assert client.post(address, given).json() == {"is_valid": True, "is_available": True}
    plain, elder = (client.get(address, {"mode": mode}).content.decode() for mode in ("", "elder"))
    assert ["新名字" in plain, "10:00–16:00" in plain, 'data-elder="1"' in plain] == [True, True, False]
    assert ["新名字" in elder, "elder" in elder.split("<body")[0]] == [True, True]
    assert [size["device_width"] for size in venue.preview_sizes] == [375, 768, 1280, 1920]


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (hours_row("17:00", "09:00"), "关门时间早于开门时间"),
        (hours_row("09:00", "17:00", "18:00"), "最晚入场时间不在开放时间内"),
        ({"entered_latitude": "25.9"}, "位置要同时有纬度和经度"),
        ({"entered_latitude": "nan", "entered_longitude": "1"}, "叶坪旧址"),
        ({"entered_latitude": "91", "entered_longitude": "1e309"}, "叶坪旧址"),
        ({"verified_on": "2999-01-01"}, "这一天还没到"),
        ({"name": "长" * 81}, "长" * 81),
    ],
)
def test_what_cannot_be_is_said_at_the_field_and_kept(stage: Stage, row: dict[str, str], sentence: str) -> None:
    answer = in_admin(stage.editor).post(ADD, filled(stage, **row, **{"action-publish": "1"}))
    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert Venue.objects.count() == 0


@pytest.mark.parametrize(
    ("latitude", "longitude", "words"),
    [("38.34108", "113.9408", "GCJ-02"), ("85.0", "30.0", "之外")],
)
def test_a_doubtful_position_is_kept_and_doubted(stage: Stage, latitude: str, longitude: str, words: str) -> None:
    box = {"south": 38.339, "west": 113.933, "north": 38.342, "east": 113.936}
    region = RegionFactory(name="平山", **box)
    given = filled(stage, entered_latitude=latitude, entered_longitude=longitude, region=region.pk)
    answer = in_admin(stage.editor).post(ADD, given)
    assert answer.status_code == 302
    assert any(words in str(message) for message in get_messages(answer.wsgi_request))
    assert Venue.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({}, "entered_latitude", "没有位置"),
        ({"entered_latitude": "38.34108", "entered_longitude": "113.9408"}, "entered_datum", "请在这里选 GCJ-02"),
        ({"entered_latitude": "38.0", "entered_longitude": "113.9408"}, "entered_latitude", "之外"),
        ({"entered_latitude": "38.3405", "entered_longitude": "113.934"}, "", ""),
    ],
)
def test_what_speaks_against_the_position_stands_at_its_field_when_the_form_opens_again(
    stage: Stage, typed: dict[str, str], field: str, words: str
) -> None:
    region = RegionFactory(name="平山", south=38.339, west=113.933, north=38.342, east=113.936)
    client = in_admin(stage.editor)
    assert "没有位置" not in client.get(ADD).content.decode()
    answer = client.post(ADD, filled(stage, region=region.pk, **typed))
    said = [str(message) for message in get_messages(answer.wsgi_request)]
    assert any(words in sentence for sentence in said)
    form = client.get(f"{LIST}edit/{Venue.objects.get().pk}/").context["form"]
    helps = {name: str(form.fields[name].help_text) for name in ("entered_latitude", "entered_datum")}
    assert {name: bool(text) for name, text in helps.items()} == {name: name == field for name in helps}
    assert words in helps.get(field, "")


def test_a_draft_that_stores_itself_leaves_no_message_behind(stage: Stage) -> None:
    answer = in_admin(stage.editor).post(ADD, filled(stage), headers={"accept": "application/json"})
    assert (answer.json()["success"], list(get_messages(answer.wsgi_request))) == (True, [])


@pytest.mark.parametrize(
    ("typed", "said", "unsaid"),
    [
        (("38.34108", "113.9408", "gcj02"), ("38.340", "移动了 5", "在平山范围内"), ("之外", "不需要换算")),
        (
            ("38.34108", "113.9408", "wgs84"),
            ("38.341080, 113.940800", "不需要换算", "之外", "GCJ-02"),
            ("在平山范围内",),
        ),
        (("", "", "gcj02"), ("填好纬度和经度后",), ("按 WGS-84 保存",)),
        (("38.3", "", "gcj02"), ("位置要同时有纬度和经度",), ("按 WGS-84 保存", "填好纬度")),
        (("91", "1e309", "mars"), ("地图上的纬度", "这一项现在不能选"), ("按 WGS-84 保存",)),
    ],
)
def test_what_will_be_stored_is_shown_while_it_is_typed(
    stage: Stage, typed: tuple[str, str, str], said: tuple[str, ...], unsaid: tuple[str, ...]
) -> None:
    region = RegionFactory(name="平山", south=38.339, west=113.933, north=38.342, east=113.936)
    given = dict(zip(("entered_latitude", "entered_longitude", "entered_datum"), typed, strict=True))
    answer = in_admin(stage.editor).get(reverse("venues_position"), given | {"region": region.pk})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert ([words in page for words in said], [words in page for words in unsaid]) == (
        [True] * len(said),
        [False] * len(unsaid),
    )
    assert Venue.objects.count() == 0


def test_a_position_is_looked_up_only_by_who_writes_places_and_by_reading(stage: Stage) -> None:
    reader: User = UserFactory()
    give_second_factor(reader)
    RoleAssignmentFactory(user=reader, organisation=stage.committee, role=Role.REVIEWER)
    address = reverse("venues_position")
    assert in_admin(reader).get(address).status_code == 302
    assert Client().get(address).status_code == 302
    assert in_admin(stage.editor).post(address).status_code == 405


def kept_by(form: str) -> str:
    """Return which organisation stands in the form."""
    field = re.search(r'<input[^>]*name="organisation"[^>]*>', form)
    return re.findall(r'value="(\d+)"', field.group())[0] if field else ""


def test_a_new_place_proposes_the_highest_organisation_of_the_editor(stage: Stage) -> None:
    form = in_admin(stage.editor).get(ADD).content.decode()
    assert kept_by(form) == str(stage.committee.pk)
    assert 'data-position="/admin/venues/position/"' in form
    assert "weike/position.js" in form
    kept = VenueFactory(organisation=stage.branch)
    assert kept_by(in_admin(stage.editor).get(f"{LIST}edit/{kept.pk}/").content.decode()) == str(stage.branch.pk)


def test_an_editor_of_elsewhere_sees_and_takes_nothing(stage: Stage) -> None:
    foreign: User = UserFactory()
    give_second_factor(foreign)
    RoleAssignmentFactory(user=foreign, organisation=OrganisationFactory(), role=Role.EDITOR)
    venue = VenueFactory(organisation=stage.branch, name="本县旧址", live=False)
    client = in_admin(foreign)
    assert "本县旧址" not in client.get(LIST).content.decode()
    for view in ("edit", "history", "usage", "unpublish"):
        assert client.get(f"{LIST}{view}/{venue.pk}/").status_code == 302
    assert "本县旧址" not in client.get("/admin/snippets/choose/venues/venue/").content.decode()
    assert client.post(ADD, filled(stage)).status_code == 200
    assert Venue.objects.count() == 1


def test_a_lock_of_a_place_is_written_down(stage: Stage) -> None:
    venue = VenueFactory(organisation=stage.branch)
    client = in_admin(stage.editor)
    for act in ("lock", "unlock"):
        assert client.post(f"{LIST}{act}/{venue.pk}/").status_code == 302
        assert AuditEntry.objects.get(action=f"venues.{act}").target_id == str(venue.pk)


def test_places_to_be_looked_at_again_stand_on_the_first_page_and_behind_the_report(stage: Stage) -> None:
    days = {"昨天": -1, "今天": 0, "明天": 1}
    for name, ahead in days.items():
        VenueFactory(name=name, organisation=stage.branch, review_by=today() + timedelta(days=ahead))
    VenueFactory(name="没有展出", organisation=stage.branch, review_by=today(), live=False)
    VenueFactory(name="别处", organisation=OrganisationFactory(), review_by=today())
    client = in_admin(make_editor(stage.committee))
    panel = client.get("/admin/").content.decode().split('id="panel-venues_due"')[1].split("</section>")[0]
    assert re.findall(r">([^<]*)</a></li>", panel) == ["昨天", "今天"]
    all_of_them = f"{LIST}?review_due=true&amp;live=true"
    assert all_of_them in panel
    assert all_of_them in client.get("/admin/library/care/").content.decode()
    listed = client.get(LIST, {"review_due": "true", "live": "true"}).context["object_list"]
    assert {row.name for row in listed} == {"昨天", "今天"}


def test_who_keeps_no_places_is_led_to_none(stage: Stage) -> None:
    auditor = UserFactory(mfa_required=True)
    give_second_factor(auditor)
    RoleAssignmentFactory(user=auditor, organisation=stage.committee, role=Role.AUDITOR)
    client = in_admin(auditor)
    assert "panel-venues_due" not in client.get("/admin/").content.decode()
    assert LIST not in client.get("/admin/library/care/").content.decode()


def test_nobody_deletes_a_place(stage: Stage) -> None:
    venue = VenueFactory(organisation=stage.branch)
    assert in_admin(stage.editor).post(f"{LIST}delete/{venue.pk}/").status_code == 302
    assert Venue.objects.filter(pk=venue.pk).exists()


def test_the_list_asks_as_often_for_three_places_as_for_one(stage: Stage) -> None:
    client = in_admin(stage.editor)
    asked = []
    for number in (1, 2, 3):
        VenueFactory(
            name=f"第{number}处", organisation=OrganisationFactory(parent=stage.committee), region=RegionFactory()
        )
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            shown = client.get(LIST).content.decode()
        assert len(re.findall("第[0-9]处", shown)) >= number
        asked.append(len(queries))

    assert asked[2] == asked[0]


@pytest.mark.parametrize(("words", "found"), [("旧址", ["叶坪旧址"]), ("长街", ["老校舍"]), ("无此一处", [])])
def test_a_chooser_finds_a_place_by_a_part_of_its_name_or_address(stage: Stage, words: str, found: list[str]) -> None:
    VenueFactory.create(name="叶坪旧址", organisation=stage.committee)
    VenueFactory.create(name="老校舍", address="长街 3 号", organisation=stage.committee)
    answer = in_admin(stage.editor).get("/admin/snippets/choose/venues/venue/results/", {"q": words})
    page = answer.content.decode()
    assert [name for name in ("叶坪旧址", "老校舍") if name in page] == found


def test_no_place_is_deleted_in_bulk_nor_named_there(stage: Stage) -> None:
    other = VenueFactory(organisation=OrganisationFactory(), live=False)
    answer = in_admin(stage.editor).get(f"/admin/bulk/venues/venue/delete/?id={other.pk}")
    assert (answer.status_code, other.name in answer.content.decode()) == (404, False)
