"""Contacts: opened when a lesson is agreed, to its two sides, and hidden again."""

import pytest
from django.test import Client

from cms.accounts.models import AuditEntry, User
from cms.booking.models import BookingRequest
from cms.booking.queries import personal_bookings, personal_words
from cms.booking.services import accept, cancel, contacts_for, counter, deliver, say
from cms.lecturers.enums import Approval
from cms.notices.models import Notice
from cms.organisations.enums import Role
from tests.factories.booking import Scene, keeper_of, move_into_past
from tests.factories.lecturers import evening

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


def told(client: Client, booking: BookingRequest, person: User) -> str:
    """Return all that the person reads about the request: its page, the API, the list of the API."""
    client.force_login(person)
    answers = [booking.get_absolute_url(), f"/api/v1/bookings/{booking.public_id}", "/api/v1/bookings"]
    return "\n".join(client.get(address).content.decode() for address in answers)


@pytest.mark.long
def test_numbers_in_place_note_and_reasons_are_hidden_until_it_is_agreed_and_then_from_all_but_the_two_sides(
    scene: Scene, client: Client
) -> None:
    scene.rule(approval=Approval.LECTURER_FIRST)
    booking = scene.request(topic="问 13800000001", place="找 13800000002", note="打 13800000003")
    counter(booking, starts_at=evening(6), actor=scene.teacher, reason="请打 13800000004")
    accept(booking, actor=scene.secretary, reason="可以，13800000005")
    for person in (scene.secretary, scene.teacher, scene.dean):
        read = told(client, booking, person)
        assert "1380000000" not in read
        for words in ("问 1**********", "找 1**********", "打 1**********", "请打 1**********", "可以，1**********"):
            assert words in read

    accept(booking, actor=scene.dean)
    for person in (scene.secretary, scene.teacher):
        read = told(client, booking, person)
        assert "13800000001" not in read
        for number in ("13800000002", "13800000003", "13800000004", "13800000005"):
            assert number in read
    assert "1380000000" not in told(client, booking, scene.dean)

    cancel(booking, actor=scene.secretary, reason="改期，13800000006")
    for person in (scene.secretary, scene.teacher, scene.dean):
        assert "1380000000" not in told(client, booking, person)


def test_no_notice_or_mail_holds_a_number_that_was_typed_as_a_topic(scene: Scene) -> None:
    scene.request(topic=f"急救 {PHONE}")
    notices = Notice.objects.filter(kind="booking.asked")
    assert [PHONE in f"{notice.title}{notice.body}" for notice in notices] == [False]


def test_my_data_hides_a_number_of_the_other_side_until_it_is_agreed(scene: Scene) -> None:
    booking = scene.request(note=f"打 {PHONE}")
    assert [row["note"] for row in personal_bookings(scene.teacher)] == ["打 1**********"]
    assert [row["note"] for row in personal_bookings(scene.secretary)] == [f"打 {PHONE}"]
    accept(booking, actor=scene.teacher)
    assert [row["note"] for row in personal_bookings(scene.teacher)] == [f"打 {PHONE}"]


def test_my_data_holds_what_each_person_did_and_wrote_whoever_asked(scene: Scene) -> None:
    second = keeper_of(scene.branch, Role.BRANCH_ADMIN)
    booking = scene.request()
    say(booking, actor=second, text="能不能带上急救垫")
    counter(booking, starts_at=evening(6), actor=scene.teacher, reason="那天出差")
    booking = move_into_past(accept(booking, actor=second, reason="可以"))
    deliver(booking, actor=second, heads=28, minutes=90, note="投影仪坏了")

    def written(person: User) -> list[tuple[str, str, str]]:
        return [(row["title"], row["what"], row["text"]) for row in personal_words(person)]

    assert written(second) == [
        ("冬季用气", "留言", "能不能带上急救垫"),
        ("冬季用气", "接受", "可以"),
        ("冬季用气", "登记授课", "投影仪坏了"),
    ]
    assert written(scene.teacher) == [("冬季用气", "提出换个时间", "那天出差")]
    assert written(scene.secretary) == [("冬季用气", "发出约课", "老人较多")]
    assert written(scene.stranger) == []
    client = Client()
    client.force_login(second)
    assert "投影仪坏了" in client.get("/me/data/").content.decode()
