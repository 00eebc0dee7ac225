"""That somebody took a pack along."""

from django.db import transaction

from cms.accounts.audit import record_act
from cms.accounts.models import User
from cms.courses.queries.packs import Subject


@transaction.atomic
def note_pack_taken(subject: Subject, *, restricted: int, films: bool, actor: User) -> None:
    """Write down who took what is for one organisation only out of the site; what everybody sees is nobody's matter."""
    if restricted:
        after = {"restricted": restricted, "films": films}
        record_act("courses.take_pack", actor=actor, target=subject.row, after=after)
