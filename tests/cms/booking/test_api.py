"""The API of bookings."""

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.accounts.models import AuditEntry, User
from cms.accounts.services import issue_api_token
from cms.booking.enums import BookingStatus
from cms.booking.models import BookingRequest
from cms.booking.services import accept
from cms.organisations.enums import Role
from tests.factories.booking import Scene, move_into_past
from tests.factories.lecturers import evening
from tests.factories.organisations import OrganisationFactory, RoleAssignmentFactory


def call(user: User, method: str, path: str, body: Any = None, **headers: str) -> Any:
    token = issue_api_token(user, days=1)[0]
    client = Client(raise_request_exception=False)
    data = body if isinstance(body, str) else json.dumps(body or {})
    return client.generic(
        method, f"/api/v1{path}", data, "application/json", headers={"Authorization": f"Bearer {token}", **headers}
    )


def order(scene: Scene, **changes: Any) -> dict[str, Any]:
    start = changes.pop("starts_at", evening(5))
    return {
        "lecturer": scene.lecturer.pk,
        "start": start.isoformat(),
        "end": (start + timedelta(minutes=90)).isoformat(),
        "mode": "onsite",
        "topic": "冬季用气",
        "organisation": scene.branch.pk,
        "place": "活动室",
        "heads": 20,
        "note": "",
        **changes,
    }


def ask(scene: Scene, key: str = "k", user: User | None = None, **changes: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return call(user or scene.secretary, "POST", "/bookings", order(scene, **changes), **headers)


def path_of(booking: BookingRequest, act: str = "") -> str:
    return f"/bookings/{booking.public_id}{act}"


def test_a_branch_asks_and_contacts_are_null(scene: Scene) -> None:
    response = ask(scene)

    assert response.status_code == 201
    told = response.json()
    booking = BookingRequest.objects.get()
    assert told == {
        "id": str(booking.public_id),
        "number": booking.number,
        "state": "pending",
        "lecturer": {"id": scene.lecturer.pk, "name": scene.lecturer.name},
        "organisation": {"id": scene.branch.pk, "name": str(scene.branch)},
        "topic": "冬季用气",
        "mode": "onsite",
        "start": evening(5).isoformat(),
        "end": (evening(5) + timedelta(minutes=90)).isoformat(),
        "venue": None,
        "place": "活动室",
        "heads": 20,
        "note": "",
        "awaits": "lecturer",
        "answer_by": told["answer_by"],
        "concern": None,
        "sequence": 0,
        "lecturer_contact": None,
        "requester_contact": None,
        "url": booking.get_absolute_url(),
    }
    assert told["answer_by"].endswith("+08:00")


def test_the_same_key_asks_once_and_another_order_with_it_is_refused(scene: Scene) -> None:
    first, again = ask(scene), ask(scene)
    assert (again.status_code, again.json()) == (201, first.json())
    other = ask(scene, heads=21)
    assert (other.status_code, other.json()["code"]) == (409, "key_reused")
    assert BookingRequest.objects.count() == 1


def test_without_a_key_it_is_not_understood(scene: Scene) -> None:
    for key in ("", "k" * 81):
        response = ask(scene, key=key)
        assert (response.status_code, list(response.json()["fields"])) == (400, ["Idempotency-Key"])


@pytest.mark.parametrize("field", ["organisation", "topic", "place", "note"])
def test_half_a_character_is_refused_at_the_field(scene: Scene, field: str) -> None:
    changes: dict[str, Any] = {field: "a\ud800"}
    response = ask(scene, **changes)
    assert (response.status_code, list(response.json()["fields"])) == (400, [field])


def test_hours_that_are_given_away_come_with_three_others(scene: Scene) -> None:
    scene.agreed()
    response = ask(scene, starts_at=evening(5) + timedelta(minutes=30))
    told = response.json()
    assert (response.status_code, told["code"], len(told["alternatives"])) == (409, "slot_taken", 3)
    assert [sorted(slot) for slot in told["alternatives"]] == [["end", "start"]] * 3
    best = told["alternatives"][0]
    again = ask(scene, key="k2", start=best["start"], end=best["end"])
    assert again.status_code == 201


def test_the_branch_is_named_by_number_or_code_or_is_the_only_one(scene: Scene) -> None:
    for key, named in (("a", scene.branch.pk), ("b", scene.branch.code), ("c", None)):
        assert ask(scene, key=key, organisation=named).json()["organisation"]["id"] == scene.branch.pk

    RoleAssignmentFactory(user=scene.secretary, organisation=OrganisationFactory(), role=Role.BRANCH_SECRETARY)
    response = ask(scene, key="d", organisation=None)
    assert (response.status_code, list(response.json()["fields"])) == (400, ["organisation"])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"start": "2026-12-03T14:00:00"}, "start"),
        ({"start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"end": "9999-12-31T23:59:59-14:00"}, "end"),
        ({"start": "soon"}, "start"),
        ({"mode": "moon"}, "mode"),
        ({"topic": ""}, "topic"),
        ({"topic": "\0"}, "topic"),
        ({"topic": "长" * 81}, "topic"),
        ({"heads": 0}, "heads"),
        ({"heads": 2**80}, "heads"),
        ({"heads": "20"}, "heads"),
        ({"lecturer": 2**80}, "lecturer"),
        ({"organisation": "no-such-branch"}, "organisation"),
        ({"organisation": 2**80}, "organisation"),
        ({"place": "x" * 201}, "place"),
        ({"note": "x" * 100_000}, "note"),
    ],
)
def test_odd_values_get_a_sentence_at_their_field(scene: Scene, changes: dict[str, Any], field: str) -> None:
    response = ask(scene, **changes)
    assert (response.status_code, list(response.json()["fields"])) == (400, [field])
    assert not BookingRequest.objects.exists()


