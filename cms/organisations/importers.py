"""Members from a branch's list: read, check row by row, show, then add the rows that are right."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from typing import BinaryIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.accounts.queries import taken_names
from cms.accounts.validators import validate_phone, validate_staff_number
from cms.core.clock import now, today
from cms.core.errors import InvalidInput, StaleState
from cms.core.spreadsheets import FORMULA_STARTS
from cms.organisations.enums import MembershipKind
from cms.organisations.member_sheet import read_sheet
from cms.organisations.models import MemberImport, Organisation
from cms.organisations.queries import organisations_below
from cms.organisations.services import Newcomer, admit_members
from cms.organisations.sheet_reading import MAX_CELL

KEEP = timedelta(days=1)
NAME_LENGTH = 60
EARLIEST = date(1921, 7, 1)
KINDS = {
    "": MembershipKind.MEMBER,
    "正式": MembershipKind.MEMBER,
    "正式党员": MembershipKind.MEMBER,
    "预备": MembershipKind.PROBATIONARY,
    "预备党员": MembershipKind.PROBATIONARY,
    "积极分子": MembershipKind.APPLICANT,
    "入党积极分子": MembershipKind.APPLICANT,
    "发展对象": MembershipKind.CANDIDATE,
}
YES_OR_NO = {
    "": False,
    "否": False,
    "0": False,
    "n": False,
    "no": False,
    "是": True,
    "1": True,
    "y": True,
    "yes": True,
}


@dataclass(frozen=True)
class Known:
    """What rows are compared with: read once for the whole list."""

    organisations: dict[str, Organisation]
    taken: set[str]
    twice: set[str]


def prepare_import(file: BinaryIO, *, size: int, filename: str, paths: tuple[str, ...], actor: User) -> MemberImport:
    """Read a list and check it without adding anybody; the result waits a day for the confirmation.

    Opening a stranger's workbook takes seconds at worst: no transaction is open meanwhile.

    `paths` are the subtrees that the actor keeps. Raises InvalidInput as `member_sheet.read_sheet` does.
    """
    sheet = read_sheet(file, size=size)
    found = check_rows(sheet.rows, paths=paths)
    rows = [{**row, "_number": str(number)} for row, number in zip(sheet.rows, sheet.numbers, strict=True)]
    return MemberImport.objects.create(
        actor=actor, filename=filename[:MAX_CELL], created_at=now(), rows=rows, faults=found
    )


def forget_old_imports() -> int:
    """Delete lists older than a day, confirmed or not: they hold people's phones; return how many there were."""
    return MemberImport.objects.filter(created_at__lt=now() - KEEP).delete()[0]


@transaction.atomic
def confirm_import(waiting: MemberImport, *, paths: tuple[str, ...], actor: User) -> int:
    """Add the people of all rows that are right now and return how many; wrong rows stay for the file of errors.

    Rows are checked again, because something may have changed since they were shown. Raises StaleState when the list
    was confirmed before.
    """
    fresh = MemberImport.objects.select_for_update().get(pk=waiting.pk)
    if fresh.imported is not None:
        raise StaleState(_("This list was imported already."), code="done")
    faults = check_rows(fresh.rows, paths=paths)
    known = {one.code: one for one in organisations_below(paths)}
    good = [row for index, row in enumerate(fresh.rows) if str(index) not in faults]
    added = admit_members([newcomer(row, known) for row in good], actor=actor)
    bad = [row for index, row in enumerate(fresh.rows) if str(index) in faults]
    kept = {str(place): faults[index] for place, index in enumerate(sorted(faults, key=int))}
    # Rows that were added are personal data with no further purpose here.
    MemberImport.objects.filter(pk=fresh.pk).update(imported=len(added), rows=bad, faults=kept)
    return len(added)


def newcomer(row: dict[str, str], known: dict[str, Organisation]) -> Newcomer:
    """Return a checked row as the service wants it."""
    return Newcomer(
        name=row["姓名"],
        phone=row.get("手机号", ""),
        staff_number=row.get("工号", ""),
        organisation=known[row["组织代码"]],
        kind=KINDS[row.get("身份", "")],
        starts_on=parse_day(row.get("加入日期", "")) or today(),
        is_mobile=YES_OR_NO[row.get("流动", "").lower()],
        needs_home_delivery=YES_OR_NO[row.get("送学", "").lower()],
    )


