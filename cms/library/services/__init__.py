"""What people ask of this room."""

from cms.library.services.marks import mark_read
from cms.library.services.publication import hide_page, note_subtree, refuse_replacement, show_page
from cms.library.services.sections import ensure_sections

__all__ = ["ensure_sections", "hide_page", "mark_read", "note_subtree", "refuse_replacement", "show_page"]
