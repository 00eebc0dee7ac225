"""What is stored about a person, as the page says it: named fields, local times, words instead of codes."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from cms.accounts.act_words import act_words

FIELDS: dict[str, str | Promise] = {
    "about": gettext_lazy("About"),
    "action": gettext_lazy("Act"),
    "answer": gettext_lazy("Answer"),
    "answers": gettext_lazy("Answers"),
    "as": gettext_lazy("As"),
    "at": gettext_lazy("Time"),
    "at_s": gettext_lazy("At second"),
    "author": gettext_lazy("Author"),
    "away": gettext_lazy("Away for work"),
    "begun": gettext_lazy("Begun"),
    "by": gettext_lazy("By"),
    "bytes": gettext_lazy("Size in bytes"),
    "bytes_received": gettext_lazy("Bytes received"),
    "children_in_the_picture": gettext_lazy("Children in the picture"),
    "chosen": gettext_lazy("Chosen"),
    "created": gettext_lazy("Set up"),
    "created_at": gettext_lazy("Sent"),
    "decided_by": gettext_lazy("Decided by"),
    "duration_s": gettext_lazy("Length in seconds"),
    "elder_view": gettext_lazy("Elder view"),
    "filename": gettext_lazy("File"),
    "first_published": gettext_lazy("First shown"),
    "for": gettext_lazy("For what"),
    "from": gettext_lazy("From"),
    "home_delivery": gettext_lazy("Lessons at home"),
    "hours": gettext_lazy("Hours"),
    "joined": gettext_lazy("Joined"),
    "kind": gettext_lazy("Kind"),
    "language": gettext_lazy("Language"),
    "last_played": gettext_lazy("Last played"),
    "last_sign_in": gettext_lazy("Last sign-in"),
    "last_used": gettext_lazy("Last used"),
    "lesson": gettext_lazy("Lesson"),
    "mark": gettext_lazy("Mark"),
    "name": gettext_lazy("Name"),
    "named_as_speaker": gettext_lazy("Named as speaker"),
    "on": gettext_lazy("Day"),
    "organisation": gettext_lazy("Organisation"),
    "passed": gettext_lazy("Passed"),
    "people_in_the_picture": gettext_lazy("People in the picture"),
    "phone": gettext_lazy("Phone"),
    "place_s": gettext_lazy("Stopped at second"),
    "played_s": gettext_lazy("Seconds played"),
    "question": gettext_lazy("Question"),
    "quiz": gettext_lazy("Questions"),
    "read": gettext_lazy("Read"),
    "remark": gettext_lazy("Remark"),
    "role": gettext_lazy("Role"),
    "rule": gettext_lazy("Rule"),
    "score": gettext_lazy("Score"),
    "second_factor_required": gettext_lazy("Needs a second factor"),
    "sent": gettext_lazy("Sent"),
    "sha256": gettext_lazy("Fingerprint of the file"),
    "staff_number": gettext_lazy("Staff number"),
    "stage": gettext_lazy("Stage"),
    "state": gettext_lazy("State"),
    "status": gettext_lazy("State"),
    "stretches": gettext_lazy("Played from–to, in seconds"),
    "taken_down_reason": gettext_lazy("Reason for taking it down"),
    "text": gettext_lazy("Text"),
    "title": gettext_lazy("Title"),
    "to": gettext_lazy("Until"),
    "username": gettext_lazy("User name"),
    "video": gettext_lazy("Video"),
    "watched": gettext_lazy("Watched to the end"),
    "what": gettext_lazy("Kind"),
    "why": gettext_lazy("Why"),
}
# Codes that stand in records because programs read them in the export.
CODES: dict[tuple[str, str], str | Promise] = {
    ("kind", "totp"): gettext_lazy("Authenticator app"),
    ("kind", "webauthn"): gettext_lazy("Passkey"),
    ("kind", "recovery_codes"): gettext_lazy("Recovery codes"),
    ("kind", "video"): gettext_lazy("Video"),
    ("kind", "upload"): gettext_lazy("Upload"),
    ("language", "zh-hans"): gettext_lazy("Simplified Chinese"),
    ("language", "en"): gettext_lazy("English"),
}
INSTANT_LENGTH = len("2026-12-03T09:00")


def field_words(key: str) -> str:
    """Return the name of a field; one that has none yet stays as it is."""
    return str(FIELDS.get(key, key))


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
        return "；".join(part_words(part) for part in value) or "–"
    if key == "action":
        return act_words(str(value))
    return str(CODES[key, str(value)]) if (key, str(value)) in CODES else moment_words(str(value))


def part_words(part: Any) -> str:
    """Return one member of a list: a record in a record, or a stretch of a video."""
    if isinstance(part, dict):
        return "，".join(f"{name} {words}" for name, words in for_people(part))
    if isinstance(part, list | tuple):
        return "–".join(str(round(number)) for number in part)
    return str(part)


def moment_words(text: str) -> str:
    """Return an ISO instant in the county's time and an ISO day as a date; any other text as it is."""
    try:
        if len(text) >= INSTANT_LENGTH and text[10] == "T":
            return date_format(timezone.localtime(datetime.fromisoformat(text)), "DATETIME_FORMAT")
        return date_format(date.fromisoformat(text), "DATE_FORMAT") if text[4:5] == text[7:8] == "-" else text
    except ValueError:
        return text
