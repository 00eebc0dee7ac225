"""What acts in the audit log and fields of personal records are called, in words for people.

Each room names its own in `own_words.py`, which the site loads when it starts: nothing here knows the rooms above.
"""

from collections.abc import Iterable, Mapping

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Choices
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

    A field of what an act changed may have a name of its own in its room: "organisations.name" goes before "name".
    Raises ImproperlyConfigured for a field that has a name.
    """
    if twice := _fields.keys() & words.keys():
        raise ImproperlyConfigured(f"Fields with two names: {sorted(twice)}")
    _fields.update(words)


def register_codes(words: Mapping[tuple[str, str], Words]) -> None:
    """Name codes, by (field, code), that stand in records because programs read them in the export."""
    _codes.update(words)


def register_choices(field: str, choices: type[Choices]) -> None:
    """Name the codes of a field, "room.field" for what acts change, by the words that its forms use."""
    register_codes({(field, str(code)): words for code, words in choices.choices})


def has_act_words(action: str) -> bool:
    """Return whether a room named the act."""
    return action in _acts


def act_words(action: str) -> str:
    """Return what an action is in words; one of an earlier version of the site stays as it was written."""
    return str(_acts.get(action, action))


def acts_saying(text: str) -> list[str]:
    """Return the acts whose words, in the present language, hold the text."""
    wanted = text.casefold()
    return [action for action, words in _acts.items() if wanted in str(words).casefold()]


def field_words(field: str) -> str:
    """Return the name of a field, its own in the room or the common one; one that has none stays as it is."""
    plain = field.rpartition(".")[2]
    return str(_fields.get(field) or _fields.get(plain, plain))


def has_field_words(field: str) -> bool:
    """Return whether a room named the field."""
    return field in _fields or field.rpartition(".")[2] in _fields


def unnamed_in(action: str, fields: Iterable[str]) -> list[str]:
    """Return what nobody named of an act and the fields that it changed."""
    room = action.partition(".")[0]
    unnamed = [f"{room}.{field}" for field in fields if not has_field_words(f"{room}.{field}")]
    return unnamed if has_act_words(action) else [action, *unnamed]


def code_words(field: str, code: str) -> str | None:
    """Return what a code in a field means, or None when it is no code."""
    words = _codes.get((field, code))
    return None if words is None else str(words)
