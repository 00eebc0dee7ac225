"""What leaves as a file: the rows of an import that were wrong, and a person's own data."""

from typing import Any

from cms.accounts.models import User
from cms.core.clock import now
from cms.core.personal_data import personal_data_sources
from cms.organisations.member_sheet import FAULT_COLUMN, write_sheet
from cms.organisations.models import MemberImport
from cms.organisations.sheet_reading import COLUMNS


def wrong_rows_file(waiting: MemberImport) -> bytes:
    """Return an xlsx with the wrong rows as they were read and what is wrong with each."""
    rows = [
        {**row, FAULT_COLUMN: " ".join(waiting.faults[str(index)])}
        for index, row in enumerate(waiting.rows)
        if str(index) in waiting.faults
    ]
    return write_sheet(rows, columns=[*COLUMNS, FAULT_COLUMN])


def template_file() -> bytes:
    """Return an empty list with the right columns."""
    return write_sheet([], columns=COLUMNS)


def own_data(user: User) -> dict[str, Any]:
    """Return everything that the rooms store about the person, ready for JSON."""
    return {
        "person": str(user),
        "exported_at": now().isoformat(),
        "sources": [
            {
                "slug": source.slug,
                "label": str(source.label),
                "reason": str(source.reason),
                "kept": str(source.kept),
                "rows": list(source.collect(user)),
            }
            for source in personal_data_sources()
        ],
    }
