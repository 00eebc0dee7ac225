import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from cms.accounts.backends import find_by_sign_in_name
from cms.accounts.models import AuditEntry, User
from cms.core.clock import now
from cms.organisations import member_sheet
from cms.organisations.importers import forget_old_imports, parse_day
from cms.organisations.models import MemberImport
from cms.organisations.sheet_reading import COLUMNS
from tests.cms.organisations.conftest import County
from tests.factories.accounts import UserFactory

SignIn = Callable[[User], Client]
URL = "/workbench/members/import/"


def workbook(*rows: list[Any], columns: tuple[str, ...] = COLUMNS) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(list(columns))
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def upload(client: Client, content: bytes, name: str = "名单.xlsx") -> Any:
    return client.post(URL, {"file": SimpleUploadedFile(name, content)})


def sentences(content: bytes, client: Client) -> list[str]:
    response = upload(client, content)
    assert response.status_code == 302
    faults = MemberImport.objects.get().faults
    return [sentence for row in faults.values() for sentence in row]


@pytest.mark.long
def test_right_rows_are_added_and_wrong_ones_come_back_with_their_mistakes(county: County, as_user: SignIn) -> None:
    client = as_user(county.secretary)
    content = workbook(
        ["张三", 13800000001, "", "branch", "正式", "2024-05-01", "是", "否"],
        ["李四", "", "G-1", "town", "积极分子", "2024年5月1日", "", "是"],
        ["", 13800000003, "", "branch", "正式", "", "", ""],
        ["王五", "12345", "", "nowhere", "群众", "soon", "maybe", ""],
    )
    before = User.objects.count()
    response = upload(client, content)
    assert response.status_code == 302
    assert User.objects.count() == before
    look = client.get(response["Location"])
    assert (look.context["right_count"], look.context["wrong_count"]) == (2, 2)
    made = MemberImport.objects.get()
    confirm = reverse("organisations:import_confirm", args=[made.uuid])
    assert client.get(confirm).status_code == 405
    assert client.post(confirm).status_code == 302
    assert client.post(confirm).status_code == 409
    zhang = User.objects.get(phone="13800000001")
    membership = zhang.memberships.get()
    assert (membership.organisation, membership.kind, membership.is_mobile) == (county.branch, "member", True)
    assert not zhang.has_usable_password()
    assert User.objects.get(staff_number="G-1").memberships.get().needs_home_delivery
    assert User.objects.count() == before + 2
    errors = client.get(reverse("organisations:import_errors", args=[made.uuid]))
    sheet = load_workbook(io.BytesIO(errors.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == (*COLUMNS, "错误")
    assert [row[0] for row in rows[1:]] == [None, "王五"]
    assert all(row[-1] for row in rows[1:])
    assert AuditEntry.objects.filter(action="organisations.admit_members").count() == 1
    assert "张三" not in str(MemberImport.objects.get().rows)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"\x89PNG\r\n", b"PK\x03\x04" + b"\0" * 50, b"<html></html>", workbook(columns=("姓名", "电话"))],
)
def test_what_is_no_list_is_refused_at_the_field(county: County, as_user: SignIn, content: bytes) -> None:
    response = upload(as_user(county.secretary), content)
    assert response.status_code == 400
    assert "id_file_error" in response.content.decode()
    assert not MemberImport.objects.exists()


@pytest.mark.long
def test_a_zip_that_is_no_workbook_and_one_that_explodes_are_refused(county: County, as_user: SignIn) -> None:
    client = as_user(county.secretary)
    for name, size in (("a.txt", 10), ("xl/sharedStrings.xml", 70 * 1024 * 1024)):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, b"\0" * size)
        assert upload(client, target.getvalue()).status_code == 400


