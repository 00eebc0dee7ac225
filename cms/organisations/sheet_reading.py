"""The part that opens a stranger's workbook: runs in `core.sandbox` as `python -m`, knows neither Django nor database.

Standard input is the file; standard output is JSON: the rows as texts, or what is missing.
"""

import json
import re
import sys
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, BinaryIO

COLUMNS = ("姓名", "手机号", "工号", "组织代码", "身份", "加入日期", "流动", "送学")
NEEDED = frozenset({"姓名", "组织代码"})
MAX_ROWS = 5000
MAX_COLUMNS = 40
MAX_CELL = 200
# openpyxl holds a whole row before it is asked for 40 columns of it: one row of millions of empty cells is gigabytes.
MAX_CELLS = 500_000
CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")


def read_workbook(file: BinaryIO) -> dict[str, Any]:
    """Return `{"rows": […], "numbers": […]}` of the first sheet, or `{"missing": […]}`, or `{"cells": n}` for too many.

    Fails on what is no workbook.
    """
    # The site imports this file for its names only; the library is for the process that reads.
    from openpyxl import load_workbook

    cells = count_cells(file)
    if cells > MAX_CELLS:
        return {"cells": cells}
    book = load_workbook(file, read_only=True, data_only=False, keep_links=False)
    sheet = book.worksheets[0]
    sheet.reset_dimensions()
    return collect(sheet.iter_rows(max_row=MAX_ROWS + 2, max_col=MAX_COLUMNS, values_only=True))


def count_cells(file: BinaryIO) -> int:
    """Return how many cells the largest sheet has."""
    with zipfile.ZipFile(file) as archive:
        sheets = [name for name in archive.namelist() if name.startswith("xl/worksheets/")]
        return max((sum(1 for _cell in CELL.finditer(archive.read(name))) for name in sheets), default=0)


def collect(lines: Iterable[tuple[Any, ...]]) -> dict[str, Any]:
    """Return the rows below the heading with the number each has in the file, without empty ones."""
    heading: list[str] | None = None
    rows: list[dict[str, str]] = []
    numbers: list[int] = []
    for number, line in enumerate(lines, start=1):
        texts = [as_text(value) for value in line]
        if heading is None:
            heading = texts
            missing = NEEDED - set(heading)
            if missing:
                return {"missing": sorted(missing)}
        elif any(texts):
            rows.append({name: text for name, text in zip(heading, texts, strict=False) if name in COLUMNS})
            numbers.append(number)
    return {"rows": rows, "numbers": numbers}


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


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read_workbook(sys.stdin.buffer)))
