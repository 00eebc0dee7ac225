import io
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from cms.ledger.enums import DisputeStatus
from cms.ledger.models import HourDispute, HourRule
from tests.cms.ledger.conftest import Branch
from tests.factories.accounts import UserFactory
from tests.factories.ledger import HourDisputeFactory, HourEntryFactory

pytestmark = pytest.mark.django_db


def signed_in(client: Client, person: Any) -> Client:
    client.force_login(person)
    return client


@pytest.mark.parametrize("address", ["/me/record/", "/me/record/export.csv", "/workbench/hours/"])
def test_visitors_are_led_to_the_sign_in(client: Client, address: str) -> None:
    response = client.get(address)
    assert (response.status_code, response["Location"]) == (302, f"/accounts/login/?next={address}")


def test_the_record_shows_only_the_own_hours_with_reason_and_total(client: Client, branch: Branch) -> None:
    HourEntryFactory(user=branch.member, source_label="带班记录", rule=HourRule.objects.get(kind="lesson"))
    HourEntryFactory(user=branch.admin, source_label="别人的")
    text = signed_in(client, branch.member).get("/me/record/?year=2026").content.decode()
    assert "带班记录" in text
    assert "别人的" not in text
    assert 'id="h-total">0.2 ' in text


@pytest.mark.parametrize("year", ["abc", "-1", "0", "99999", "２０２６", ""])
def test_a_year_that_cannot_be_shows_this_year(client: Client, branch: Branch, year: str) -> None:
    assert signed_in(client, branch.member).get("/me/record/", {"year": year}).status_code == 200


def test_the_record_asks_the_same_number_of_queries_for_one_and_three_entries(
    client: Client, branch: Branch, django_assert_num_queries: Any
) -> None:
    signed_in(client, branch.member)
    HourDisputeFactory(entry=HourEntryFactory(user=branch.member), user=branch.member)
    client.get("/me/record/?year=2026")
    with CaptureQueriesContext(connection) as counted:
        client.get("/me/record/?year=2026")
    HourEntryFactory.create_batch(2, user=branch.member)
    with django_assert_num_queries(len(counted.captured_queries)):
        client.get("/me/record/?year=2026")


def test_the_export_is_typed_and_runs_no_formula(client: Client, branch: Branch) -> None:
    HourEntryFactory(user=branch.member, source_label='=HYPERLINK("http://example.org")')
    signed_in(client, branch.member)
    book = load_workbook(io.BytesIO(client.get("/me/record/export.xlsx").content))
    row = [cell.value for cell in book.worksheets[0][2]]
    assert row[1] == '\'=HYPERLINK("http://example.org")'
    assert row[3] == 0.2
    lines = client.get("/me/record/export.csv?year=2026").content.decode("utf-8-sig").splitlines()
    assert lines[1].startswith('2026-03-01,"\'=HYPERLINK(""http://example.org"")"')
    assert client.get("/me/record/export.pdf").status_code == 404


def test_a_dispute_is_sent_from_the_own_entry_only(client: Client, branch: Branch) -> None:
    own, other = HourEntryFactory(user=branch.member), HourEntryFactory(user=branch.admin)
    signed_in(client, branch.member)
    assert client.post(f"/me/record/{other.pk}/dispute/", {"text": "x"}).status_code == 404
    empty = client.post(f"/me/record/{own.pk}/dispute/", {"text": " "})
    assert (empty.status_code, HourDispute.objects.count()) == (400, 0)
    done = client.post(f"/me/record/{own.pk}/dispute/", {"text": "少了"})
    assert done["Location"] == f"/me/record/?year=2026#entry-{own.pk}"
    assert HourDispute.objects.get().text == "少了"


def test_only_the_own_branch_opens_a_dispute_and_answers_it(client: Client, branch: Branch) -> None:
    entry = HourEntryFactory(user=branch.member)
    opened = HourDisputeFactory(entry=entry, user=branch.member, organisation=branch.organisation)
    address = f"/workbench/hours/{opened.pk}/"
    for person in (branch.member, branch.stranger, UserFactory()):
        signed_in(client, person)
        assert (client.get(address).status_code, client.post(address, {"answer": "x"}).status_code) == (404, 404)
    assert client.get("/workbench/hours/").status_code == 404
    signed_in(client, branch.stranger)
    assert "沈佳禾" not in client.get("/workbench/hours/").content.decode()
    signed_in(client, branch.admin)
    assert "沈佳禾" in client.get("/workbench/hours/").content.decode()
    assert client.post(address, {"answer": "对", "to_hours": "abc"}).status_code == 400
    assert client.post(address, {"answer": "改了", "to_hours": "0.5"}).status_code == 302
    opened.refresh_from_db()
    assert (opened.status, opened.correction and opened.correction.hours) == (DisputeStatus.ANSWERED, Decimal("0.30"))


def test_a_second_answer_is_refused_in_words(client: Client, branch: Branch) -> None:
    opened = HourDisputeFactory(
        entry=HourEntryFactory(user=branch.member), user=branch.member, organisation=branch.organisation
    )
    signed_in(client, branch.admin)
    client.post(f"/workbench/hours/{opened.pk}/", {"answer": "一"})
    assert client.post(f"/workbench/hours/{opened.pk}/", {"answer": "二"}).status_code == 409
    opened.refresh_from_db()
    assert opened.answer == "一"


def test_the_list_of_disputes_asks_the_same_number_of_queries_for_one_and_three(
    client: Client, branch: Branch, django_assert_num_queries: Any
) -> None:
    signed_in(client, branch.admin)
    made = {"user": branch.member, "organisation": branch.organisation}
    HourDisputeFactory(entry=HourEntryFactory(user=branch.member), **made)
    client.get("/workbench/hours/")
    with CaptureQueriesContext(connection) as counted:
        client.get("/workbench/hours/")
    for _ in range(2):
        HourDisputeFactory(entry=HourEntryFactory(user=branch.member), **made)
    with django_assert_num_queries(len(counted.captured_queries)):
        client.get("/workbench/hours/")


def test_an_administrator_sees_the_rules_in_the_admin(client: Client, db: None) -> None:
    boss = UserFactory(is_superuser=True, is_staff=True, second_factor=True)
    text = signed_in(client, boss).get("/admin/snippets/ledger/hourrule/").content.decode()
    assert "微课学时规则" in text
