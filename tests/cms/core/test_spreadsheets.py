"""What people typed leaves in tables as text: it is no formula in any spreadsheet, and the file opens."""

import io

import pytest
from openpyxl import load_workbook

from cms.core.spreadsheets import csv_bytes, xlsx_bytes

# As it is typed on a Chinese keyboard a spreadsheet takes it for the same.
WIDE = ["＝1+1", "＋1", "－1", "＠SUM(A1)"]


@pytest.mark.parametrize("evil", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "\x00=1", "\ufffe=1", *WIDE])
def test_text_is_no_formula_in_any_table(evil: str) -> None:
    [[cell]] = load_workbook(io.BytesIO(xlsx_bytes([[evil]], title="a"))).worksheets[0].iter_rows()
    assert (cell.data_type, str(cell.value)[0]) == ("s", "'")
    assert csv_bytes([[evil]]).decode("utf-8-sig").lstrip('"').startswith("'")


def test_a_table_opens_whatever_stands_in_it() -> None:
    typed = "甲\x00\x0b\x1f\ufffe\uffff乙\U0001f600丙"
    [[cell]] = load_workbook(io.BytesIO(xlsx_bytes([[typed]], title="a"))).worksheets[0].iter_rows()
    assert cell.value == "甲乙\U0001f600丙"
