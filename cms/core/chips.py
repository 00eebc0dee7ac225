"""Rows of chips: each value is a link that keeps the other choices of the address."""

from collections.abc import Iterable
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Value = tuple[str, str | Promise]


def chips(query: QueryDict, name: str, values: Iterable[Value], *, every: bool = True) -> list[dict[str, Any]]:
    """Return one row of chips; `every` puts "All" before them, without it the chosen one lets itself go."""
    now = query.get(name, "")
    rows: list[Value] = [("", _("All")), *values] if every else list(values)
    return [
        {
            "label": label,
            "url": address(query, name, "" if value == now and not every else value),
            "on": value == now,
        }
        for value, label in rows
    ]


def address(query: QueryDict, name: str, value: str) -> str:
    """Return the page's address with one choice changed, from the first page on."""
    changed = query.copy()
    changed.pop("page", None)
    changed.pop(name, None)
    if value:
        changed[name] = value
    return f"?{changed.urlencode()}"
