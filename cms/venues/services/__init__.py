"""Writing places, agreeing visits to them, reminding of another look."""

from cms.venues.services.places import (
    begin_venue,
    locate,
    note_hidden,
    note_label,
    note_shown,
    note_subtree,
    remind_of_review,
)
from cms.venues.services.visits import (
    agree_visit,
    closed_words,
    forget_old_visits,
    hold_visit,
    look_at_visits,
    look_up_contact,
    look_up_guest,
    obstacle_to,
    release_visit,
    release_visits_of,
    shut_places_of,
    shut_words,
)

__all__ = [
    "agree_visit",
    "begin_venue",
    "closed_words",
    "forget_old_visits",
    "hold_visit",
    "locate",
    "look_at_visits",
    "look_up_contact",
    "look_up_guest",
    "note_hidden",
    "note_label",
    "note_shown",
    "note_subtree",
    "obstacle_to",
    "release_visit",
    "release_visits_of",
    "remind_of_review",
    "shut_places_of",
    "shut_words",
]
