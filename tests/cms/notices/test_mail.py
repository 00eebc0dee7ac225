import re
from datetime import time, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import Settings

from cms.accounts.models import AuditEntry, User
from cms.core.clock import now
from cms.core.logs import mask
from cms.jobs.models import Job
from cms.notices.models import Delivery, MailSetting, Notice
from cms.notices.queries import CLAIM_HOLDS
from cms.notices.services import (
    confirmation_mail,
    forget_address,
    mute_areas,
    notify,
    send_due,
    set_address,
    set_mail_times,
    sweep,
)
from cms.notices.services.choosing import fingerprint, token_for
from tests.factories.accounts import UserFactory

pytestmark = pytest.mark.django_db
ALL_DAY = {"quiet_from": time(0), "quiet_to": time(0)}


@pytest.fixture
def reader() -> User:
    """Somebody with a confirmed address and without quiet hours."""
    person: User = UserFactory(language="en")
    set_address(person, "reader@example.org")
    MailSetting.objects.update(verified_at=now(), **ALL_DAY)
    Job.objects.all().delete()
    return person


def tell(person: User, **changes: Any) -> None:
    notify([person], **{"kind": "review.returned", "title": "退回", "body": "张三：电话 13900000000", **changes})


def test_a_notice_comes_by_e_mail_as_title_and_link_without_its_text(reader: User) -> None:
    tell(reader, url="/lessons/1/edit/")
    assert send_due(reader.pk) == 1
    sent = mail.outbox[0]
    assert (sent.to, sent.subject) == (["reader@example.org"], "[微课] 退回")
    assert sent.body.splitlines()[:2] == ["退回", "http://127.0.0.1:8000/lessons/1/edit/"]
    assert "13900000000" not in sent.body


def test_a_job_is_put_in_with_the_notice_and_runs_when_it_is_due(reader: User) -> None:
    tell(reader)
    job, delivery = Job.objects.get(kind="notices.send"), Delivery.objects.get()
    assert (job.payload, job.run_after) == ({"user": reader.pk}, delivery.due_at)


def test_nothing_is_sent_twice(reader: User) -> None:
    tell(reader)
    assert (send_due(reader.pk), send_due(reader.pk), len(mail.outbox)) == (1, 0, 1)
    assert Delivery.objects.get().status == "sent"


def test_all_that_is_due_comes_in_one_e_mail(reader: User) -> None:
    tell(reader, title="第一件")
    tell(reader, title="第二件\r\nBcc: x@example.org", urgent=True)
    assert send_due(reader.pk) == 2
    sent = mail.outbox[0]
    assert sent.subject == "[微课] 2 notices"
    assert "Urgent: 第二件 Bcc: x@example.org\n" in sent.body


def test_what_is_not_due_yet_waits(reader: User) -> None:
    set_mail_times(reader, daily=True, quiet_from=time(21), quiet_to=time(7))
    tell(reader)
    assert (send_due(reader.pk), Delivery.objects.get().status) == (0, "waiting")
    tell(reader, title="急事", urgent=True)
    assert (send_due(reader.pk), mail.outbox[0].subject) == (1, "[微课] 急事")


@pytest.mark.parametrize("kind", ["lessons.new", "review.returned"])
def test_an_area_may_be_muted_as_e_mail_and_stands_on_the_site(reader: User, kind: str) -> None:
    mute_areas(reader, ["lessons", "duty"], channel="email")
    tell(reader, kind=kind)
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 0)


@pytest.mark.parametrize("kind", ["accounts.code_issued", "accounts.password_set", "accounts.second_factor_reset"])
def test_what_concerns_signing_in_comes_whatever_is_muted(reader: User, kind: str) -> None:
    mute_areas(reader, ["duty"], channel="email")
    tell(reader, kind=kind)
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)


def test_muting_one_way_leaves_the_other_as_it_was(reader: User) -> None:
    mute_areas(reader, ["lessons"])
    mute_areas(reader, [], channel="email")
    tell(reader, kind="lessons.new")
    assert Notice.objects.count() == 0


def test_without_a_confirmed_address_nothing_is_planned() -> None:
    person: User = UserFactory()
    tell(person)
    set_address(person, "x@example.org")
    tell(person)
    assert Delivery.objects.count() == 0


def test_without_a_mail_server_nothing_is_planned(reader: User, settings: Settings) -> None:
    settings.MAIL_IS_SENT = False
    tell(reader)
    assert Delivery.objects.count() == 0


def test_a_refused_message_waits_for_the_next_attempt(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: EmailMessage, fail_silently: bool = False) -> int:  # noqa: FBT001, FBT002  # Django's signature
        raise SMTPServerDisconnected("gone")

    tell(reader)
    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", refuse)
        with pytest.raises(SMTPServerDisconnected):
            send_due(reader.pk)
    assert Delivery.objects.get().status == "waiting"
    assert send_due(reader.pk) == 1


