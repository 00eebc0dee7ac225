"""The one way a status column changes: compare and set, so that of two people or workers only one wins."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from cms.core.errors import StaleState


def move(row: Model, to: str, *, allowed: Mapping[str, frozenset[str]], **fields: Any) -> None:
    """Write `status` and the other fields if the stored status may turn into `to`; the row in hand follows.

    `allowed` maps a new status to the ones it may come from. Raises StaleState when the stored row is elsewhere by now.
    """
    sources = allowed.get(to, frozenset())
    changed = type(row)._default_manager.filter(pk=row.pk, status__in=sources).update(status=to, **fields)
    if not changed:
        raise StaleState(_("Somebody was faster: this has changed meanwhile. Please look at it again."))
    for name, value in {"status": to, **fields}.items():
        setattr(row, name, value)
