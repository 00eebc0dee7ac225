"""What people ask of this room."""

from cms.lessons.services.announcements import announce_new_lessons
from cms.lessons.services.drafts import adopt_video, discard_draft, hold_lessons, save_draft, start_lesson
from cms.lessons.services.parts import (
    CAPTIONS_CHANGED,
    attach_document,
    cues_of,
    detach_document,
    digest_of,
    set_captions,
    set_chapters,
    set_key_questions,
    set_questions,
)
from cms.lessons.services.publication import conceal, note_label, note_subtree, show
from cms.lessons.services.removal import remind_of_review, restore, set_review_by, take_down, unpublish
from cms.lessons.services.submission import submit_correction, submit_lesson, withdraw_lesson

__all__ = [
    "CAPTIONS_CHANGED",
    "adopt_video",
    "announce_new_lessons",
    "attach_document",
    "conceal",
    "cues_of",
    "detach_document",
    "digest_of",
    "discard_draft",
    "hold_lessons",
    "note_label",
    "note_subtree",
    "remind_of_review",
    "restore",
    "save_draft",
    "set_captions",
    "set_chapters",
    "set_key_questions",
    "set_questions",
    "set_review_by",
    "show",
    "start_lesson",
    "submit_correction",
    "submit_lesson",
    "take_down",
    "unpublish",
    "withdraw_lesson",
]
