"""What is wrong with a value that a script sent, in the user's language: pydantic speaks English only."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

OTHER = _("This value is not valid. The description of the API says what may stand here.")
# Kinds of errors as pydantic names them (docs.pydantic.dev, "Validation Errors"); the first that begins the name wins.
SENTENCES: dict[str, str | Promise] = {
    "missing": _("This value is missing."),
    "int": _("Please give a whole number."),
    "float": _("Please give a number."),
    "finite_number": _("Please give a number."),
    "decimal": _("Please give a number."),
    "bool": _("Please give true or false."),
    "string_too_long": _("At most %(max_length)s characters."),
    "string_too_short": _("At least %(min_length)s characters."),
    "string_pattern_mismatch": _("This does not have the form that is asked for."),
    "string": _("Please give a text."),
    "list": _("Please give a list."),
    "tuple": _("Please give a list."),
    "too_long": _("At most %(max_length)s of them."),
    "too_short": _("At least %(min_length)s of them."),
    "greater_than_equal": _("Not less than %(ge)s."),
    "greater_than": _("More than %(gt)s."),
    "less_than_equal": _("Not more than %(le)s."),
    "less_than": _("Less than %(lt)s."),
    "uuid": _("Please give a UUID."),
    "date": _("Please give a time as in 2026-12-03T14:00:00+08:00."),
    "timezone": _("Please give a time as in 2026-12-03T14:00:00+08:00."),
    "enum": _("This is none of the words that may stand here."),
    "json": _("This is no JSON."),
}


def field_sentence(kind: str, facts: Mapping[str, Any]) -> str:
    """Return the sentence for one kind of error; `facts` hold the limit that was passed."""
    sentence = next((words for name, words in SENTENCES.items() if kind.startswith(name)), OTHER)
    try:
        return str(sentence) % {name: whole(limit) for name, limit in facts.items()}
    except KeyError:
        return str(OTHER)


def whole(limit: Any) -> Any:
    """Return 16 for 16.0, as people write it."""
    return int(limit) if isinstance(limit, float) and limit.is_integer() else limit


def field_of(place: Iterable[int | str]) -> str:
    """Return the field in which an error lies: the innermost name, not the number of an item in its list."""
    return [str(part) for part in place if isinstance(part, str)][-1]