def check_rows(rows: list[dict[str, str]], *, paths: tuple[str, ...]) -> dict[str, list[str]]:
    """Return the sentences of every wrong row by its index; an empty dict when all are right."""
    counted = Counter(name for row in rows for name in sign_in_names(row))
    known = Known(
        organisations={one.code: one for one in organisations_below(paths)},
        taken=taken_names(counted),
        twice={name for name, times in counted.items() if times > 1},
    )
    faults = {str(index): check_row(row, known) for index, row in enumerate(rows)}
    return {index: sentences for index, sentences in faults.items() if sentences}


def sign_in_names(row: dict[str, str]) -> set[str]:
    """Return the names under which the row's person would sign in, in small letters: one name space for both columns."""
    return {row.get(column, "").lower() for column in ("手机号", "工号")} - {""}


def check_row(row: dict[str, str], known: Known) -> list[str]:
    """Return what is wrong with one row, in words."""
    wrong = [*check_texts(row), *check_reach(row, known), *check_choices(row)]
    phone, number = row.get("手机号", ""), row.get("工号", "")
    if not phone and not number:
        wrong.append(_("Give a phone or a staff number."))
    for column, value, validator in (("手机号", phone, validate_phone), ("工号", number, validate_staff_number)):
        if value:
            wrong.extend(check_sign_in_name(column, value, validator, known))
    return wrong


def check_texts(row: dict[str, str]) -> list[str]:
    """Return what is wrong with the cells as texts."""
    wrong = []
    if not row.get("姓名"):
        wrong.append(_("The name is missing."))
    elif len(row["姓名"]) > NAME_LENGTH:
        wrong.append(_("The name is longer than 60 characters."))
    for column, text in row.items():
        if column != "_number" and text.startswith(FORMULA_STARTS):
            wrong.append(_("%s: a cell must not be a formula.") % column)
        elif len(text) > MAX_CELL:
            wrong.append(_("%s: too long.") % column)
    return wrong


def check_sign_in_name(column: str, value: str, validator: object, known: Known) -> list[str]:
    """Return what is wrong with a phone or staff number."""
    assert callable(validator)  # noqa: S101  # tells mypy what Django's validators are
    try:
        validator(value)
    except ValidationError as error:
        return [f"{column}: {error.messages[0]}"]
    wrong = []
    if value.lower() in known.twice:
        wrong.append(_("%s: stands in the list twice.") % column)
    if value.lower() in known.taken:
        wrong.append(_("%s: somebody has an account with it already; for a move please use the transfer.") % column)
    return wrong


def check_reach(row: dict[str, str], known: Known) -> list[str]:
    """Return a sentence when the organisation is unknown or not the actor's to fill."""
    if row.get("组织代码", "") in known.organisations:
        return []
    return [_("组织代码: no organisation of yours has this code.")]


def check_choices(row: dict[str, str]) -> list[str]:
    """Return what is wrong with kind, day and the two yes-or-no columns."""
    wrong = []
    if row.get("身份", "") not in KINDS:
        wrong.append(_("身份: write 正式, 预备, 积极分子 or 发展对象."))
    try:
        day = parse_day(row.get("加入日期", ""))
    except InvalidInput as error:
        wrong.append(str(error.message))
    else:
        if day is not None and not EARLIEST <= day <= today():
            wrong.append(_("加入日期: lies in the future or too far back."))
    wrong.extend(
        _("%s: write 是 or 否.") % column
        for column in ("流动", "送学")
        if row.get(column, "").lower() not in YES_OR_NO
    )
    return wrong


def parse_day(text: str) -> date | None:
    """Return the day written as 2026-12-03, 2026/12/3, 2026.12.3 or 2026年12月3日; None for nothing.

    Raises InvalidInput for anything else.
    """
    if not text:
        return None
    parts = text.replace("年", "-").replace("月", "-").replace("日", "").replace("/", "-").replace(".", "-").split("-")
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError as error:
        raise InvalidInput(_("加入日期: write it as 2026-12-03."), code="day") from error
