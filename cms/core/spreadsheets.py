"""Tables for spreadsheets: typed cells, and text that a spreadsheet would run as a formula is made harmless."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What a spreadsheet takes for the beginning of a formula, in the wide form of Chinese keyboards too; a tab or a line
# break may hide one.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
# Neither are these allowed in XML, of which an xlsx file is made: it would not open.
NO_CHARACTERS = frozenset("\ufffe\uffff")
Rows = Iterable[Sequence[Any]]


def neutral(value: object) -> object:
    """Return numbers and days as they are, instants in the site's zone, and text that can be no formula."""
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if value is None or isinstance(value, bool | int | float | Decimal | date):
        return value
    text = "".join(character for character in str(value) if may_stand(character))
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def may_stand(character: str) -> bool:
    """Return whether an xlsx file may hold the character; control characters, line ends apart, it may not."""
    return character in "\t\r\n" or (ord(character) >= ord(" ") and character not in NO_CHARACTERS)


def csv_bytes(rows: Rows) -> bytes:
    """Return the rows as CSV with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows([neutral(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def xlsx_bytes(rows: Rows, *, title: str) -> bytes:
    """Return the rows as a workbook with one sheet."""
    # Imported for those who ask for a table; every process of the site would pay for it at its start.
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    for row in rows:
        sheet.append([neutral(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
