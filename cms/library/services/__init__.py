"""What people ask of this room."""

from cms.library.services.publication import hide_page, note_subtree, show_page
from cms.library.services.sections import ensure_sections

__all__ = ["ensure_sections", "hide_page", "note_subtree", "show_page"]
