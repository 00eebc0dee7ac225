"""“My schedule”: hours, leave, limits and profile as plain forms; for the lecturer and who keeps the pool only."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import AuditEntry
from cms.core.clock import today
from cms.lecturers.enums import OverrideKind
from cms.lecturers.models import Lecturer, Override, Schedule
from cms.lecturers.queries import free_slots
from search.models import OutboxEntry
from tests.cms.lecturers.conftest import Scene
from tests.factories.accounts import UserFactory
from tests.factories.lecturers import ScheduleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine(client: Client, scene: Scene) -> Client:
    client.force_login(scene.person)
    return client


def base(scene: Scene) -> str:
    return f"/lecturers/{scene.lecturer.pk}/schedule/"


def week(**changes: Any) -> dict[str, Any]:
    """Return a filled form of weekly hours."""
    span = {"starts_on": str(today()), "ends_on": str(today() + timedelta(days=60))}
    return {"name": "学期", **span, "mon": "09:00-11:30, 14:00-17:00", "thu": "19:00-21:00", **changes}


def test_only_a_lecturer_has_a_schedule(client: Client, scene: Scene) -> None:
    assert client.get("/my/schedule/").status_code == 302
    client.force_login(UserFactory())
    assert client.get("/my/schedule/").status_code == 404
    client.force_login(scene.person)
    assert client.get("/my/schedule/").status_code == 200


@pytest.mark.parametrize("page", ["", "hours/", "days/", "limits/", "../profile/"])
def test_schedules_open_for_those_who_keep_them(client: Client, scene: Scene, page: str) -> None:
    address = f"/lecturers/{scene.lecturer.pk}/profile/" if "profile" in page else f"{base(scene)}{page}"
    for person, status in ((scene.person, 200), (scene.editor, 200), (scene.stranger, 404), (UserFactory(), 404)):
        client.force_login(person)
        assert client.get(address).status_code == status


def test_weekly_hours_are_added_as_people_write_them(mine: Client, scene: Scene) -> None:
    Schedule.objects.all().delete()

    response = mine.post(f"{base(scene)}hours/", week(mon="9:00—11:30，14：00至17:00", thu=""))

    assert (response.status_code, response["Location"]) == (302, "/my/schedule/")
    assert Schedule.objects.get().weekly == {"mon": [["09:00", "11:30"], ["14:00", "17:00"]]}
    assert AuditEntry.objects.get(action="lecturers.add_hours").actor_id == scene.person.pk
    assert len(free_slots(scene.lecturer, today() + timedelta(days=7), today() + timedelta(days=13), 90)) == 7


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"mon": "12:00-09:00"}, "mon"),
        ({"mon": "09:00"}, "mon"),
        ({"mon": "morgens"}, "mon"),
        ({"mon": "09:00-25:00"}, "mon"),
        ({"mon": "1" * 5000}, "mon"),
        ({"mon": "\0"}, "mon"),
        ({"name": ""}, "name"),
        ({"name": "学" * 61}, "name"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
        ({"starts_on": "gestern"}, "starts_on"),
        ({"starts_on": "0026-12-01"}, "starts_on"),
        ({"ends_on": "9998-01-01"}, "ends_on"),
    ],
)
def test_hours_that_cannot_be_are_refused_at_the_field_and_kept(
    mine: Client, scene: Scene, changes: dict[str, Any], field: str
) -> None:
    response = mine.post(f"{base(scene)}hours/", week(**changes))

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert response.context["form"]["thu"].value() == "19:00-21:00"
    assert Schedule.objects.count() == 1


@pytest.mark.parametrize(("days", "status"), [(3 * 366, 302), (3 * 366 + 1, 400)])
def test_hours_reach_three_years_ahead(mine: Client, scene: Scene, days: int, status: int) -> None:
    given = week(ends_on=str(today() + timedelta(days=days)))
    assert mine.post(f"{base(scene)}hours/", given).status_code == status


def test_hours_that_stand_for_years_are_shortened(mine: Client, scene: Scene) -> None:
    stored = ScheduleFactory(lecturer=scene.lecturer, starts_on=date(2015, 1, 1))
    given = week(starts_on="2015-01-01", ends_on=str(today()))
    assert mine.post(f"{base(scene)}hours/{stored.pk}/", given).status_code == 302
    stored.refresh_from_db()
    assert stored.ends_on == today()


@pytest.mark.parametrize("day", [date(26, 12, 1), date(1999, 12, 31), date(2100, 1, 1)])
def test_the_database_holds_no_hours_of_other_centuries(scene: Scene, day: date) -> None:
    stored = Schedule.objects.filter(lecturer=scene.lecturer)
    span = {"starts_on": day} if day < today() else {"ends_on": day}
    with pytest.raises(IntegrityError), transaction.atomic():
        stored.update(**span)
    with pytest.raises(IntegrityError), transaction.atomic():
        Override.objects.create(lecturer=scene.lecturer, day=day)


def test_weekly_hours_are_changed_and_deleted(mine: Client, scene: Scene) -> None:
    stored = Schedule.objects.get()
    address = f"{base(scene)}hours/{stored.pk}/"

    shown = mine.get(address).context["form"]["mon"].value()
    changed = mine.post(address, week(name="暑期"))

    assert shown == "09:00-12:00, 14:00-21:00"
    assert changed.status_code == 302
    stored.refresh_from_db()
    assert (stored.name, stored.weekly["thu"]) == ("暑期", [["19:00", "21:00"]])
    assert mine.get(f"{address}delete/").status_code == 405
    assert mine.post(f"{address}delete/").status_code == 302
    assert not Schedule.objects.exists()
    entry = AuditEntry.objects.get(action="lecturers.change_hours")
    assert (entry.before["name"], entry.after["name"]) == ("平时", "暑期")


def test_hours_of_another_lecturer_do_not_open(mine: Client, scene: Scene) -> None:
    other = ScheduleFactory()

    assert mine.get(f"{base(scene)}hours/{other.pk}/").status_code == 404
    assert mine.post(f"{base(scene)}hours/{other.pk}/delete/").status_code == 404
    assert Schedule.objects.filter(pk=other.pk).exists()


def test_leave_takes_the_days_out_and_keeps_its_reason_private(mine: Client, scene: Scene) -> None:
    first = today() + timedelta(days=5)
    form = {"first": str(first), "last": str(first + timedelta(days=2)), "kind": "leave", "reason": "家中有事"}

    assert mine.post(f"{base(scene)}days/", form).status_code == 302

    assert Override.objects.count() == 3
    assert free_slots(scene.lecturer, first, first + timedelta(days=2), 90) == []
    assert "家中有事" in mine.get("/my/schedule/").content.decode()
    assert "家中有事" not in Client().get(scene.lecturer.get_absolute_url()).content.decode()
    entry = AuditEntry.objects.get(action="lecturers.set_days")
    assert "家中有事" not in str((entry.before, entry.after, entry.reason))


def test_other_hours_replace_what_was_set_for_the_day(mine: Client, scene: Scene) -> None:
    day = today() + timedelta(days=5)
    Override.objects.create(lecturer=scene.lecturer, day=day, kind=OverrideKind.LEAVE)
    form = {"first": str(day), "last": str(day), "kind": "hours", "windows": "20:00-21:30"}

    assert mine.post(f"{base(scene)}days/", form).status_code == 302

    assert Override.objects.get().windows == [["20:00", "21:30"]]
    assert [slot.start.hour for slot in free_slots(scene.lecturer, day, day, 90)] == [20]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"last": "2020-01-01"}, "last"),
        ({"last": "9998-01-01"}, "last"),
        ({"first": "0026-12-01"}, "first"),
        ({"kind": "hours"}, "windows"),
        ({"kind": "holidays"}, "kind"),
        ({"kind": "hours", "windows": "21:00-20:00"}, "windows"),
        ({"reason": "长" * 201}, "reason"),
    ],
)
def test_days_that_cannot_be_are_refused_at_the_field(
    mine: Client, scene: Scene, changes: dict[str, str], field: str
) -> None:
    form = {"first": str(today()), "last": str(today()), "kind": "leave", **changes}

    response = mine.post(f"{base(scene)}days/", form)

    assert response.status_code == 400
    assert list(response.context["form"].errors) == [field]
    assert not Override.objects.exists()


def test_a_single_day_is_taken_back(mine: Client, scene: Scene) -> None:
    day = Override.objects.create(lecturer=scene.lecturer, day=today(), kind=OverrideKind.LEAVE)

    assert mine.get(f"{base(scene)}days/{day.pk}/delete/").status_code == 405
    assert mine.post(f"{base(scene)}days/{day.pk}/delete/").status_code == 302
    assert not Override.objects.exists()


def limits(**changes: Any) -> dict[str, Any]:
    stored = {"buffer_before": 0, "buffer_after": 0, "step": 30, "notice_minutes": 0, "horizon_days": 90}
    return {**stored, "cap_day": "", "cap_week": "", "cap_month": 4, **changes}


def test_limits_are_saved_and_written_down(mine: Client, scene: Scene) -> None:
    assert mine.post(f"{base(scene)}limits/", limits(cap_day=1)).status_code == 302

    assert Lecturer.objects.get().cap_day == 1
    entry = AuditEntry.objects.get(action="lecturers.edit")
    assert (entry.before, entry.after) == ({"cap_day": None, "cap_month": None}, {"cap_day": 1, "cap_month": 4})


@pytest.mark.parametrize(
    "changes", [{"step": 0}, {"step": "9" * 30}, {"buffer_before": -1}, {"horizon_days": 0}, {"cap_month": "viele"}]
)
def test_limits_that_cannot_be_are_refused(mine: Client, scene: Scene, changes: dict[str, Any]) -> None:
    response = mine.post(f"{base(scene)}limits/", limits(**changes))

    assert response.status_code == 400
    assert list(response.context["form"].errors) == list(changes)
    assert not AuditEntry.objects.filter(action="lecturers.edit").exists()


def test_the_profile_is_saved_and_contacts_stay_out_of_the_log(mine: Client, scene: Scene) -> None:
    form = {
        "introduction": "讲急救。",
        "region": "县城",
        "travel_km": 30,
        "contact_phone": "19900009999",
        "home": "on",
    }

    assert mine.post(f"/lecturers/{scene.lecturer.pk}/profile/", form).status_code == 302

    stored = Lecturer.objects.get()
    assert (stored.introduction, stored.contact_phone, stored.home, stored.onsite) == (
        "讲急救。",
        "19900009999",
        True,
        False,
    )
    entry = AuditEntry.objects.get(action="lecturers.edit")
    assert entry.after["contacts"] is True
    assert "1990000" not in str((entry.before, entry.after))
    assert OutboxEntry.objects.filter(kind="lecturer", object_id=str(stored.pk)).exists()


def test_whoever_else_opens_the_contacts_is_written_down(client: Client, scene: Scene) -> None:
    address = f"/lecturers/{scene.lecturer.pk}/profile/"
    for person in (scene.person, scene.stranger, scene.editor):
        client.force_login(person)
        client.get(address)
    [entry] = AuditEntry.objects.filter(action="lecturers.see_contact")
    assert (entry.actor_id, entry.target_id) == (scene.editor.pk, str(scene.lecturer.pk))
    assert "1990000" not in str((entry.before, entry.after))

    Lecturer.objects.update(contact_phone="", contact_email="")
    client.get(address)
    assert AuditEntry.objects.filter(action="lecturers.see_contact").count() == 1


def test_the_schedule_asks_the_same_number_of_queries_for_one_and_for_three(mine: Client, scene: Scene) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert mine.get("/my/schedule/").status_code == 200
        return len(captured)

    queries()
    one = queries()
    ScheduleFactory.create_batch(2, lecturer=scene.lecturer)
    for number in range(3):
        Override.objects.create(lecturer=scene.lecturer, day=today() + timedelta(days=number))
    assert queries() == one