def one_row_of(cells: int, *, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a workbook whose first row has this many empty cells."""
    source = zipfile.ZipFile(io.BytesIO(workbook(["张三", "", "G-1", "branch", "", "", "", ""])))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", kind) as archive:
        for part in source.namelist():
            content = source.read(part)
            if part.endswith("sheet1.xml"):
                content = content.replace(b'<row r="1"', b'<row r="1">' + b"<c/>" * cells + b'</row><row r="2"')
            archive.writestr(part, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "content", [one_row_of(14_000_000), one_row_of(1_200_000, kind=zipfile.ZIP_STORED)], ids=["packed", "stored"]
)
@pytest.mark.long
def test_a_small_file_of_millions_of_empty_cells_is_refused_without_reading_them(
    county: County, as_user: SignIn, content: bytes
) -> None:
    response = upload(as_user(county.secretary), content)
    assert response.status_code == 400
    assert response.context["form"].errors["file"] == ["这个文件展开后远大于一份名单，不能接收。"]


def test_no_transaction_is_open_while_a_list_is_read(
    county: County, as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_blocks: list[int] = []

    def watched(*_: object) -> bytes:
        open_blocks.append(len(connection.savepoint_ids))
        return b'{"rows": [], "numbers": []}'

    monkeypatch.setattr(member_sheet, "read_apart", watched)
    of_the_test_alone = len(connection.savepoint_ids)
    upload(as_user(county.secretary), workbook(["张三", "", "G-1", "branch", "", "", "", ""]))
    assert open_blocks == [of_the_test_alone]


def test_a_file_beyond_five_megabytes_is_refused_before_it_is_opened(county: County, as_user: SignIn) -> None:
    assert upload(as_user(county.secretary), b"\0" * (5 * 1024 * 1024 + 1)).status_code == 400


@pytest.mark.long
def test_entities_in_the_xml_are_refused(county: County, as_user: SignIn) -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    source, target = zipfile.ZipFile(io.BytesIO(workbook(["张三", "", "G-1", "branch", "", "", "", ""]))), io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for part in source.namelist():
            content = source.read(part)
            if part.endswith("sheet1.xml"):
                content = bomb + content.replace(b"<sheetData>", b"<sheetData>&b;")
            archive.writestr(part, content)
    assert upload(as_user(county.secretary), target.getvalue()).status_code == 400


@pytest.mark.wide
def test_five_thousand_rows_are_the_most(county: County, as_user: SignIn) -> None:
    rows = [["人", "", f"N-{number}", "branch", "", "", "", ""] for number in range(5001)]
    client = as_user(county.secretary)
    assert upload(client, workbook(*rows)).status_code == 400
    assert upload(client, workbook(*rows[:5000])).status_code == 302
    made = MemberImport.objects.get()
    assert client.post(reverse("organisations:import_confirm", args=[made.uuid])).status_code == 302
    assert MemberImport.objects.get().imported == 5000


@pytest.mark.parametrize("evil", ["=1+1", "+cmd", "-2", "@SUM(A1)", '=HYPERLINK("http://evil.example")'])
@pytest.mark.long
def test_a_formula_is_a_mistake_and_never_runs_in_the_file_of_errors(
    county: County, as_user: SignIn, evil: str
) -> None:
    client = as_user(county.secretary)
    assert sentences(workbook([evil, "13800000001", "", "branch", "", "", "", ""]), client)
    made = MemberImport.objects.get()
    errors = client.get(reverse("organisations:import_errors", args=[made.uuid]))
    cell = load_workbook(io.BytesIO(errors.content)).worksheets[0]["A2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


@pytest.mark.parametrize("code", ["other", "county", "nowhere", ""])
def test_another_branchs_organisation_is_as_unknown_as_none(county: County, as_user: SignIn, code: str) -> None:
    found = sentences(workbook(["张三", "13800000001", "", code, "", "", "", ""]), as_user(county.secretary))
    assert len(found) == 1


@pytest.mark.long
def test_the_same_phone_twice_and_one_that_is_taken_are_both_told(county: County, as_user: SignIn) -> None:
    UserFactory(phone="13900000000")
    content = workbook(
        ["张三", "13800000001", "", "branch", "", "", "", ""],
        ["李四", "13800000001", "", "branch", "", "", "", ""],
        ["王五", "13900000000", "", "branch", "", "", "", ""],
        ["赵六", "", "", "branch", "", "", "", ""],
        ["钱七", "13800000007", "", "branch", "", "2999-01-01", "", ""],
        ["孙" * 100, "13800000008", "", "branch", "", "", "", ""],
    )
    assert len(sentences(content, as_user(county.secretary))) == 6


def test_a_staff_number_is_nobodys_phone_or_user_name(county: County, as_user: SignIn) -> None:
    victim = UserFactory(username="bigboss", phone="13900000000")
    content = workbook(
        ["张三", "", "13900000000", "branch", "", "", "", ""],
        ["李四", "", "BigBoss", "branch", "", "", "", ""],
        ["王五", "13800000001", "G-5", "branch", "", "", "", ""],
        ["赵六", "", "13800000001", "branch", "", "", "", ""],
        ["钱七", "13800000007", "13800000007", "branch", "", "", "", ""],
    )
    found = sentences(content, as_user(county.secretary))
    assert found == [
        "工号：已有人用它开通账号；如果是转来的，请用组织关系转接。",
        "工号：已有人用它开通账号；如果是转来的，请用组织关系转接。",
        "手机号：在名单里出现了两次。",
        "工号：在名单里出现了两次。",
    ]
    assert find_by_sign_in_name("13900000000") == victim


@pytest.mark.long
def test_what_became_taken_between_looking_and_confirming_is_not_added_twice(county: County, as_user: SignIn) -> None:
    client = as_user(county.secretary)
    upload(client, workbook(["张三", "13800000001", "", "branch", "", "", "", ""]))
    UserFactory(phone="13800000001")
    made = MemberImport.objects.get()
    assert client.post(reverse("organisations:import_confirm", args=[made.uuid])).status_code == 302
    assert MemberImport.objects.get().imported == 0
    assert User.objects.filter(phone="13800000001").count() == 1


@pytest.mark.long
def test_an_import_belongs_to_who_made_it(county: County, as_user: SignIn) -> None:
    client = as_user(county.secretary)
    upload(client, workbook(["张三", "13800000001", "", "branch", "", "", "", ""]))
    made = MemberImport.objects.get()
    MemberImport.objects.update(actor=county.officer)
    for name in ("import_look", "import_errors"):
        assert client.get(reverse(f"organisations:{name}", args=[made.uuid])).status_code == 404
    assert client.post(reverse("organisations:import_confirm", args=[made.uuid])).status_code == 404


@pytest.mark.parametrize("text", ["2026-12-03", "2026/12/3", "2026.12.3", "2026年12月3日"])
def test_a_day_is_read_as_people_write_it(text: str) -> None:
    day = parse_day(text)
    assert day is not None
    assert day.isoformat() == "2026-12-03"


@pytest.mark.long
def test_a_list_nobody_confirmed_is_forgotten_after_a_day(county: County, as_user: SignIn) -> None:
    upload(as_user(county.secretary), workbook(["张三", "13800000001", "", "branch", "", "", "", ""]))
    assert forget_old_imports() == 0
    MemberImport.objects.update(created_at=now() - timedelta(hours=25))
    assert forget_old_imports() == 1
    assert not MemberImport.objects.exists()
