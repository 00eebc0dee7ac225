"""What is stored about a person, as the page says it: named fields, local times, words instead of codes."""

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from cms.accounts.record_words import act_words, code_words, field_words
from cms.core.personal_data import personal_data_sources
from cms.core.templatetags.core_tags import local_date, local_datetime

# Fields that name a kind of data by its slug; in the audit log about a person the first one holds a name.
SOURCES = {"about", "organisations.source"}
INSTANT_LENGTH = len("2026-12-03T09:00")


def for_people(record: dict[str, Any]) -> list[tuple[str, str]]:
    """Return a record as pairs of name and value for the page."""
    return [(field_words(key), value_words(key, value)) for key, value in record.items()]


def value_words(key: str, value: Any) -> str:
    """Return one value as people write it."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "；".join(part_words(key, part) for part in value) or "–"
    if key == "action":
        return act_words(str(value))
    if key in SOURCES:
        return source_words(str(value))
    return code_words(key, str(value)) or moment_words(str(value))


def source_words(slug: str) -> str:
    """Return what a kind of data is called; anything else, such as a person's name, stays as it is."""
    return next((str(source.label) for source in personal_data_sources() if source.slug == slug), slug)


def part_words(key: str, part: Any) -> str:
    """Return one member of a list: a record in a record, or a stretch of a video."""
    if isinstance(part, dict):
        return "，".join(f"{name} {words}" for name, words in for_people(part))
    if isinstance(part, list | tuple):
        return "–".join(str(round(number)) for number in part)
    return code_words(key, str(part)) or str(part)


def moment_words(text: str) -> str:
    """Return an ISO instant in the county's time and an ISO day as a date; any other text as it is."""
    try:
        if len(text) >= INSTANT_LENGTH and text[10] == "T":
            return local_datetime(datetime.fromisoformat(text))
        return local_date(date.fromisoformat(text)) if text[4:5] == text[7:8] == "-" else text
    except ValueError:
        return text
