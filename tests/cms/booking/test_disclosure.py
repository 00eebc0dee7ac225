"""Contacts: opened when a lesson is agreed, to its two sides, and hidden again."""

import pytest
from django.test import Client

from cms.accounts.models import AuditEntry, User
from cms.booking.models import BookingRequest
from cms.booking.services import cancel, contacts_for, say
from tests.factories.booking import Scene

PHONE = "19900001234"


def looks() -> int:
    return AuditEntry.objects.filter(action="booking.contact_read").count()


def page(person: User, booking: BookingRequest) -> str:
    client = Client()
    client.force_login(person)
    return client.get(booking.get_absolute_url()).content.decode()


def test_nobody_sees_a_contact_before_the_lesson_is_agreed(scene: Scene) -> None:
    booking = scene.request()
    for person in (scene.secretary, scene.teacher, scene.dean, scene.stranger):
        assert contacts_for(person, booking) is None
    assert PHONE not in page(scene.secretary, booking)
    assert scene.secretary.phone is not None
    assert scene.secretary.phone not in page(scene.teacher, booking)
    assert looks() == 0


def test_both_sides_see_both_contacts_once_it_is_agreed_and_each_look_is_written_down(scene: Scene) -> None:
    booking = scene.agreed()
    for person in (scene.secretary, scene.teacher):
        opened = contacts_for(person, booking)
        assert opened is not None
        assert (opened.lecturer.phone, opened.lecturer.email) == (PHONE, "teacher@example.cn")
        assert opened.requester.phone == scene.secretary.phone
    assert list(AuditEntry.objects.filter(action="booking.contact_read").values_list("actor_id", flat=True)) == [
        scene.teacher.pk,
        scene.secretary.pk,
    ]


def test_the_lending_organisation_and_strangers_see_none(scene: Scene) -> None:
    booking = scene.agreed()
    assert contacts_for(scene.dean, booking) is None
    assert contacts_for(scene.stranger, booking) is None
    assert looks() == 0


def test_they_are_hidden_again_when_it_is_called_off(scene: Scene) -> None:
    booking = cancel(scene.agreed(), actor=scene.secretary, reason="改期")
    assert contacts_for(scene.secretary, booking) is None
    assert contacts_for(scene.teacher, booking) is None


def test_the_page_shows_them_on_request_only(scene: Scene, client: Client) -> None:
    booking = scene.agreed()
    client.force_login(scene.secretary)
    address = f"{booking.get_absolute_url()}contact/"
    assert PHONE not in client.get(booking.get_absolute_url()).content.decode()
    assert client.get(address).status_code == 405
    assert looks() == 0

    shown = client.post(address)

    assert (shown.status_code, PHONE in shown.content.decode(), looks()) == (200, True, 1)
    assert "no-store" in shown["Cache-Control"]


@pytest.mark.parametrize("who", ["dean", "stranger"])
def test_the_page_of_contacts_does_not_exist_for_others(scene: Scene, client: Client, who: str) -> None:
    client.force_login(getattr(scene, who))
    assert client.post(f"{scene.agreed().get_absolute_url()}contact/").status_code == 404


def test_a_phone_number_in_a_message_stays_hidden_until_it_is_agreed(scene: Scene) -> None:
    before = say(scene.request(), actor=scene.secretary, text="请打 13800001111")
    assert before.reason == "请打 1**********"
    after = say(scene.agreed(), actor=scene.secretary, text="请打 13800001111")
    assert after.reason == "请打 13800001111"


def test_an_audit_entry_holds_no_phone_number_and_no_message(scene: Scene) -> None:
    booking = scene.agreed(note=f"联系 {PHONE}")
    contacts_for(scene.secretary, booking)
    say(booking, actor=scene.secretary, text=f"请打 {PHONE}")
    cancel(booking, actor=scene.secretary, reason=f"改期，请打 {PHONE}")

    told = AuditEntry.objects.exclude(reason="").order_by("pk").values_list("action", "reason")
    assert list(told) == [("booking.cancelled", "改期，请打 1**********")]
    for entry in AuditEntry.objects.all():
        assert PHONE not in f"{entry.before}{entry.after}{entry.reason}{entry.target_label}"
