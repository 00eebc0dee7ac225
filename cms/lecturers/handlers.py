"""What the worker does for lecturers: the index follows the calendar, in terms, suspensions and free times."""

from datetime import timedelta

from cms.jobs.schedule import scheduled
from cms.lecturers.queries.availability import WEEK_OF_INDEX
from cms.lecturers.services import note_turns_of_today, note_week_of_index


@scheduled("lecturers.note_turns", every=timedelta(days=1))
def note_turns() -> None:
    note_turns_of_today()


@scheduled("lecturers.note_week", every=WEEK_OF_INDEX)
def note_week() -> None:
    note_week_of_index()
