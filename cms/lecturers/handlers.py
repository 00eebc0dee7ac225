"""What the worker does for lecturers: the index follows terms and suspensions that begin or end by date."""

from datetime import timedelta

from cms.jobs.schedule import scheduled
from cms.lecturers.services import note_turns_of_today


@scheduled("lecturers.note_turns", every=timedelta(days=1))
def note_turns() -> None:
    note_turns_of_today()