def test_what_a_lost_worker_had_taken_is_sent_by_the_next_under_the_same_id(
    reader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(reader)
    ids: list[str] = []

    def lost(self: EmailMessage, fail_silently: bool = False) -> int:  # noqa: FBT001, FBT002  # Django's signature
        ids.append(self.extra_headers["Message-ID"])
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(EmailMessage, "send", lost)
        with pytest.raises(SystemExit):
            send_due(reader.pk)
    assert (send_due(reader.pk), sweep()) == (0, 0)
    Delivery.objects.update(claimed_at=now() - CLAIM_HOLDS - timedelta(seconds=1))
    assert (sweep(), send_due(reader.pk)) == (1, 1)
    assert mail.outbox[0].extra_headers["Message-ID"] == ids[0]


def test_of_two_workers_one_sends(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    tell(reader)
    second: list[int] = []
    monkeypatch.setattr(EmailMessage, "send", lambda _self: second.append(send_due(reader.pk)))
    assert (send_due(reader.pk), second) == (1, [0])


def test_a_job_that_failed_for_good_leaves_the_notice_on_the_site(reader: User) -> None:
    from cms.notices.handlers import tell_failed

    tell(reader)
    Delivery.objects.update(status="sending", claimed_at=now())
    tell_failed(Job(payload={"user": reader.pk}))
    assert (Delivery.objects.get().status, Notice.objects.count(), send_due(reader.pk)) == ("failed", 1, 0)


def test_the_address_is_confirmed_by_pressing_a_button_not_by_looking(client: Client) -> None:
    person: User = UserFactory(language="en")
    kept = set_address(person, "x@example.org")
    assert confirmation_mail(person.pk, fingerprint(kept)) is True
    found = re.search(r"http://127\.0\.0\.1:8000(/notices/email/confirm/\S+)", str(mail.outbox[0].body))
    assert found is not None
    path = found[1]
    assert "x@example" not in path
    assert (client.get(path).status_code, MailSetting.objects.get().verified_at) == (200, None)
    assert client.post(path).status_code == 200
    assert MailSetting.objects.get().verified_at is not None
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == [
        "notices.set_address",
        "notices.confirm_address",
    ]


def test_a_link_confirms_its_own_address_only(client: Client) -> None:
    person: User = UserFactory()
    old = token_for(set_address(person, "old@example.org"))
    set_address(person, "new@example.org")
    assert client.post(f"/notices/email/confirm/{old}/").status_code == 404
    assert MailSetting.objects.get().verified_at is None


@pytest.mark.parametrize("token", ["x" * 40, "1-abc:def:ghi-jkl-mno-pqr", "9" * 60])
def test_what_is_no_link_of_ours_opens_nothing(client: Client, token: str) -> None:
    assert client.get(f"/notices/email/confirm/{token}/").status_code == 404


def test_a_link_older_than_three_days_opens_nothing(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    token = token_for(set_address(UserFactory(), "x@example.org"))
    monkeypatch.setattr("cms.notices.services.choosing.LINK_HOLDS", timedelta(seconds=-1))
    assert client.get(f"/notices/email/confirm/{token}/").status_code == 404


def test_a_confirmation_for_a_changed_address_is_not_sent() -> None:
    person: User = UserFactory()
    old = fingerprint(set_address(person, "old@example.org"))
    set_address(person, "new@example.org")
    assert (confirmation_mail(person.pk, old), mail.outbox) == (False, [])


def test_deleting_the_address_stops_what_was_on_its_way(reader: User) -> None:
    tell(reader)
    assert (forget_address(reader), forget_address(reader)) == (True, False)
    assert (Delivery.objects.count(), Notice.objects.count(), send_due(reader.pk)) == (0, 1, 0)


def test_the_page_asks_for_an_address_and_keeps_what_was_typed_wrongly(client: Client) -> None:
    person: User = UserFactory()
    client.force_login(person)
    for wrong in ("", "no address", "a\x00@example.org", "x" * 300 + "@example.org"):
        assert client.post("/notices/email/", {"address": wrong}).status_code == 400
    assert MailSetting.objects.count() == 0
    assert client.post("/notices/email/", {"address": "x@example.org"}).status_code == 302
    assert "x@example.org" in client.get("/notices/preferences/").content.decode()


def test_times_and_areas_are_chosen_on_the_page(client: Client, reader: User) -> None:
    client.force_login(reader)
    form = {"mail_muted": ["lessons"], "daily": "on", "quiet_from": "22:30", "quiet_to": "06:15"}
    assert client.post("/notices/email/times/", form).status_code == 302
    kept = MailSetting.objects.get()
    assert (kept.daily, kept.quiet_from, kept.quiet_to) == (True, time(22, 30), time(6, 15))
    assert client.post("/notices/email/times/", {**form, "quiet_to": "25:00"}).status_code == 400
    assert client.post("/notices/email/times/", {**form, "mail_muted": ["ranking"]}).status_code == 400


@pytest.mark.parametrize("address", ["/notices/email/", "/notices/email/times/", "/notices/email/delete/"])
def test_acts_are_posted_by_somebody_signed_in(client: Client, address: str) -> None:
    assert client.post(address)["Location"].startswith("/accounts/login/")
    client.force_login(UserFactory())
    assert client.get(address).status_code == 405


def test_without_a_mail_server_nobody_is_asked_for_an_address(client: Client, settings: Settings) -> None:
    settings.MAIL_IS_SENT = False
    client.force_login(UserFactory())
    assert 'name="address"' not in client.get("/notices/preferences/").content.decode()
    assert client.post("/notices/email/", {"address": "x@example.org"}).status_code == 404


def test_a_confirmation_link_stands_in_no_log() -> None:
    assert mask("/notices/email/confirm/12-abc:def/") == "/notices/email/confirm/…/"


def test_who_was_told_under_a_key_is_not_told_again(reader: User) -> None:
    other: User = UserFactory()
    tell(reader, dedupe_key="month:1")
    notify([reader, other], kind="review.returned", title="退回", dedupe_key="month:1")
    assert sorted(Notice.objects.values_list("user_id", flat=True)) == sorted([reader.pk, other.pk])


def test_two_who_tell_the_same_at_the_same_instant_tell_it_once(reader: User, monkeypatch: pytest.MonkeyPatch) -> None:
    other: User = UserFactory()
    tell(reader, dedupe_key="month:1")
    monkeypatch.setattr("cms.notices.services.telling.told_before", lambda *_: set())
    told = notify([reader, other], kind="review.returned", title="退回", dedupe_key="month:1")
    assert [notice.user_id for notice in told] == [other.pk]