def test_a_lecturer_who_is_not_shown_is_not_there(scene: Scene) -> None:
    scene.lecturer.live = False
    scene.lecturer.save()
    assert ask(scene).status_code == 404
    assert ask(scene, lecturer=10**17).status_code == 404


@pytest.mark.parametrize("body", ["", "[]", "{", '{"topic": "\\ud800"}', "null"])
def test_what_is_no_order_is_refused(scene: Scene, body: str) -> None:
    response = call(scene.secretary, "POST", "/bookings", body, **{"Idempotency-Key": "k"})
    assert response.status_code == 400


def test_a_lecturer_accepts_and_then_both_sides_read_the_contacts(scene: Scene) -> None:
    booking = scene.request()
    accepted = call(scene.teacher, "POST", path_of(booking, "/accept")).json()
    assert (accepted["state"], accepted["awaits"], accepted["answer_by"]) == ("accepted", None, None)
    assert accepted["requester_contact"]["phone"] == scene.secretary.phone

    seen = call(scene.secretary, "GET", path_of(booking)).json()
    assert seen["lecturer_contact"] == {
        "name": scene.lecturer.name,
        "phone": "19900001234",
        "email": "teacher@example.cn",
    }
    assert call(scene.dean, "GET", path_of(booking)).json()["lecturer_contact"] is None
    assert AuditEntry.objects.filter(action="booking.contact_read").count() == 2


def test_contacts_are_null_again_after_it_was_called_off(scene: Scene) -> None:
    booking = scene.agreed()
    off = call(scene.teacher, "POST", path_of(booking, "/cancel"), {"reason": "生病"}).json()
    assert (off["state"], off["lecturer_contact"], off["requester_contact"]) == ("cancelled", None, None)


def test_a_lesson_that_has_begun_is_called_off_as_not_held(scene: Scene) -> None:
    booking = move_into_past(scene.agreed())
    off = call(scene.secretary, "POST", path_of(booking, "/cancel"), {"reason": "讲师没到"}).json()
    assert (off["state"], off["lecturer_contact"]) == ("cancelled", None)
    assert booking.events.filter(kind="not_held", reason="讲师没到").exists()


def test_of_two_requests_for_one_time_the_second_yes_hears_of_others(scene: Scene) -> None:
    first, second = scene.request(), scene.request()
    accept(first, actor=scene.teacher)
    response = call(scene.teacher, "POST", path_of(second, "/accept"))
    assert (response.status_code, response.json()["code"]) == (409, "slot_taken")
    assert len(response.json()["alternatives"]) == 3


