"""Reading and writing lists of members as xlsx; knows cells and sentences, no database."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from cms.core.archives import ArchiveLimits, NotAnArchive, OversizedArchive, archive_parts
from cms.core.errors import InvalidInput
from cms.core.sandbox import SandboxFailed, read_apart
from cms.core.spreadsheets import xlsx_bytes
from cms.organisations.sheet_reading import MAX_ROWS

FAULT_COLUMN = "错误"
MAX_FILE = 5 * 1024 * 1024
# 5,000 rows of eight columns unpack to some 3 MB.
LIMITS = ArchiveLimits(parts=200, part_bytes=24 * 1024 * 1024, all_bytes=60 * 1024 * 1024, ratio=100)
READER = "cms.organisations.sheet_reading"


@dataclass(frozen=True)
class Sheet:
    """Rows as texts by column, with the number each row has in the file."""

    rows: list[dict[str, str]]
    numbers: list[int]


def read_sheet(file: BinaryIO, *, size: int) -> Sheet:
    """Return the rows of the first sheet.

    Raises InvalidInput for a file that is too large, no xlsx, without the needed columns, empty or with more than
    MAX_ROWS rows. What it unpacks to is bounded before anything is unpacked, and it is opened in a process of its
    own: call this before a transaction begins.
    """
    if size > MAX_FILE:
        raise InvalidInput(_("The file is larger than 5 MB. Please split the list."), code="too_big")
    refuse_archive(file)
    try:
        found: dict[str, Any] = json.loads(read_apart(READER, file))
    except (SandboxFailed, ValueError) as error:
        raise not_a_workbook() from error
    return checked(found)


def checked(found: dict[str, Any]) -> Sheet:
    """Return what the reader found; raises InvalidInput when that is no list of members."""
    if "cells" in found:
        raise too_much()
    if "missing" in found:
        names = "、".join(found["missing"])
        raise InvalidInput(_("The first row lacks these columns: %s") % names, code="columns")
    sheet = Sheet(found["rows"], found["numbers"])
    if not sheet.rows:
        raise InvalidInput(_("The list has no rows below the heading."), code="empty")
    if len(sheet.rows) > MAX_ROWS:
        raise InvalidInput(_("A list may have at most 5,000 rows. Please split it."), code="too_many")
    return sheet


def not_a_workbook() -> InvalidInput:
    """Return the refusal of what is no xlsx file."""
    return InvalidInput(
        _("This file cannot be read as xlsx. Please save the list as an Excel workbook (.xlsx) and choose it again."),
        code="not_xlsx",
    )


def refuse_archive(file: BinaryIO) -> None:
    """Raise InvalidInput unless the file is a zip archive that unpacks to a bounded size."""
    try:
        archive_parts(file, LIMITS)
    except NotAnArchive as error:
        raise not_a_workbook() from error
    except OversizedArchive as error:
        raise too_much() from error


def too_much() -> InvalidInput:
    """Return the refusal of a small file that holds very much."""
    return InvalidInput(_("The file unpacks to far more than a list of members needs."), code="bomb")


def write_sheet(rows: Iterable[Mapping[str, str]], *, columns: Iterable[str]) -> bytes:
    """Return an xlsx with these columns; every cell is a text, formulas are neutralised."""
    names = list(columns)
    return xlsx_bytes([names, *([row.get(name, "") for name in names] for row in rows)], title="名单")
