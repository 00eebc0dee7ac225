"""What acts in the audit log and fields of personal records are called, in words for people.

Each room names its own in `own_words.py`, which the site loads when it starts: nothing here knows the rooms above.
"""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

Words = str | Promise
_acts: dict[str, Words] = {}
_fields: dict[str, Words] = {}
_codes: dict[tuple[str, str], Words] = {}


def register_acts(words: Mapping[str, Words]) -> None:
    """Name the acts that a room writes into the audit log, by their dotted verbs."""
    _acts.update(words)


def register_fields(words: Mapping[str, Words]) -> None:
    """Name the fields of a room's personal records; what a lower room named keeps its name and is not named again.

    Raises ImproperlyConfigured for a field that has a name.
    """
    if twice := _fields.keys() & words.keys():
        raise ImproperlyConfigured(f"Fields with two names: {sorted(twice)}")
    _fields.update(words)


def register_codes(words: Mapping[tuple[str, str], Words]) -> None:
    """Name codes, by (field, code), that stand in records because programs read them in the export."""
    _codes.update(words)


def has_act_words(action: str) -> bool:
    """Return whether a room named the act."""
    return action in _acts


def act_words(action: str) -> str:
    """Return what an action is in words; one of an earlier version of the site stays as it was written."""
    return str(_acts.get(action, action))


def field_words(field: str) -> str:
    """Return the name of a field; one that has none stays as it is."""
    return str(_fields.get(field, field))


def has_field_words(field: str) -> bool:
    """Return whether a room named the field."""
    return field in _fields


def code_words(field: str, code: str) -> str | None:
    """Return what a code in a field means, or None when it is no code."""
    words = _codes.get((field, code))
    return None if words is None else str(words)