def test_a_program_that_says_which_time_it_read_answers_no_other(scene: Scene) -> None:
    booking = scene.request()
    read = {"proposed": evening(5).isoformat(), "start": evening(6).isoformat()}
    call(scene.teacher, "POST", path_of(booking, "/counter"), read)
    refused = [call(scene.secretary, "POST", path_of(booking, f"/{act}"), read) for act in ("accept", "decline")]
    assert [(answer.status_code, answer.json()["code"]) for answer in refused] == [(409, "stale"), (409, "stale")]
    agreed = call(scene.secretary, "POST", path_of(booking, "/accept"), {"proposed": evening(6).isoformat()})
    assert (agreed.status_code, agreed.json()["start"]) == (200, evening(6).isoformat())


def test_another_time_and_a_no(scene: Scene) -> None:
    booking = scene.request()
    moved = call(scene.teacher, "POST", path_of(booking, "/counter"), {"start": evening(6).isoformat()}).json()
    assert (moved["start"], moved["awaits"]) == (evening(6).isoformat(), "requester")
    no = call(scene.secretary, "POST", path_of(booking, "/decline"), {"reason": "那天开会"}).json()
    assert no["state"] == "declined"
    assert booking.events.filter(kind="declined", reason="那天开会").exists()


def test_a_program_that_gives_no_reason_has_that_written_down(scene: Scene) -> None:
    booking = scene.request()
    call(scene.teacher, "POST", path_of(booking, "/decline"))
    assert [event.reason for event in booking.events.filter(kind="declined")] == ["没有写原因。"]


def test_what_was_held_is_recorded_as_asked_for_or_with_its_own_figures(scene: Scene) -> None:
    usual, own = (move_into_past(scene.agreed(starts_at=evening(day))) for day in (5, 6))
    assert call(scene.secretary, "POST", path_of(usual, "/deliver")).json()["state"] == "delivered"
    call(scene.secretary, "POST", path_of(own, "/deliver"), {"heads": 12, "minutes": 45})
    found = BookingRequest.objects.order_by("pk").values_list("delivery__heads", "delivery__minutes")
    assert list(found) == [(32, 90), (12, 45)]


@pytest.mark.parametrize("act", ["", "/accept", "/decline", "/cancel", "/deliver"])
def test_others_find_nothing(scene: Scene, act: str) -> None:
    booking = scene.request()
    response = call(scene.stranger, "POST" if act else "GET", path_of(booking, act))
    assert response.status_code == 404
    booking.refresh_from_db()
    assert booking.status == BookingStatus.PENDING


def test_the_other_side_is_told_that_it_is_not_asked(scene: Scene) -> None:
    response = call(scene.secretary, "POST", path_of(scene.request(), "/accept"))
    assert (response.status_code, response.json()["code"]) == (403, "not_your_turn")


@pytest.mark.parametrize("pk", [str(uuid.UUID(int=0)), "1", "x", "9" * 50])
def test_numbers_of_nothing(scene: Scene, pk: str) -> None:
    assert call(scene.secretary, "GET", f"/bookings/{pk}").status_code in {400, 404}


def test_the_list_holds_the_own_ones_without_contacts_in_a_fixed_number_of_queries(scene: Scene) -> None:
    counts = []
    for day in (5, 6, 7):
        scene.agreed(starts_at=evening(day))
        with CaptureQueriesContext(connection) as seen:
            told = call(scene.secretary, "GET", "/bookings").json()
        counts.append(len(seen))
    assert [item["lecturer_contact"] for item in told["items"]] == [None, None, None]
    assert (told["total"], told["next"]) == (3, None)
    assert len(set(counts)) == 1
    assert call(scene.stranger, "GET", "/bookings").json() == {"items": [], "total": 0, "next": None}
    assert call(scene.secretary, "GET", f"/bookings?page={10**30}").status_code == 400


def test_more_than_the_limit_is_too_much(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cms.booking.api.CALLS_A_MINUTE", 1)
    assert call(scene.secretary, "GET", "/bookings").status_code == 200
    assert call(scene.secretary, "GET", "/bookings").status_code == 429
