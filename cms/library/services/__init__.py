"""What people ask of this room."""

from cms.library.services.care import remind_of_pages, set_page_review_by
from cms.library.services.links import check_links, note_links, note_venue_link
from cms.library.services.marks import mark_read
from cms.library.services.noting import note_document, note_label, note_subtree
from cms.library.services.publication import announce_days, hide_page, refuse_replacement, show_page
from cms.library.services.removal import restore_page, take_down_page, unpublish_page
from cms.library.services.sections import ensure_sections
from cms.library.services.uploads import bring_files

__all__ = [
    "announce_days",
    "bring_files",
    "check_links",
    "ensure_sections",
    "hide_page",
    "mark_read",
    "note_document",
    "note_label",
    "note_links",
    "note_subtree",
    "note_venue_link",
    "refuse_replacement",
    "remind_of_pages",
    "restore_page",
    "set_page_review_by",
    "show_page",
    "take_down_page",
    "unpublish_page",
]
