"""The own record as a table."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from cms.accounts.models import User
from cms.ledger.queries import entries_of, why


def record_rows(user: User, year: int | None = None) -> Iterator[list[Any]]:
    """Yield a header and one row for each entry of the person, oldest first; corrections are rows of their own."""
    yield [_("Day"), _("What for"), _("Kind"), _("Study hours"), _("Rule"), _("Why"), _("Organisation then")]
    entries = entries_of(user).order_by("on", "pk")
    for entry in entries.filter(on__year=year) if year else entries:
        yield [
            entry.on,
            entry.source_label,
            str(entry.get_kind_display()),
            entry.hours,
            entry.rule.name if entry.rule else "",
            " ".join(why(entry)),
            entry.organisation_name,
        ]
