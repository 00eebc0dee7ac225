"""What this room tells the rooms above."""

from dataclasses import dataclass

from django.db.models import Model


@dataclass(frozen=True, slots=True)
class ReachChanged:
    """A thing was handed another visibility by what uses it."""

    model: type[Model]
    pk: int


@dataclass(frozen=True, slots=True)
class LabelChanged:
    """A label was made, has another name or slug, or is about to be deleted; `names` are the old one and the new."""

    model: type[Model]
    pk: int
    names: tuple[str, ...]
