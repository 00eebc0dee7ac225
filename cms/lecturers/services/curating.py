"""What follows when an editor saves a lecturer in the admin: the audit log, the index, the rooms above."""

from typing import Any

from django.db import transaction

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.core.events import publish
from cms.lecturers.events import LecturerSuspended, TermsChanged
from cms.lecturers.models import Lecturer
from cms.lecturers.services.photographs import hand_over
from cms.lecturers.services.profile import LIMIT_FIELDS, PROFILE_FIELDS, UNSPOKEN, note_change

SPOKEN = (
    "name",
    "kind",
    "approval",
    "live",
    *(name for name in PROFILE_FIELDS if name not in UNSPOKEN),
    *LIMIT_FIELDS,
)


def picture_of(lecturer: Lecturer) -> dict[str, Any]:
    """Return what is stored of a lecturer and may stand in the audit log."""
    stored = Lecturer.objects.select_related("organisation").get(pk=lecturer.pk)
    return {
        **{name: getattr(stored, name) for name in SPOKEN},
        "organisation": stored.organisation.code,
        "terms": [str(term) for term in stored.terms.all()],
        "suspensions": [str(row) for row in stored.suspensions.all()],
        "offers": [str(offer) for offer in stored.offers.all()],
    }


@transaction.atomic
def note_saved(lecturer: Lecturer, *, before: dict[str, Any] | None, known: set[int], actor: User) -> None:
    """Write down what differs, hand the reach on to the photograph, tell the index.

    The rooms above hear of each suspension whose key is not known.
    """
    after = picture_of(lecturer)
    told = {name for name in after if before is None or before[name] != after[name]}
    if before is None:
        record_act("lecturers.add", actor=actor, target=lecturer, after={name: after[name] for name in told})
    elif told:
        record_act(
            "lecturers.change",
            actor=actor,
            target=lecturer,
            before={name: before[name] for name in sorted(told)},
            after={name: after[name] for name in sorted(told)},
        )
    for suspension in lecturer.suspensions.exclude(pk__in=known):
        publish(LecturerSuspended(lecturer.pk, suspension.starts_on, suspension.ends_on))
    if "terms" in told:
        publish(TermsChanged(lecturer.pk))
    hand_over(lecturer.pk)
    note_change(lecturer)
