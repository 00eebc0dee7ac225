"""What people and rooms above ask of lecturers and their time."""

from cms.lecturers.services.curating import note_saved, picture_of
from cms.lecturers.services.hours import add_schedule, change_schedule, clear_day, delete_schedule, set_days
from cms.lecturers.services.lending import set_lending_rule
from cms.lecturers.services.menu import add_offer, change_offer
from cms.lecturers.services.occupations import hold, lock_time_of, release, release_source
from cms.lecturers.services.profile import (
    add_lecturer,
    edit_profile,
    hide_lecturer,
    note_change,
    note_contact_seen,
    note_label,
    note_organisation,
    note_subtree,
    show_lecturer,
)
from cms.lecturers.services.standing import (
    appoint,
    end_suspension,
    end_term,
    note_turns_of_today,
    note_week_of_index,
    suspend,
)

__all__ = [
    "add_lecturer",
    "add_offer",
    "add_schedule",
    "appoint",
    "change_offer",
    "change_schedule",
    "clear_day",
    "delete_schedule",
    "edit_profile",
    "end_suspension",
    "end_term",
    "hide_lecturer",
    "hold",
    "lock_time_of",
    "note_change",
    "note_contact_seen",
    "note_label",
    "note_organisation",
    "note_saved",
    "note_subtree",
    "note_turns_of_today",
    "note_week_of_index",
    "picture_of",
    "release",
    "release_source",
    "set_days",
    "set_lending_rule",
    "show_lecturer",
    "suspend",
]
