"""Reading and writing lists of members as xlsx; knows cells and sentences, no database."""

import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from cms.core.errors import InvalidInput

COLUMNS = ("姓名", "手机号", "工号", "组织代码", "身份", "加入日期", "流动", "送学")
NEEDED = frozenset({"姓名", "组织代码"})
FAULT_COLUMN = "错误"
MAX_ROWS = 5000
MAX_COLUMNS = 40
MAX_CELL = 200
MAX_FILE = 5 * 1024 * 1024
MAX_UNPACKED = 60 * 1024 * 1024
MAX_PARTS = 200
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Sheet:
    """Rows as texts by column, with the number each row has in the file."""

    rows: list[dict[str, str]]
    numbers: list[int]


def read_sheet(file: BinaryIO, *, size: int) -> Sheet:
    """Return the rows of the first sheet.

    Raises InvalidInput for a file that is too large, no xlsx, without the needed columns, empty or with more than
    MAX_ROWS rows; what it unpacks to is bounded before anything is unpacked.
    """
    if size > MAX_FILE:
        raise InvalidInput(_("The file is larger than 5 MB. Please split the list."), code="too_big")
    refuse_archive(file)
    # Imported for the few who bring a list; every process of the site would pay for it at its start.
    from openpyxl import load_workbook

    try:
        book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        lines = sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True)
        return collect(lines)
    except InvalidInput:
        raise
    except Exception as error:  # a hostile file may fail in any way inside the reader
        raise not_a_workbook() from error


def not_a_workbook() -> InvalidInput:
    """Return the refusal of what is no xlsx file."""
    return InvalidInput(
        _("This file cannot be read as xlsx. Please save the list as an Excel workbook (.xlsx) and choose it again."),
        code="not_xlsx",
    )


def refuse_archive(file: BinaryIO) -> None:
    """Raise InvalidInput unless the file is a zip archive that unpacks to a bounded size."""
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise not_a_workbook() from error
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED:
        raise InvalidInput(_("The file unpacks to far more than a list of members needs."), code="bomb")
    file.seek(0)


def collect(lines: Iterable[tuple[Any, ...]]) -> Sheet:
    """Return the rows below the heading, without empty ones."""
    heading: list[str] | None = None
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, start=1):
        texts = [as_text(value) for value in line]
        if heading is None:
            heading = texts
            missing = NEEDED - set(heading)
            if missing:
                names = "、".join(sorted(missing))
                raise InvalidInput(_("The first row lacks these columns: %s") % names, code="columns")
        elif any(texts):
            rows.append({name: text for name, text in zip(heading, texts, strict=False) if name in COLUMNS})
            numbers.append(number)
    if not rows:
        raise InvalidInput(_("The list has no rows below the heading."), code="empty")
    if len(rows) > MAX_ROWS:
        raise InvalidInput(_("A list may have at most 5,000 rows. Please split it."), code="too_many")
    return Sheet(rows, numbers)


def as_text(value: Any) -> str:
    """Return a cell as trimmed text: dates as 2026-12-03, whole numbers without a point (phones become numbers)."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\0", "").strip()[: MAX_CELL + 1]


def neutral(text: str) -> str:
    """Return the text so that no spreadsheet runs it as a formula."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def write_sheet(rows: Iterable[Mapping[str, str]], *, columns: Iterable[str]) -> bytes:
    """Return an xlsx with these columns; every cell is a text, formulas are neutralised."""
    names = list(columns)
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名单")
    sheet.append(names)
    for row in rows:
        sheet.append([neutral(row.get(name, "")) for name in names])
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()
