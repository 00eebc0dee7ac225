"""What this room tells the rooms above."""

from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class ReachChanged:
    """A thing was handed another visibility by what uses it."""

    model: type[Model]
    pk: int
