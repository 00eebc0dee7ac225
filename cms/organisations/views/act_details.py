"""What an entry of the audit log changed, as the page says it: named fields, local times, names instead of codes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import ngettext

from cms.accounts.models import AuditEntry
from cms.accounts.record_words import code_words, field_words
from cms.organisations.queries import names_of_organisations, names_of_people
from cms.organisations.views.own_data import value_words

PEOPLE_NAMED = 5


@dataclass(frozen=True)
class Change:
    """One field of an act; None where nothing was written down, before or after."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Names:
    """What the codes and keys on one page stand for today."""

    organisations: dict[str, str]
    people: dict[int, str]


def rows_of(entries: Iterable[AuditEntry]) -> list[dict[str, Any]]:
    """Return the entries with their changes and reasons in words; names are looked up once for all."""
    entries = list(entries)
    names = names_in(entries)
    return [{"entry": entry, "changes": changes_of(entry, names), "reason": reason_of(entry)} for entry in entries]


def names_in(entries: Iterable[AuditEntry]) -> Names:
    """Look up the organisations and people that the entries name by code or key."""
    values = [
        (field, value) for entry in entries for side in (entry.before, entry.after) for field, value in side.items()
    ]
    codes = {value for field, value in values if field == "organisation"}
    codes |= {code_of(role) for field, value in values if field == "roles" for role in value}
    people = {key for field, value in values for key in keys_in(field, value)}
    return Names(names_of_organisations(codes), names_of_people(people))


def keys_in(field: str, value: Any) -> list[int]:
    """Return the keys of people that a field is going to name."""
    keys = value[:PEOPLE_NAMED] if field == "people" else [value] if field == "owner" else []
    return [key for key in keys if isinstance(key, int)]


def changes_of(entry: AuditEntry, names: Names) -> list[Change]:
    """Return what an act changed, sorted by field; what stayed is left out.

    PostgreSQL does not keep the order in which the fields of an act were written down (jsonb), so none is relied upon.
    """
    room = entry.action.partition(".")[0]
    return [
        Change(
            field_words(f"{room}.{field}"),
            words_for(room, field, entry.before[field], names) if field in entry.before else None,
            words_for(room, field, entry.after[field], names) if field in entry.after else None,
        )
        for field in sorted({**entry.before, **entry.after})
        if field not in entry.before or field not in entry.after or entry.before[field] != entry.after[field]
    ]


def words_for(room: str, field: str, value: Any, names: Names) -> str:
    """Return one value in words."""
    match field:
        case "organisation":
            return names.organisations.get(value, str(value))
        case "roles":
            return "；".join(role_words(role, names) for role in value) or "–"
        case "people":
            return people_words(value, names)
        case "owner":
            return names.people.get(value, str(value))
        case _:
            return value_words(f"{room}.{field}", value)


def people_words(people: list[int | str], names: Names) -> str:
    """Return how many there are and the first of them; the first people of a site stand by their user names."""
    first = "、".join(
        names.people.get(one, str(one)) if isinstance(one, int) else one for one in people[:PEOPLE_NAMED]
    )
    sentence = ngettext("%(count)s person: %(names)s", "%(count)s people, first of all %(names)s", len(people))
    return sentence % {"count": len(people), "names": first}


def code_of(role: str) -> str:
    """Return the code of the organisation in "editor @ county"."""
    return role.partition(" @ ")[2]


def role_words(role: str, names: Names) -> str:
    """Return "editor @ county" in words."""
    code = code_of(role)
    return f"{value_words('organisations.role', role.partition(' @ ')[0])}（{names.organisations.get(code, code)}）"


def reason_of(entry: AuditEntry) -> str:
    """Return the reason that a person wrote, or what the site's own reason means."""
    return code_words(f"{entry.action.partition('.')[0]}.reason", entry.reason) or entry.reason
