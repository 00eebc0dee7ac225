"""What one question of an evaluation is about; the rooms above know the thing itself."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Subject:
    """A thing to be marked: one of the five kinds, the key of the thing among its kind, and its name for readers."""

    kind: str
    pk: str
    label: str
